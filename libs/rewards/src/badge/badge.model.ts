import { Field, Int, ObjectType } from '@nestjs/graphql';

@ObjectType('Badge')
export class BadgeModel {
  @Field()
  code: string;
  @Field({ description: 'round habit, peak stage, shield exam, hex mentoring, blaze knowledge' })
  shape: string;
  @Field(() => Int, { description: '1 bronze, 2 silver, 3 gold, 4 pine' })
  tier: number;
  @Field()
  glyph: string;
  @Field()
  title: string;
  @Field()
  description: string;
}

@ObjectType('MyBadge')
export class MyBadgeModel {
  @Field(() => BadgeModel)
  badge: BadgeModel;
  @Field(() => Date, { nullable: true })
  awardedAt: Date | null;
  @Field(() => Int)
  have: number;
  @Field(() => Int)
  need: number;
}
