import { Inject, Injectable } from '@nestjs/common';
import { LOCALES, mulberry32, newId, RuleViolation, type Locale, type Text } from '@waymark/kernel';
import { Db, rows, Texts, type Tx } from '@waymark/platform';
import { Persons } from '@waymark/identity';
import { AssessmentVersions, type FrozenAssessment } from '../assessment/assessment-versions.service.js';
import type { AssessmentDraft } from '../assessment/assessment.js';
import { lockAssessment } from '../assessment/assessment.repository.js';
import { Assessments } from '../assessment/assessments.service.js';
import { AttemptFinisher } from '../attempt/attempt-finisher.service.js';
import {
  collectSaves,
  insertAttempts,
  insertSaves,
  type AttemptRow,
  type BulkSave,
  type NewAttempt,
} from '../attempt/attempt.repository.js';
import { makePaper } from '../attempt/paper.js';
import { answerMember, isBlank, type Answer, type QuestionType } from '../question/question.js';
import { asDraft } from '../question/draft-of-version.js';
import { splitDraft, type QuestionDraft } from '../question/question-draft.js';
import { wholeAnswer } from './whole-answer.js';
import { draftTexts } from '../question/question-texts.js';
import { getVersion, lockQuestion } from '../question/question.repository.js';
import { Questions } from '../question/questions.service.js';
import { QuestionVersions } from '../question/question-versions.service.js';
import { QuestionBanks } from '../question-bank/question-banks.service.js';
import { Topics } from '../topic/topics.service.js';
import { assessmentDraftOf, bankFile, examFile, questionDraftOf } from './seed-files.js';

export interface HistoryItem {
  item: number;
  questionCode: string;
  type: QuestionType;
  topic: string | null;
  difficulty: number;
  points: number;
  choices: readonly string[];
  right: { choices: readonly string[]; text: string | null; answer: Answer };
}

export interface HistoryEntry {
  personId: string;
  assessmentCode: string;
  startedAt: Date;
  submittedAt: Date;
  locale?: Locale;
  /** The same seed gives the same paper and the same answers. */
  seed: number;
  answer: (item: HistoryItem, random: () => number) => Answer | null;
}

/** Answers right with this probability, wrong in a plausible way otherwise. */
export function rightWithProbability(p: number | ((item: HistoryItem) => number)): HistoryEntry['answer'] {
  return (item, random) => {
    const right = random() < (typeof p === 'number' ? p : p(item));
    if (answerMember(item.type) !== 'choices' && item.type !== 'short') return right ? item.right.answer : null;
    if (item.type === 'short') return right && item.right.text !== null ? { text: item.right.text } : null;
    if (right) return { choices: [...item.right.choices] };
    const wrong = item.choices.filter((c) => !item.right.choices.includes(c));
    const picked = wrong[Math.floor(random() * wrong.length)];
    if (item.type !== 'multiple') return picked === undefined ? null : { choices: [picked] };
    return { choices: [...item.right.choices.slice(0, -1), ...(picked === undefined ? [] : [picked])] };
  };
}

const CHUNK = 500;

