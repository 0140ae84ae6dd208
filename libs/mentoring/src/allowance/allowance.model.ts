import { Field, Int, ObjectType } from '@nestjs/graphql';

@ObjectType('AllowanceRow')
export class AllowanceRowModel {
  @Field()
  month: string;
  @Field(() => Int, { description: 'held' })
  meetings: number;
  @Field(() => Int)
  minutes: number;
  @Field(() => Int)
  mentees: number;
  @Field(() => Int, { description: 'sign-offs decided' })
  decisions: number;
  mentorId: string;
}
