import { Injectable } from '@nestjs/common';
import { newId } from '@waymark/kernel';
import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import type { Memory } from '../schedule/schedule.js';
import type { Card, CardKind, CardOrigin } from './card.js';

const COLUMNS = `c.id, c.person_id as "personId", c.kind, c.origin, c.question_id as "questionId", c.lesson_id as "lessonId", c.topic, c.state,
  c.due_at as "dueAt", c.stability, c.difficulty, c.reps, c.lapses, c.scheduled_days as "scheduledDays", c.step, c.last_review_at as "lastReviewAt",
  c.last_day as "lastDay", c.memory_since as "memorySince", c.brought_forward as "broughtForward", c.suspended, c.revision, c.created_at as "createdAt"`;

export interface NewCard {
  id?: string;
  personId: string;
  kind: CardKind;
  origin: CardOrigin;
  questionId?: string | null;
  questionVersionId?: string | null;
  lessonId?: string | null;
  attemptId?: string | null;
  topic?: string | null;
  dueAt: Date;
  createdAt: Date;
}

@Injectable()
export class CardRepository {
  /**
   * Adds cards that are not there yet. A card that is there and was missed again comes back at once.
   * Ids of added and brought-forward cards.
   */
  async add(tx: Tx, cards: readonly NewCard[]): Promise<string[]> {
    if (cards.length === 0) return [];
    const list = JSON.stringify(
      cards.map((c) => ({
        id: c.id ?? newId(),
        person_id: c.personId,
        kind: c.kind,
        origin: c.origin,
        question_id: c.questionId ?? null,
        question_version_id: c.questionVersionId ?? null,
        lesson_id: c.lessonId ?? null,
        attempt_id: c.attemptId ?? null,
        topic: c.topic ?? null,
        due_at: c.dueAt,
        created_at: c.createdAt,
      })),
    );
    const added = await rows<{ id: string }>(
      tx,
      `insert into card (id, person_id, kind, origin, question_id, question_version_id, lesson_id, attempt_id, topic, due_at, memory_since, created_at)
       select id, person_id, kind, origin, question_id, question_version_id, lesson_id, attempt_id, topic, due_at, timestamptz 'epoch', created_at
       from jsonb_to_recordset($1::jsonb) as n(id uuid, person_id uuid, kind text, origin text, question_id uuid, question_version_id uuid,
              lesson_id uuid, attempt_id uuid, topic text, due_at timestamptz, created_at timestamptz)
       order by person_id, id
       on conflict do nothing returning id`,
      [list],
    );
    const forward = await rows<{ id: string }>(
      tx,
      `update card c set due_at = n.created_at, brought_forward = 'missed-again', attempt_id = coalesce(n.attempt_id, c.attempt_id)
       from jsonb_to_recordset($1::jsonb) as n(id uuid, person_id uuid, origin text, question_id uuid, lesson_id uuid, attempt_id uuid, created_at timestamptz)
       where c.person_id = n.person_id and (c.question_id = n.question_id or c.lesson_id = n.lesson_id)
         and n.origin in ('missed', 'missed-secure') and c.id <> n.id and c.suspended is null and c.state = 'review'
         and c.due_at > n.created_at and c.last_review_at < n.created_at
       returning c.id`,
      [list],
    );
    return [...added, ...forward].map((r) => r.id);
  }

  find(tx: Tx, personId: string, id: string, lock = false): Promise<Card | null> {
    return maybeOne(
      tx,
      `select ${COLUMNS} from card c where c.person_id = $1 and c.id = $2 ${lock ? 'for update' : ''}`,
      [personId, id],
    );
  }

  /** The person's own ones of these cards, locked. */
  lockMany(tx: Tx, personId: string, ids: readonly string[]): Promise<Card[]> {
    return rows(
      tx,
      `select ${COLUMNS} from card c where c.person_id = $1 and c.id = any ($2::uuid[]) order by c.id for update`,
      [personId, ids],
    );
  }

  byIds(tx: Tx, personId: string, ids: readonly string[]): Promise<Card[]> {
    return rows(
      tx,
      `select ${COLUMNS} from unnest($2::uuid[]) with ordinality as w(id, n) join card c on c.id = w.id where c.person_id = $1 order by w.n`,
      [personId, ids],
    );
  }

  /** Everything that waits; a person has a few thousand cards at most. */
  due(tx: Tx, personId: string, now: Date): Promise<Pick<Card, 'id' | 'state' | 'dueAt' | 'stability' | 'lastDay'>[]> {
    return rows(
      tx,
      `select id, state, due_at as "dueAt", stability, last_day as "lastDay" from card
       where person_id = $1 and suspended is null and due_at <= $2 order by due_at limit 5000`,
      [personId, now],
    );
  }

  page(
    tx: Tx,
    personId: string,
    filter: { kind?: string | null; suspended?: boolean | null },
    first: number,
    afterId: string | null,
  ): Promise<Card[]> {
    return rows(
      tx,
      `select ${COLUMNS} from card c where c.person_id = $1 and ($2::text is null or c.kind = $2)
         and ($3::boolean is null or (c.suspended is not null) = $3) and ($4::uuid is null or c.id < $4) order by c.id desc limit $5`,
      [personId, filter.kind ?? null, filter.suspended ?? null, afterId, first + 1],
    );
  }

