import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Connection, LocalDayScalar } from '@waymark/platform';

@ObjectType('MeetingBrief')
export class MeetingBriefModel {
  @Field(() => ID)
  id: string;
  @Field(() => LocalDayScalar)
  day: string;
  @Field(() => Date, { nullable: true })
  startsAt: Date | null;
  @Field({ description: 'planned held missed' })
  state: string;
}

@ObjectType('ActionItem')
export class ActionItemModel {
  @Field(() => ID)
  id: string;
  @Field(() => ID)
  meetingId: string;
  @Field(() => ID)
  pairingId: string;
  @Field()
  text: string;
  @Field({ description: 'mentor learner' })
  owner: string;
  @Field(() => LocalDayScalar, { nullable: true })
  dueOn: string | null;
  @Field(() => Date, { nullable: true })
  doneAt: Date | null;
  ownerId: string;
}

@ObjectType('MentorMeeting')
export class MentorMeetingModel {
  @Field(() => ID)
  id: string;
  @Field(() => ID)
  pairingId: string;
  @Field(() => LocalDayScalar)
  day: string;
  @Field(() => Date, { nullable: true })
  startsAt: Date | null;
  @Field(() => Int)
  minutes: number;
  @Field({ description: 'planned held missed' })
  state: string;
  @Field({ description: 'belong to both partners' })
  notes: string;
  @Field({ description: 'own; the partner never sees it' })
  privateNote: string;
  @Field(() => [ActionItemModel])
  actions: ActionItemModel[];
  @Field(() => Date, { nullable: true })
  loggedAt: Date | null;
  @Field(() => Int, { description: 'of the notes' })
  revision: number;
  loggedById: string | null;
  inPlaceOfId: string | null;
}

@ObjectType('MentorMeetingConnection')
export class MentorMeetingConnectionModel extends Connection(MentorMeetingModel, 'MentorMeeting') {}

@ObjectType('MentorHour')
export class MentorHourModel {
  @Field(() => ID)
  meetingId: string;
  @Field(() => ID)
  pairingId: string;
  @Field(() => Date)
  startsAt: Date;
  @Field(() => Int)
  minutes: number;
  @Field({ description: 'mentor learner' })
  side: string;
  @Field(() => Int)
  openActions: number;
  withId: string;
}
