import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { fromText, TextInputModel, TextModel } from '@waymark/platform';
import { Type } from 'class-transformer';
import { IsBoolean, IsDate, IsInt, IsOptional, IsUUID, ValidateNested } from 'class-validator';
import type { ReadableAnnouncement, StaffAnnouncementView } from './announcements.service.js';

@ObjectType('Announcement')
export class AnnouncementModel {
  @Field(() => ID)
  id: string;
  @Field()
  title: string;
  @Field({ description: 'Markdown' })
  body: string;
  @Field()
  pinned: boolean;
  @Field()
  fromAt: Date;
  @Field(() => Date, { nullable: true })
  untilAt: Date | null;
  @Field()
  read: boolean;
  authorId: string;
}

@ObjectType('StaffAnnouncement')
export class StaffAnnouncementModel {
  @Field(() => ID)
  id: string;
  @Field(() => Int)
  revision: number;
  @Field(() => TextModel)
  titles: TextModel;
  @Field(() => TextModel)
  bodies: TextModel;
  @Field()
  title: string;
  @Field()
  pinned: boolean;
  @Field(() => ID)
  audienceId: string;
  @Field(() => String, { nullable: true })
  audienceName: string | null;
  @Field()
  fromAt: Date;
  @Field(() => Date, { nullable: true })
  untilAt: Date | null;
  @Field(() => String, { description: 'scheduled current ended withdrawn' })
  state: string;
  @Field(() => Int, { description: 'In the audience now' })
  people: number;
  @Field(() => Int, { description: 'Who has read it' })
  readers: number;
  authorId: string;
}

@InputType('AnnouncementInput')
export class AnnouncementInputModel {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  id?: string | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  revision?: number | null;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  title: TextInputModel;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  body: TextInputModel;
  @Field(() => ID)
  @IsUUID()
  audienceId: string;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  pinned?: boolean | null;
  @Field(() => Date, { nullable: true })
  @IsOptional()
  @IsDate()
  fromAt?: Date | null;
  @Field(() => Date, { nullable: true })
  @IsOptional()
  @IsDate()
  untilAt?: Date | null;
  @Field(() => Boolean, { nullable: true, description: 'Also by e-mail to those who did not ask for it' })
  @IsOptional()
  @IsBoolean()
  email?: boolean | null;
}

export function toAnnouncementModel(a: ReadableAnnouncement): AnnouncementModel {
  return a;
}

export function toStaffAnnouncementModel(a: StaffAnnouncementView): StaffAnnouncementModel {
  return { ...a, titles: fromText(a.titles), bodies: fromText(a.bodies) };
}