  async count(tx: Tx, personId: string, filter: { kind?: string | null; suspended?: boolean | null }): Promise<number> {
    const { n } = await one<{ n: number }>(
      tx,
      `select count(*)::int as n from card c where c.person_id = $1 and ($2::text is null or c.kind = $2)
         and ($3::boolean is null or (c.suspended is not null) = $3)`,
      [personId, filter.kind ?? null, filter.suspended ?? null],
    );
    return n;
  }

  async saveMemories(tx: Tx, memories: readonly (Memory & { id: string })[]): Promise<void> {
    await execute(
      tx,
      `update card c set state = m.state, due_at = m.due_at, stability = m.stability, difficulty = m.difficulty, reps = m.reps, lapses = m.lapses,
         scheduled_days = m.scheduled_days, step = m.step, last_review_at = m.last_review_at, last_day = m.last_day, brought_forward = null
       from jsonb_to_recordset($1::jsonb) as m(id uuid, state text, due_at timestamptz, stability double precision, difficulty double precision, reps int,
              lapses int, scheduled_days int, step smallint, last_review_at timestamptz, last_day date)
       where c.id = m.id`,
      [
        JSON.stringify(
          memories.map((m) => ({
            id: m.id,
            state: m.state,
            due_at: m.dueAt,
            stability: m.stability,
            difficulty: m.difficulty,
            reps: m.reps,
            lapses: m.lapses,
            scheduled_days: m.scheduledDays,
            step: m.step,
            last_review_at: m.lastReviewAt,
            last_day: m.lastDay,
          })),
        ),
      ],
    );
  }

  async saveText(
    tx: Tx,
    texts: readonly { cardId: string; personId: string; front: string; back: string }[],
    now: Date,
  ): Promise<void> {
    await execute(
      tx,
      `insert into card_text (card_id, person_id, front, back, updated_at)
       select card_id, person_id, front, back, $2 from jsonb_to_recordset($1::jsonb) as t(card_id uuid, person_id uuid, front text, back text)
       on conflict (card_id) do update set front = excluded.front, back = excluded.back, updated_at = excluded.updated_at`,
      [
        JSON.stringify(texts.map((t) => ({ card_id: t.cardId, person_id: t.personId, front: t.front, back: t.back }))),
        now,
      ],
    );
  }

  async texts(tx: Tx, cardIds: readonly string[]): Promise<Map<string, { front: string; back: string }>> {
    const found = await rows<{ card_id: string; front: string; back: string }>(
      tx,
      `select card_id, front, back from card_text where card_id = any ($1::uuid[])`,
      [cardIds],
    );
    return new Map(found.map((f) => [f.card_id, { front: f.front, back: f.back }]));
  }

  async touch(tx: Tx, id: string, change: { suspended?: 'by-person' | null }): Promise<void> {
    await execute(
      tx,
      `update card set revision = revision + 1, suspended = case when $2 then $3 else suspended end where id = $1`,
      [id, change.suspended !== undefined, change.suspended ?? null],
    );
  }

  /** Which of these questions already have a card of the person. */
  async questionsHeld(tx: Tx, personIds: readonly string[], questionIds: readonly string[]): Promise<Set<string>> {
    const found = await rows<{ person_id: string; question_id: string }>(
      tx,
      `select person_id, question_id from card where person_id = any ($1::uuid[]) and question_id = any ($2::uuid[])`,
      [personIds, questionIds],
    );
    return new Set(found.map((f) => `${f.person_id} ${f.question_id}`));
  }

  /** A changed question is learnt anew: the memory was of another sense. */
  async moveToVersion(tx: Tx, questionId: string, versionId: string, now: Date): Promise<void> {
    await execute(
      tx,
      `update card set question_version_id = $2, state = 'new', due_at = $3, stability = 0, difficulty = 0, reps = 0, scheduled_days = 0, step = 0,
         last_review_at = null, last_day = null, memory_since = $3, brought_forward = 'question-changed',
         suspended = case when suspended = 'source-gone' then null else suspended end
       where question_id = $1 and question_version_id <> $2`,
      [questionId, versionId, now],
    );
  }

  async questionsInUse(tx: Tx): Promise<string[]> {
    const found = await rows<{ question_id: string }>(
      tx,
      `select distinct question_id from card where question_id is not null and suspended is distinct from 'by-person'`,
    );
    return found.map((f) => f.question_id);
  }

  /** Cards of questions that are gone rest; those of questions that came back return. */
  setGone(tx: Tx, gone: readonly string[], there: readonly string[]): Promise<number> {
    return execute(
      tx,
      `update card set suspended = case when question_id = any ($1::uuid[]) then 'source-gone' end
       where (question_id = any ($1::uuid[]) and suspended is null) or (question_id = any ($2::uuid[]) and suspended = 'source-gone')`,
      [gone, there],
    );
  }

  async fromAttempt(tx: Tx, personId: string, attemptId: string): Promise<number> {
    return (
      await one<{ n: number }>(tx, `select count(*)::int as n from card where person_id = $1 and attempt_id = $2`, [
        personId,
        attemptId,
      ])
    ).n;
  }

  async erase(tx: Tx, personId: string): Promise<void> {
    await execute(tx, `delete from card_text where person_id = $1`, [personId]);
    await execute(tx, `update card set suspended = 'by-person' where person_id = $1 and suspended is null`, [personId]);
  }
}
