import { Inject, Injectable } from '@nestjs/common';
import { pickText, type Locale } from '@waymark/kernel';
import { rows, Texts, type Tx } from '@waymark/platform';
import { QuestionVersions } from './question-versions.service.js';
import { writtenAnswer } from './answer-words.js';
import { EXPLANATION, plainStem, shownItem } from './question-texts.js';
import { rightAnswer } from './right-answer.js';
import { acceptedToShow, type QuestionType } from './question.js';
import { paperEntryOf } from '../attempt/paper.js';

/** A practice question with its answer, for review cards. */
export interface PracticeQuestion {
  questionId: string;
  versionId: string;
  code: string;
  type: QuestionType;
  stem: string;
  choices: { key: string; text: string; right: boolean }[];
  /** The right answer in words, one line a thing, where it is no choice. */
  accepted: string[];
  explanation: string | null;
  tags: string[];
  lessonRef: string | null;
  textSeq: number;
}

/** The one way answers leave this lib outside of a result: published practice questions only, never a secure one. */
@Injectable()
export class PracticeQuestions {
  constructor(
    @Inject(QuestionVersions) private readonly versions: QuestionVersions,
    @Inject(Texts) private readonly texts: Texts,
  ) {}

  async load(tx: Tx, questionIds: readonly string[], locale: Locale): Promise<Map<string, PracticeQuestion>> {
    const out = new Map<string, PracticeQuestion>();
    if (questionIds.length === 0) return out;
    const current = await rows<{ id: string; version_id: string }>(
      tx,
      `select q.id, v.id as version_id from question q join question_version v on v.id = q.current_version_id
       where q.id = any ($1::uuid[]) and q.status = 'published' and v.use = 'practice'`,
      [questionIds],
    );
    const ids = current.map((c) => c.version_id);
    const frozen = await this.versions.load(tx, ids);
    const seq = await this.texts.currentSeq(tx);
    const texts = await this.versions.textsAt(tx, ids, seq);
    for (const { id, version_id } of current) {
      const q = frozen.get(version_id);
      if (!q) continue;
      const words = texts.get(version_id);
      const right = new Set(q.key.choices ?? []);
      const chosen = q.body.choices !== undefined;
      const item = shownItem(paperEntryOf(q, q.points), 1, words, locale);
      out.set(id, {
        questionId: id,
        versionId: version_id,
        code: q.code,
        type: q.type,
        stem: plainStem(item.parts ? [item.stem, ...item.parts.map((p) => p.stem)].join('\n\n') : item.stem),
        choices: chosen ? item.choices.map((c) => ({ ...c, right: right.has(c.key) })) : [],
        accepted: chosen
          ? []
          : q.type === 'short'
            ? acceptedToShow(q.key, locale)
            : writtenAnswer(item, rightAnswer(q, words, locale)),
        explanation: pickText(words?.[EXPLANATION], locale) || null,
        tags: q.tags,
        lessonRef: q.lessonRef,
        textSeq: seq,
      });
    }
    return out;
  }

  /** Published practice questions of a topic, newest version first. */
  async byTag(tx: Tx, tag: string, limit: number): Promise<string[]> {
    const found = await rows<{ id: string }>(
      tx,
      `select q.id from question q join question_version v on v.id = q.current_version_id
       where q.status = 'published' and v.use = 'practice' and $1 = any (v.tags) order by v.published_at desc, q.id limit $2`,
      [tag, limit],
    );
    return found.map((f) => f.id);
  }
}
