import { Field, Float, Int, ObjectType } from '@nestjs/graphql';

@ObjectType('MentorImpact')
export class MentorImpactModel {
  @Field(() => Int, { description: 'mentees whose pairing came to its end' })
  finished: number;
  @Field(() => Int)
  current: number;
  @Field(() => Int)
  held: number;
  @Field(() => Int)
  missed: number;
  @Field(() => Int, { description: 'steps of mentees done by their due day, of `done`' })
  onTime: number;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  decisions: number;
  @Field(() => Float, { nullable: true, description: 'mean hours from hand-in to decision' })
  decideHours: number | null;
  @Field(() => Int)
  thanks: number;
}
