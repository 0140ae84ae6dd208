import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { LocalDayScalar } from '@waymark/platform';
import { ArrayMaxSize, ArrayMinSize, IsInt, Length, Max, Min } from 'class-validator';

@ObjectType('ImprovementBehaviour')
export class ImprovementBehaviourModel {
  @Field(() => Int, { description: '1 to 8' })
  week: number;
  @Field(() => Int, { description: '1 or 2' })
  ordinal: number;
  @Field()
  text: string;
  @Field(() => Int, { nullable: true, description: "1 to 5; the other's is shown once one's own is given" })
  learner: number | null;
  @Field(() => Int, { nullable: true })
  mentor: number | null;
}

@ObjectType('ImprovementPlan')
export class ImprovementPlanModel {
  @Field(() => ID)
  id: string;
  @Field(() => LocalDayScalar)
  startDay: string;
  @Field(() => LocalDayScalar, { nullable: true })
  endedOn: string | null;
  @Field(() => String, { nullable: true, description: 'completed stopped' })
  endReason: string | null;
  @Field(() => String, { nullable: true, description: 'mine: learner mentor' })
  side: string | null;
  @Field(() => Int, { description: '1 to 8; 0 before, 9 after' })
  week: number;
  @Field(() => [ImprovementBehaviourModel])
  behaviours: ImprovementBehaviourModel[];
  learnerId: string;
}

@InputType('ImprovementWeekInput')
export class ImprovementWeekInputModel {
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(8)
  week: number;
  @Field(() => [String], { description: 'two' })
  @ArrayMinSize(2)
  @ArrayMaxSize(2)
  @Length(1, 200, { each: true })
  behaviours: string[];
}
