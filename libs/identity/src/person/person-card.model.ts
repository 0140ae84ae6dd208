import { Field, ID, ObjectType } from '@nestjs/graphql';

@ObjectType('PersonCard', { description: 'All that anybody may see of somebody else' })
export class PersonCardModel {
  @Field(() => ID)
  id: string;
  @Field()
  name: string;
  @Field(() => String, { nullable: true })
  unit: string | null;
  @Field(() => String, { nullable: true })
  pictureUrl: string | null;
  @Field()
  initial: string;
}
