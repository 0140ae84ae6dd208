import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Connection, LocalDayScalar, type Viewer } from '@waymark/platform';
import type { CardView } from '../session/review-sessions.service.js';

@ObjectType('ReviewChoice')
export class ReviewChoiceModel {
  @Field()
  key: string;
  @Field()
  text: string;
  @Field()
  right: boolean;
}

@ObjectType('ReviewNext', { description: 'When the card comes back after a grade' })
export class ReviewNextModel {
  @Field(() => Int)
  grade: number;
  @Field(() => Date)
  dueAt: Date;
  @Field(() => Int)
  minutes: number;
  @Field(() => Int)
  days: number;
}

@ObjectType('ReviewWhy', { description: 'Why this card today' })
export class ReviewWhyModel {
  @Field()
  code: string;
  @Field(() => Int, { nullable: true })
  days: number | null;
  @Field(() => Int, { nullable: true })
  recallPercent: number | null;
  @Field(() => LocalDayScalar, { nullable: true })
  lastReviewedOn: string | null;
  @Field(() => String, { nullable: true })
  topic: string | null;
}

@ObjectType('ReviewCard')
export class ReviewCardModel {
  @Field(() => ID)
  id: string;
  @Field()
  kind: string;
  @Field()
  state: string;
  @Field()
  front: string;
  @Field()
  back: string;
  @Field(() => String, { nullable: true })
  questionType: string | null;
  @Field(() => [ReviewChoiceModel])
  choices: ReviewChoiceModel[];
  @Field(() => [String])
  accepted: string[];
  @Field(() => String, { nullable: true })
  courseCode: string | null;
  @Field(() => String, { nullable: true })
  lessonKey: string | null;
  @Field(() => String, { nullable: true })
  lessonTitle: string | null;
  @Field(() => Date)
  dueAt: Date;
  @Field(() => Int)
  reps: number;
  @Field(() => Int)
  lapses: number;
  @Field()
  suspended: boolean;
  @Field(() => Int)
  revision: number;
  @Field(() => Date)
  createdAt: Date;
  @Field(() => ReviewWhyModel)
  why: ReviewWhyModel;
  @Field(() => [ReviewNextModel])
  next: ReviewNextModel[];
}

@ObjectType('ReviewCardConnection')
export class ReviewCardConnectionModel extends Connection(ReviewCardModel, 'ReviewCard') {}

/** Somebody who looks as this person does not read what the person wrote. */
export function toCardModel({ card, face, why, next }: CardView, viewer: Viewer): ReviewCardModel {
  const hidden = viewer.viewAsBy !== null && card.kind === 'own';
  return {
    id: card.id,
    kind: card.kind,
    state: card.state,
    ...face,
    ...(hidden ? { front: '', back: '' } : {}),
    dueAt: card.dueAt,
    reps: card.reps,
    lapses: card.lapses,
    suspended: card.suspended !== null,
    revision: card.revision,
    createdAt: card.createdAt,
    why,
    next,
  };
}
