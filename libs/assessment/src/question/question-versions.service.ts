import { Inject, Injectable } from '@nestjs/common';
import { one, rows, Texts, type Tx } from '@waymark/platform';
import type { PoolQuestion } from '../assessment/blueprint.js';
import { FrozenCache } from '../frozen-cache.js';
import type { AnswerKey, QuestionBody, QuestionType, QuestionUse } from './question.js';
import type { QuestionTexts } from './question-texts.js';

/** A published question version with its key: stays on the server. */
export interface FrozenQuestion extends PoolQuestion {
  code: string;
  key: AnswerKey;
}

interface VersionRow {
  version_id: string;
  question_id: string;
  bank_id: string;
  code: string;
  type: QuestionType;
  use: QuestionUse;
  difficulty: number;
  points: number;
  tags: string[];
  body: QuestionBody;
  answer_key: AnswerKey;
  lesson_ref: string | null;
}

const VERSIONS_KEPT = 20_000;

/** The newest correction of a key, as a column of a statement. */
export const KEYS_NOW = `(select coalesce(max(seq), 0) from question_correction) as keys_now`;

/**
 * Published versions never change but for a key that is corrected, nor do their texts as of a revision: both are read once
 * per process, and again after a correction.
 */
@Injectable()
export class QuestionVersions {
  private versions = new FrozenCache<string, FrozenQuestion>(VERSIONS_KEPT);
  private keySeq = 0;
  private readonly textsAsOf = new FrozenCache<string, QuestionTexts>(10_000);

  constructor(@Inject(Texts) private readonly texts: Texts) {}

  /** @param keysNow the newest correction of a key (`KEYS_NOW`), where the caller has read it already */
  async load(tx: Tx, versionIds: readonly string[], keysNow?: number): Promise<Map<string, FrozenQuestion>> {
    const seq = keysNow ?? (await one<{ keys_now: number }>(tx, `select ${KEYS_NOW}`)).keys_now;
    // What is still being read for the old cache goes there, and with it.
    if (seq > this.keySeq) {
      this.versions = new FrozenCache(VERSIONS_KEPT);
      this.keySeq = seq;
    }
    return this.versions.many(versionIds, async (missing) => {
      const found = await rows<VersionRow>(
        tx,
        `select v.id as version_id, v.question_id, q.bank_id, q.code, v.type, v.use, v.difficulty, v.points, v.tags, v.body,
                v.answer_key, v.lesson_ref
         from question_version v join question q on q.id = v.question_id
         where v.id = any ($1::uuid[]) and v.published_at is not null`,
        [missing],
      );
      return new Map(
        found.map((r) => [
          r.version_id,
          {
            versionId: r.version_id,
            questionId: r.question_id,
            bankId: r.bank_id,
            code: r.code,
            type: r.type,
            use: r.use,
            difficulty: r.difficulty,
            points: r.points,
            tags: r.tags,
            body: r.body,
            key: r.answer_key,
            lessonRef: r.lesson_ref,
          },
        ]),
      );
    });
  }

  /** Texts of questions, assessments or topics as they stood at `seq`. */
  async textsAt(tx: Tx, versionIds: readonly string[], seq: number): Promise<Map<string, QuestionTexts>> {
    const suffix = `@${seq}`;
    const found = await this.textsAsOf.many(
      versionIds.map((id) => id + suffix),
      async (missing) => {
        const ids = missing.map((key) => key.slice(0, -suffix.length));
        const loaded = await this.texts.load(tx, ids, seq);
        return new Map(ids.map((id) => [id + suffix, loaded.get(id) ?? {}]));
      },
    );
    return new Map(versionIds.map((id) => [id, found.get(id + suffix) ?? {}]));
  }
}
