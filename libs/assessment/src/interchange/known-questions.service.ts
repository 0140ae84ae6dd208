import { Inject, Injectable } from '@nestjs/common';
import { rows, Texts, type Tx } from '@waymark/platform';
import { asDraft } from '../question/draft-of-version.js';
import type { QuestionDraft } from '../question/question-draft.js';
import type { VersionRow } from '../question/question.repository.js';

export interface QuestionFile {
  id: string;
  sha256: string;
  name: string;
  storageKey: string;
}

/** Many questions at once, with their words and files. */
@Injectable()
export class KnownQuestions {
  constructor(@Inject(Texts) private readonly texts: Texts) {}

  async drafts(tx: Tx, versionIds: readonly string[]): Promise<Map<string, QuestionDraft>> {
    const versions = await rows<VersionRow>(
      tx,
      `select id, question_id, number, type, use, body, answer_key, points, difficulty, tags, competency, lesson_ref, published_at
       from question_version where id = any ($1::uuid[])`,
      [versionIds],
    );
    const texts = await this.texts.load(tx, versionIds);
    return new Map(versions.map((v) => [v.id, asDraft(v, texts.get(v.id) ?? {})]));
  }

  async files(tx: Tx, drafts: Iterable<QuestionDraft>): Promise<Map<string, QuestionFile>> {
    const ids = [...drafts].flatMap((d) => (d.media ?? []).map((m) => m.fileId));
    if (ids.length === 0) return new Map();
    const found = await rows<QuestionFile>(
      tx,
      `select id, sha256, name, storage_key as "storageKey" from file where id = any ($1::uuid[]) and state <> 'deleted'`,
      [ids],
    );
    return new Map(found.map((f) => [f.id, f]));
  }
}
