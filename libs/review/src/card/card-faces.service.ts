import { Inject, Injectable } from '@nestjs/common';
import { pickText, type Locale } from '@waymark/kernel';
import type { Tx } from '@waymark/platform';
import { PracticeQuestions } from '@waymark/assessment';
import { KeyPoints } from '@waymark/catalog';
import { CardRepository } from './card.repository.js';
import type { Card, CardFace } from './card.js';

const present = <T>(list: readonly (T | null | undefined)[]): T[] =>
  list.filter((x): x is T => x !== null && x !== undefined);

/** Front and back of cards. Questions come from the practice ones only; a card whose source is gone has no face. */
@Injectable()
export class CardFaces {
  constructor(
    @Inject(CardRepository) private readonly cards: CardRepository,
    @Inject(PracticeQuestions) private readonly questions: PracticeQuestions,
    @Inject(KeyPoints) private readonly keyPoints: KeyPoints,
  ) {}

  async load(tx: Tx, cards: readonly Card[], locale: Locale): Promise<Map<string, CardFace>> {
    const questionIds = present(cards.map((c) => c.questionId));
    const lessonIds = present(cards.map((c) => c.lessonId));
    const ownIds = cards.filter((c) => c.kind === 'own').map((c) => c.id);
    const questions =
      questionIds.length > 0 ? await this.questions.load(tx, questionIds, locale) : new Map<string, never>();
    const keyPoints = lessonIds.length > 0 ? await this.keyPoints.forLessons(tx, lessonIds) : new Map<string, never>();
    const refs = present([...questions.values()].map((q) => q.lessonRef));
    const lessons = refs.length > 0 ? await this.keyPoints.byRef(tx, refs) : new Map<string, never>();
    const own = ownIds.length > 0 ? await this.cards.texts(tx, ownIds) : new Map<string, never>();
    const out = new Map<string, CardFace>();
    for (const card of cards) {
      const question = card.questionId ? questions.get(card.questionId) : undefined;
      const point = card.lessonId
        ? keyPoints.get(card.lessonId)
        : question?.lessonRef
          ? lessons.get(question.lessonRef)
          : undefined;
      const lesson = {
        courseCode: point?.courseCode ?? null,
        lessonKey: point?.lessonKey ?? null,
        lessonTitle: point ? pickText(point.title, locale) : null,
      };
      const plain = { questionType: null, choices: [], accepted: [] };
      if (question) {
        out.set(card.id, {
          front: question.stem,
          back: question.explanation ?? '',
          questionType: question.type,
          choices: question.choices,
          accepted: question.accepted,
          ...lesson,
        });
      } else if (card.kind === 'key-point' && point) {
        out.set(card.id, {
          front: pickText(point.front, locale),
          back: pickText(point.back, locale),
          ...plain,
          ...lesson,
        });
      } else if (card.kind === 'own') {
        const text = own.get(card.id);
        if (text) out.set(card.id, { ...text, ...plain, ...lesson });
      }
    }
    return out;
  }
}
