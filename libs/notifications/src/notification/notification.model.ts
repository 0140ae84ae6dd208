import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Connection, JsonScalar } from '@waymark/platform';
import { IsBoolean, Length } from 'class-validator';
import { decisionOf, linkOf } from './notification-kind.js';
import type { NotificationRow } from './notification.repository.js';

@ObjectType('Notification')
export class NotificationModel {
  @Field(() => ID)
  id: string;
  @Field({ description: 'Worded by the web app' })
  kind: string;
  @Field(() => JsonScalar, { description: 'Ids, codes and numbers' })
  params: unknown;
  @Field(() => Int)
  count: number;
  @Field(() => String, { nullable: true })
  subjectType: string | null;
  @Field(() => String, { nullable: true })
  subjectId: string | null;
  @Field({ description: 'A path of the web app' })
  link: string;
  @Field()
  createdAt: Date;
  @Field()
  read: boolean;
  aboutPersonId: string | null;
  /** The decision whose reason goes with it. */
  decisionId: string | null;
}

@ObjectType('NotificationConnection')
export class NotificationConnection extends Connection(NotificationModel, 'Notification') {}

@ObjectType('NotificationPreference')
export class NotificationPreferenceModel {
  @Field({ description: 'sign-offs due reviews rewards certificates mentoring announcements' })
  kind: string;
  @Field()
  inApp: boolean;
  @Field()
  email: boolean;
  @Field()
  emailPossible: boolean;
}

@ObjectType('NotificationSettings')
export class NotificationSettingsModel {
  @Field(() => [NotificationPreferenceModel])
  preferences: NotificationPreferenceModel[];
  @Field(() => Int)
  quietFrom: number;
  @Field(() => Int)
  quietTo: number;
  @Field(() => Int)
  digestHour: number;
  @Field()
  hasEmail: boolean;
}

@InputType('NotificationPreferenceInput')
export class NotificationPreferenceInputModel {
  @Field()
  @Length(1, 40)
  kind: string;
  @Field()
  @IsBoolean()
  inApp: boolean;
  @Field()
  @IsBoolean()
  email: boolean;
}

export function toNotificationModel(n: NotificationRow): NotificationModel {
  return { ...n, link: linkOf(n), read: n.readAt !== null, decisionId: decisionOf(n.params) };
}
