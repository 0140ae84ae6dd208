import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { rows, SubjectTitles, type TitleLookup } from '@waymark/platform';
import { Assessments } from './assessments.service.js';

const ATTEMPTED = `select a.id::text as id, a.assessment_id as "assessmentId" from attempt a where a.id::text = any($1)`;

/** What quizzes, exams, attempts at them and questions are called, for lists that know only their ids. */
@Injectable()
export class AssessmentTitles implements OnModuleInit {
  constructor(
    @Inject(SubjectTitles) private readonly titles: SubjectTitles,
    @Inject(Assessments) private readonly assessments: Assessments,
  ) {}

  onModuleInit(): void {
    const lookup: TitleLookup = async (tx, ids, locale) => {
      const cards = await this.assessments.cards(tx, ids, locale);
      return new Map([...cards].map(([id, card]) => [id, card.title]));
    };
    this.titles.register('quiz', lookup);
    this.titles.register('exam', lookup);
    this.titles.register('assessment', lookup);
    this.titles.register('attempt', async (tx, ids, locale) => {
      const attempts = await rows<{ id: string; assessmentId: string }>(tx, ATTEMPTED, [ids]);
      const called = await lookup(
        tx,
        attempts.map((a) => a.assessmentId),
        locale,
      );
      return new Map(attempts.map((a) => [a.id, called.get(a.assessmentId) ?? '']));
    });
    // Not by their words: those are for editors, and for who is asked.
    this.titles.register('question', async (tx, ids) => {
      const questions = await rows<{ id: string; code: string }>(
        tx,
        `select id::text as id, code from question where id::text = any($1)`,
        [ids],
      );
      return new Map(questions.map((q) => [q.id, q.code]));
    });
  }
}