/** Loads written content and a made-up past through the services a person would use. Running it twice changes nothing. */
@Injectable()
export class AssessmentLoader {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(QuestionBanks) private readonly banks: QuestionBanks,
    @Inject(Questions) private readonly questions: Questions,
    @Inject(QuestionVersions) private readonly questionVersions: QuestionVersions,
    @Inject(Topics) private readonly topics: Topics,
    @Inject(Assessments) private readonly assessments: Assessments,
    @Inject(AssessmentVersions) private readonly versions: AssessmentVersions,
    @Inject(AttemptFinisher) private readonly finisher: AttemptFinisher,
    @Inject(Persons) private readonly persons: Persons,
  ) {}

  async loadAssessmentTopics(topics: readonly { code: string; title: Text }[]): Promise<void> {
    await this.db.transaction((tx) =>
      this.topics.ensure(
        tx,
        topics.map((t) => t.code),
      ),
    );
    const known = new Map((await this.topics.list()).map((t) => [t.code, t.titles]));
    for (const { code, title } of topics) {
      if (LOCALES.some((l) => (title[l] ?? '') !== (known.get(code)?.[l] ?? '')))
        await this.topics.rename(null, code, title);
    }
  }

  /** @param files parsed seeds/demo/questions/*.yaml @throws ZodError naming the field when a file is malformed */
  async loadAssessmentBanks(
    files: readonly unknown[],
    authorId: string | null,
  ): Promise<{ questions: number; changed: number }> {
    let questions = 0;
    let changed = 0;
    for (const file of files) {
      const bank = bankFile.parse(file);
      const bankId =
        (await this.db.read((tx) => this.banks.idByCode(tx, bank.code))) ??
        (await this.banks.create(authorId, bank.code, bank.title)).id;
      await this.db.transaction(async (tx) => {
        const known = await this.questions.idsByCode(
          tx,
          bank.questions.map((q) => q.code),
        );
        for (const q of bank.questions) {
          questions += 1;
          if (await this.upsertQuestion(tx, authorId, bankId, q.code, known.get(q.code), questionDraftOf(q)))
            changed += 1;
        }
      });
    }
    return { questions, changed };
  }

  private async upsertQuestion(
    tx: Tx,
    authorId: string | null,
    bankId: string,
    code: string,
    known: string | undefined,
    draft: QuestionDraft,
  ): Promise<boolean> {
    let id = known;
    if (id) {
      const head = await lockQuestion(tx, id);
      const versionId = (head?.draft_version_id ?? head?.current_version_id) as string;
      const texts = (await this.texts.load(tx, [versionId])).get(versionId) ?? {};
      const before = asDraft(await getVersion(tx, versionId), texts);
      if (head?.draft_version_id === null && sameQuestion(before, draft)) return false;
      await this.questions.saveIn(tx, authorId, id, null, draft);
    } else {
      id = await this.questions.createIn(tx, authorId, bankId, code, draft);
    }
    try {
      await this.questions.publishIn(tx, authorId, id, null);
    } catch (error) {
      if (error instanceof RuleViolation)
        throw new Error(`question ${code}: ${error.code} ${JSON.stringify(error.params)}`, { cause: error });
      throw error;
    }
    return true;
  }

  /** @param file parsed seeds/demo/exams.yaml */
  async loadAssessmentExams(file: unknown, authorId: string | null): Promise<{ exams: number; changed: number }> {
    const { exams } = examFile.parse(file);
    let changed = 0;
    const banks = new Map((await this.banks.list()).map((b) => [b.code, b.id]));
    for (const exam of exams) {
      await this.db.transaction(async (tx) => {
        const draft = assessmentDraftOf(exam, { banks, questions: await this.questions.idsByCode(tx, exam.fixed) });
        const head = await lockAssessment(tx, { code: exam.code });
        let id = head?.id;
        if (head) {
          const { draft: before } = await this.assessments.detailIn(tx, head.id, 'zh-CN');
          if (head.draft_version_id === null && sameAssessment(before, draft)) return;
          await this.assessments.saveIn(tx, authorId, head, draft);
        } else {
          id = await this.assessments.createIn(tx, authorId, exam.code, exam.kind, 'staff', draft);
        }
        await this.assessments.publishIn(tx, authorId, id as string);
        changed += 1;
      });
    }
    return { exams: exams.length, changed };
  }

  /**
   * Attempts of the past: drawn, answered, marked and announced by the same code as today's, hundreds in a transaction.
   * Access and retake windows are the caller's affair. Entries of one person and assessment come in the order of time.
   */
  async loadAssessmentHistory(entries: readonly HistoryEntry[]): Promise<{ attempts: number; attemptIds: string[] }> {
    const attemptIds: string[] = [];
    for (const wave of waves(entries)) {
      for (let from = 0; from < wave.length; from += CHUNK) {
        const chunk = wave.slice(from, from + CHUNK);
        attemptIds.push(...(await this.db.transaction((tx) => this.historyIn(tx, chunk))));
      }
    }
    return { attempts: attemptIds.length, attemptIds };
  }

  private async historyIn(tx: Tx, entries: readonly HistoryEntry[]): Promise<string[]> {
    const refs = await this.assessments.refs(tx, { codes: [...new Set(entries.map((e) => e.assessmentCode))] });
    const byCode = new Map(refs.map((r) => [r.code, r]));
    const versions = await this.versions.load(
      tx,
      refs.flatMap((r) => r.versionId ?? []),
    );
    const people = await this.persons.facts(tx, [...new Set(entries.map((e) => e.personId))]);
    const textSeq = await this.texts.currentSeq(tx);
    const stamp = await this.versions.poolStamp(tx);
    const numbers = await this.lastNumbers(
      tx,
      entries,
      refs.map((r) => r.id),
    );
    const pools = new Map<string, Awaited<ReturnType<AssessmentVersions['poolOf']>>>();
    for (const v of versions.values()) pools.set(v.versionId, await this.versions.poolOf(tx, v, stamp));

    const made = entries.map((entry) => {
      const version = versions.get(byCode.get(entry.assessmentCode)?.versionId ?? '');
      const person = people.get(entry.personId);
      if (!version || !person)
        throw new Error(
          `history: unknown ${version ? `person ${entry.personId}` : `assessment ${entry.assessmentCode}`}`,
        );
      const key = `${entry.personId} ${version.assessmentId}`;
      const number = (numbers.get(key) ?? 0) + 1;
      numbers.set(key, number);
      return {
        entry,
        version,
        attempt: pastAttempt(entry, version, pools.get(version.versionId) ?? [], person, number, textSeq),
      };
    });
    const written = await insertAttempts(
      tx,
      made.map((m) => m.attempt),
    );
    if (written.length !== made.length) throw new Error('history: a person has an open attempt');
    const questions = await this.questionVersions.load(
      tx,
      made.flatMap((m) => m.attempt.paper.map((e) => e.v)),
    );

    const saves = made.flatMap(({ entry, attempt }): BulkSave[] => {
      const random = mulberry32(entry.seed ^ 0x5eed);
      return attempt.paper.flatMap((place, i) => {
        const question = questions.get(place.v);
        const answer = entry.answer(
          {
            item: i + 1,
            questionCode: question?.code ?? '',
            type: place.k,
            topic: place.t,
            difficulty: question?.difficulty ?? 3,
            points: place.p,
            choices: place.c,
            right: {
              choices: question?.key.choices ?? [],
              text:
                question?.key.accepted?.[attempt.locale]?.[0] ??
                Object.values(question?.key.accepted ?? {})[0]?.[0] ??
                null,
              answer: question ? wholeAnswer(question.type, question.key, attempt.locale) : {},
            },
          },
          random,
        );
        if (isBlank(answer) || !answer) return [];
        const at =
          entry.startedAt.getTime() +
          ((entry.submittedAt.getTime() - entry.startedAt.getTime()) * (i + 1)) / (attempt.paper.length + 1);
        return [{ attemptId: attempt.id, saveId: newId(), item: i + 1, seq: i + 1, answer, savedAt: new Date(at) }];
      });
    });
    if (saves.length > 0) await insertSaves(tx, saves);
    const all = await collectSaves(
      tx,
      made.map((m) => m.attempt.id),
    );
    await this.finisher.finish(
      tx,
      made.map(({ entry, attempt }) => ({
        attempt: asRow(attempt),
        saves: all.get(attempt.id) ?? [],
        submittedAt: entry.submittedAt,
        submittedBy: 'learner' as const,
        releasedAt: entry.submittedAt,
      })),
    );
    return written;
  }

  private async lastNumbers(
    tx: Tx,
    entries: readonly HistoryEntry[],
    assessmentIds: readonly string[],
  ): Promise<Map<string, number>> {
    const found = await rows<{ person_id: string; assessment_id: string; n: number }>(
      tx,
      `select person_id, assessment_id, max(number) as n from attempt
       where person_id = any ($1::uuid[]) and assessment_id = any ($2::uuid[]) group by 1, 2`,
      [[...new Set(entries.map((e) => e.personId))], assessmentIds],
    );
    return new Map(found.map((f) => [`${f.person_id} ${f.assessment_id}`, f.n]));
  }
}

