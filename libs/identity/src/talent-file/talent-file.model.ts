import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { LocalDayScalar } from '@waymark/platform';
import { CompetencyProfileRowModel } from '../competency/competency.model.js';

@ObjectType('TalentMap')
export class TalentMapModel {
  @Field()
  title: string;
  @Field(() => LocalDayScalar)
  startDay: string;
  @Field()
  status: string;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  total: number;
  @Field(() => Int)
  overdue: number;
}

@ObjectType('TalentMilestone')
export class TalentMilestoneModel {
  @Field()
  title: string;
  @Field()
  state: string;
  @Field(() => LocalDayScalar, { nullable: true })
  decidedOn: string | null;
}

@ObjectType('TalentCourse')
export class TalentCourseModel {
  @Field()
  title: string;
  @Field(() => LocalDayScalar)
  completedOn: string;
  @Field(() => Int)
  minutes: number;
}

@ObjectType('TalentTopic')
export class TalentTopicModel {
  @Field()
  title: string;
  @Field(() => Float)
  score: number;
}

@ObjectType('TalentResult')
export class TalentResultModel {
  @Field()
  title: string;
  @Field()
  kind: string;
  @Field(() => Int)
  attempts: number;
  @Field(() => Float, { nullable: true })
  score: number | null;
  @Field(() => Boolean, { nullable: true })
  passed: boolean | null;
  @Field(() => [TalentTopicModel])
  topics: TalentTopicModel[];
}

@ObjectType('TalentCertificate')
export class TalentCertificateModel {
  @Field()
  title: string;
  @Field()
  number: string;
  @Field(() => LocalDayScalar)
  issuedOn: string;
  @Field(() => LocalDayScalar, { nullable: true })
  expiresOn: string | null;
  @Field()
  state: string;
}

@ObjectType('TalentPairing')
export class TalentPairingModel {
  @Field({ description: 'What the person was in it: mentor or learner' })
  role: string;
  @Field(() => LocalDayScalar)
  startDay: string;
  @Field(() => LocalDayScalar)
  endDay: string;
  @Field()
  ended: boolean;
  @Field(() => Int)
  held: number;
  @Field(() => Int)
  missed: number;
  partnerId: string;
}

@ObjectType('TalentFile', { description: 'Parts that are not open to the viewer are null' })
export class TalentFileModel {
  @Field(() => [String])
  parts: string[];
  @Field(() => LocalDayScalar, { nullable: true })
  hireDate: string | null;
  @Field(() => [CompetencyProfileRowModel], { nullable: true })
  skills: CompetencyProfileRowModel[] | null;
  @Field(() => [TalentMapModel], { nullable: true })
  maps: TalentMapModel[] | null;
  @Field(() => [TalentMilestoneModel], { nullable: true })
  milestones: TalentMilestoneModel[] | null;
  @Field(() => [TalentCourseModel], { nullable: true })
  courses: TalentCourseModel[] | null;
  @Field(() => [TalentResultModel], { nullable: true })
  results: TalentResultModel[] | null;
  @Field(() => [TalentCertificateModel], { nullable: true })
  certificates: TalentCertificateModel[] | null;
  @Field(() => [TalentPairingModel], { nullable: true })
  pairings: TalentPairingModel[] | null;
  @Field(() => ID)
  id: string;
  jobRoleId: string | null;
}
