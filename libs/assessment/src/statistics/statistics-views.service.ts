import { Inject, Injectable } from '@nestjs/common';
import { NotFound, pickText, type Locale } from '@waymark/kernel';
import { Db, Texts, type Tx } from '@waymark/platform';
import { Assessments } from '../assessment/assessments.service.js';
import type { AssessmentKind } from '../assessment/assessment.js';
import { choiceField, stemIn, type QuestionTexts } from '../question/question-texts.js';
import type { QuestionType } from '../question/question.js';
import type { ItemMeasures } from './analysis.js';
import type { FlagCode } from './flags.js';
import {
  examsOfQuestion,
  itemsOfVersion,
  latestAnalyses,
  versionResult,
  versionsOf,
  versionsOfQuestion,
  type AnalysisRow,
  type AttemptsCounted,
  type CalibratedItem,
  type QuestionFacts,
  type StoredTest,
  type VersionHead,
} from './statistics.repository.js';

/** Of fewer people nothing is shown: a table of who chose what would be a person's answers. */
export const LEAST_SHOWN = 5;
export const MAX_ITEMS = 1_000;

export interface ChoiceView {
  key: string;
  /** A, B, C … in the author's order. */
  letter: string;
  text: string;
  right: boolean;
  count: number;
  share: number;
  lower: number;
  middle: number;
  upper: number;
  correlation: number | null;
}

export interface FlagView {
  code: FlagCode;
  letter: string | null;
}

export interface MeasuresView extends Omit<ItemMeasures, 'choices' | 'flags'> {
  choices: ChoiceView[];
  flags: FlagView[];
}

export interface ItemView extends MeasuresView {
  questionId: string;
  questionVersionId: string;
  code: string;
  versionNumber: number;
  type: QuestionType;
  topic: string | null;
  stem: string;
  calibration: CalibratedItem | null;
}

export interface AssessmentStatisticsView {
  assessmentId: string;
  code: string;
  kind: AssessmentKind;
  title: string;
  versions: VersionHead[];
  version: VersionHead;
  attempts: AttemptsCounted;
  test: StoredTest | null;
  outOfDate: boolean;
  tooFew: boolean;
  items: ItemView[];
  statistics: AnalysisRow | null;
  calibration: AnalysisRow | null;
}

export interface ExamOfQuestion {
  assessmentId: string;
  assessmentVersionId: string;
  title: string;
  versionNumber: number;
  answered: number;
  facility: number | null;
  itemRest: number | null;
  calibration: CalibratedItem | null;
}

export interface QuestionVersionView {
  questionVersionId: string;
  versionNumber: number;
  publishedAt: Date;
  computedAt: Date | null;
  measures: MeasuresView | null;
  tooFew: boolean;
  exams: ExamOfQuestion[];
}

const letterAt = (i: number): string => (i < 26 ? String.fromCharCode(65 + i) : String(i + 1));

function measuresView(
  m: ItemMeasures,
  f: QuestionFacts,
  texts: QuestionTexts | undefined,
  locale: Locale,
): MeasuresView {
  const letters = new Map(f.keys.map((key, i) => [key, letterAt(i)]));
  return {
    ...m,
    choices: (m.choices ?? []).map((c) => ({
      key: c.key,
      letter: letters.get(c.key) ?? '?',
      text: pickText(texts?.[choiceField(c.key)], locale),
      right: f.right.includes(c.key),
      count: c.count,
      share: c.share,
      lower: c.thirds[0],
      middle: c.thirds[1],
      upper: c.thirds[2],
      correlation: c.correlation,
    })),
    flags: m.flags.map(({ code, choice }) => ({ code, letter: choice === null ? null : (letters.get(choice) ?? '?') })),
  };
}

/** What staff see of the statistics. They are the company's: no person stands in them. */
@Injectable()
export class StatisticsViews {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Assessments) private readonly assessments: Assessments,
    @Inject(Texts) private readonly texts: Texts,
  ) {}

  /** @throws NotFound assessment-not-found */
  async ofAssessment(
    assessmentId: string,
    versionId: string | null,
    attempts: AttemptsCounted,
    locale: Locale,
  ): Promise<AssessmentStatisticsView> {
    return this.db.read(async (tx) => {
      const versions = await versionsOf(tx, assessmentId);
      // Without a choice the newest version that people have finished.
      const version = versionId
        ? versions.find((v) => v.id === versionId)
        : (versions.find((v) => v.attempts > 0) ?? versions[0]);
      if (!version) throw new NotFound('assessment-not-found');
      const test = await versionResult(tx, version.id, attempts);
      const tooFew = test !== null && test.people < LEAST_SHOWN;
      const analyses = await latestAnalyses(tx, version.id);
      const cards = await this.assessments.cards(tx, [assessmentId], locale);
      return {
        assessmentId,
        code: version.code,
        kind: version.kind,
        title: cards.get(assessmentId)?.title ?? version.code,
        versions,
        version,
        attempts,
        test: tooFew ? null : test,
        outOfDate: version.attempts > 0 && test?.seen !== version.seen,
        tooFew,
        items: test === null || tooFew ? [] : await this.items(tx, version.id, attempts, locale),
        statistics: analyses.find((a) => a.kind === 'statistics') ?? null,
        calibration: analyses.find((a) => a.kind === 'calibration') ?? null,
      };
    });
  }

  private async items(tx: Tx, versionId: string, attempts: AttemptsCounted, locale: Locale): Promise<ItemView[]> {
    const found = await itemsOfVersion(tx, versionId, attempts, MAX_ITEMS);
    const shown = found.filter((f) => f.measures.answered >= LEAST_SHOWN);
    const texts = await this.texts.load(
      tx,
      shown.map((f) => f.questionVersionId),
    );
    return shown.map(({ measures, calibration, ...f }) => ({
      ...measuresView(measures, f, texts.get(f.questionVersionId), locale),
      questionId: f.questionId,
      questionVersionId: f.questionVersionId,
      code: f.code,
      versionNumber: f.versionNumber,
      type: f.type,
      topic: f.topic,
      stem: stemIn(texts.get(f.questionVersionId), locale),
      calibration,
    }));
  }

  /** Versions of a question, newest first, each over all quizzes and exams it stood in. */
  async ofQuestion(questionId: string, attempts: AttemptsCounted, locale: Locale): Promise<QuestionVersionView[]> {
    return this.db.read(async (tx) => {
      const found = await versionsOfQuestion(tx, questionId, attempts);
      const exams = await examsOfQuestion(tx, questionId, attempts);
      const cards = await this.assessments.cards(tx, [...new Set(exams.map((e) => e.assessmentId))], locale);
      const texts = await this.texts.load(
        tx,
        found.map((f) => f.questionVersionId),
      );
      return found.map(({ measures, publishedAt, computedAt, ...f }) => {
        const tooFew = measures !== null && measures.answered < LEAST_SHOWN;
        return {
          questionVersionId: f.questionVersionId,
          versionNumber: f.versionNumber,
          publishedAt,
          computedAt,
          tooFew,
          measures:
            measures === null || tooFew ? null : measuresView(measures, f, texts.get(f.questionVersionId), locale),
          exams: exams
            .filter((e) => e.questionVersionId === f.questionVersionId && e.answered >= LEAST_SHOWN)
            .map(({ questionVersionId: _, ...e }) => ({ ...e, title: cards.get(e.assessmentId)?.title ?? '' })),
        };
      });
    });
  }
}