/** One attempt of a person and assessment is open at a time: the first ones, then the second ones, and so on. */
function waves(entries: readonly HistoryEntry[]): HistoryEntry[][] {
  const out: HistoryEntry[][] = [];
  const seen = new Map<string, number>();
  for (const entry of entries) {
    const key = `${entry.personId} ${entry.assessmentCode}`;
    const wave = seen.get(key) ?? 0;
    seen.set(key, wave + 1);
    (out[wave] ??= []).push(entry);
  }
  return out;
}

function pastAttempt(
  entry: HistoryEntry,
  version: FrozenAssessment,
  pool: Parameters<typeof makePaper>[1],
  person: { locale: Locale; zone: string },
  number: number,
  textSeq: number,
): NewAttempt {
  const paper = makePaper(version, pool, entry.seed);
  if (!paper) throw new RuleViolation('bank-too-small', { code: version.code });
  return {
    id: newId(),
    assessmentId: version.assessmentId,
    versionId: version.versionId,
    personId: entry.personId,
    number,
    deviceId: 'history-device',
    locale: entry.locale ?? person.locale,
    zone: person.zone,
    textSeq,
    seed: entry.seed | 0,
    paper,
    countFrom: null,
    startedAt: entry.startedAt,
    deadlineAt:
      version.durationSeconds === null ? null : new Date(entry.startedAt.getTime() + version.durationSeconds * 1000),
  };
}

