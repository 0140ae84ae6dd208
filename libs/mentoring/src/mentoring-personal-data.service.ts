import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Locale } from '@waymark/kernel';
import { execute, OnEventInTransaction, one, rows, type DomainEvent, type Tx } from '@waymark/platform';
import { PersonDataRegistry } from '@waymark/identity';
import { personErased } from '@waymark/identity/events';

const OF_PERSON = `(author_id = $1 or pairing_id in (select id from pairing where mentor_id = $1 or learner_id = $1))`;

/** Stands in the file in the place of what it does not hold. */
const PRIVATE: Readonly<Record<Locale, string>> = {
  'zh-CN': '双方对师徒结对的反馈只给学习发展部看，不在本文件中。',
  'zh-TW': '雙方對師徒結對的回饋只給學習發展部看，不在本檔案中。',
  en: 'What partners tell L&D about each other is private to L&D and not in this file.',
};

/**
 * The words and figures of summaries, feedback, thanks, improvement plans and performance lists: what the export of a
 * person says of them, and how they go when the person is erased. What others told L&D about the person is L&D's: the
 * export says that it is there, not what it says.
 */
@Injectable()
export class MentoringPersonalData implements OnModuleInit {
  constructor(@Inject(PersonDataRegistry) private readonly personData: PersonDataRegistry) {}

  onModuleInit(): void {
    const sections: Record<string, string> = {
      pairingSummaries: `select pairing_id, goal, reached, next, submitted_at from pairing_summary where author_id = $1 order by submitted_at`,
      pairingFeedback: `select pairing_id, prepared, useful, comment, submitted_at from pairing_feedback where author_id = $1 order by submitted_at`,
      performanceFigures: `select period, figure, rank, of from performance_figure where person_id = $1 order by period`,
      mentorThanks: `select mentor_id, learner_id, text, created_at from mentor_thanks where mentor_id = $1 or learner_id = $1 order by created_at`,
      mentorAbsences: `select from_day, to_day, substitute_id from mentor_absence where mentor_id = $1 order by from_day`,
      improvementPlans: `select p.start_day, p.ended_on, p.end_reason, b.week, b.text, r.rater, r.score from improvement_plan p
        join improvement_behaviour b on b.plan_id = p.id left join improvement_rating r on r.plan_id = b.plan_id and r.week = b.week and r.ordinal = b.ordinal
        where p.learner_id = $1 order by p.start_day, b.week, b.ordinal, r.rater`,
    };
    for (const [section, sql] of Object.entries(sections))
      this.personData.contribute({ section, export: (tx, personId) => rows(tx, sql, [personId]) });
    this.personData.contribute({
      section: 'pairingFeedbackAboutThisPerson',
      export: async (tx, personId) => {
        const { n } = await one<{ n: number }>(
          tx,
          `select count(*)::int as n from pairing_feedback where about_id = $1`,
          [personId],
        );
        return { count: n, content: null, reason: PRIVATE };
      },
    });
  }

  @OnEventInTransaction(personErased)
  async erased(tx: Tx, event: DomainEvent): Promise<void> {
    if (!event.personId) return;
    const person = [event.personId];
    await execute(tx, `update pairing_summary set reached = '', next = '' where ${OF_PERSON}`, person);
    await execute(tx, `update pairing_feedback set comment = '' where ${OF_PERSON}`, person);
    await execute(tx, `update mentor_thanks set text = '' where mentor_id = $1 or learner_id = $1`, person);
    await execute(
      tx,
      `update improvement_behaviour set text = '' where plan_id in (select id from improvement_plan where learner_id = $1 or created_by = $1)`,
      person,
    );
    await execute(tx, `delete from performance_import_row where person_id = $1`, person);
    await execute(tx, `delete from performance_figure where person_id = $1`, person);
    await execute(tx, `delete from mentor_absence where mentor_id = $1`, person);
    await execute(tx, `update mentor_absence set substitute_id = null where substitute_id = $1`, person);
  }
}
