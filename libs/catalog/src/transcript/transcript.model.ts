import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { Connection, LocalDayScalar } from '@waymark/platform';

@ObjectType('TranscriptRow')
export class TranscriptRowModel {
  @Field(() => ID)
  id: string;
  @Field(() => String, { description: 'course, exam or certificate' })
  what: string;
  @Field(() => ID)
  subjectId: string;
  @Field(() => String, { nullable: true })
  code: string | null;
  @Field(() => String)
  title: string;
  @Field(() => String, { nullable: true })
  module: string | null;
  @Field(() => LocalDayScalar)
  localDay: string;
  @Field(() => Date)
  occurredAt: Date;
  @Field(() => Int, { description: 'credited training minutes' })
  minutes: number;
  @Field(() => Float, { nullable: true })
  score: number | null;
}

@ObjectType('TranscriptConnection')
export class TranscriptConnectionModel extends Connection(TranscriptRowModel, 'Transcript') {}

@ObjectType('ModuleMinutes')
export class ModuleMinutesModel {
  @Field(() => String)
  module: string;
  @Field(() => Int)
  minutes: number;
}

@ObjectType('Transcript')
export class TranscriptModel {
  @Field(() => Int)
  totalMinutes: number;
  @Field(() => Int)
  courseCount: number;
  @Field(() => [ModuleMinutesModel])
  byModule: ModuleMinutesModel[];
  @Field(() => TranscriptConnectionModel)
  rows: TranscriptConnectionModel;
}