function asRow(a: NewAttempt): AttemptRow {
  return {
    id: a.id,
    assessment_id: a.assessmentId,
    version_id: a.versionId,
    person_id: a.personId,
    number: a.number,
    state: 'open',
    device_id: a.deviceId,
    locale: a.locale,
    zone: a.zone,
    text_seq: a.textSeq,
    paper: a.paper,
    item_count: a.paper.length,
    count_from: a.countFrom,
    started_at: a.startedAt,
    deadline_at: a.deadlineAt,
    submitted_at: null,
    submitted_by: null,
    marks: null,
    pending_count: 0,
    answered_count: 0,
    score_num: null,
    score_den: null,
    passed: null,
    released_at: null,
    release: 0,
    keys_now: 0,
  };
}

/** Texts are compared language by language; one that is left out stands for the empty one. */
function sameTexts(a: Record<string, Text>, b: Record<string, Text>): boolean {
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...fields].every((f) => LOCALES.every((l) => (a[f]?.[l] ?? '') === (b[f]?.[l] ?? '')));
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) =>
    typeof v === 'object' && v !== null && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}

function sameQuestion(a: QuestionDraft, b: QuestionDraft): boolean {
  const settings = (d: QuestionDraft): string =>
    stable([d.type, d.use, d.tags, d.competency, d.difficulty, d.points, d.lessonRef, splitDraft(d)]);
  return settings(a) === settings(b) && sameTexts(draftTexts(a), draftTexts(b));
}

function sameAssessment(a: AssessmentDraft, b: AssessmentDraft): boolean {
  const words = (d: AssessmentDraft): Record<string, Text> => ({
    title: d.title,
    description: d.description,
    instructions: d.instructions,
  });
  const settings = ({ title: _t, description: _d, instructions: _i, ...rest }: AssessmentDraft): string => stable(rest);
  return settings(a) === settings(b) && sameTexts(words(a), words(b));
}
