import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { clampFirst, decodeCursor, encodeCursor, type Locale } from '@waymark/kernel';
import { Db, one, rows, SubjectTitles, toConnection, type ConnectionOf, type Tx, type Viewer } from '@waymark/platform';
import { Scope, TalentFileRegistry } from '@waymark/identity';
import { Assessments } from '@waymark/assessment';
import { Courses } from '../course/courses.service.js';

export interface TranscriptRow {
  id: string;
  what: 'course' | 'exam' | 'certificate';
  subjectId: string;
  code: string | null;
  title: string;
  module: string | null;
  localDay: string;
  occurredAt: Date;
  minutes: number;
  score: number | null;
}

export interface Transcript {
  personId: string;
  totalMinutes: number;
  courseCount: number;
  byModule: { module: string; minutes: number }[];
  rows: ConnectionOf<TranscriptRow>;
}

interface Found {
  id: string;
  verb: string;
  subject_type: string;
  subject_id: string;
  local_day: string;
  occurred_at: Date;
  at_text: string;
  credited_minutes: number;
  result: Record<string, string | number | boolean | null>;
}

/** Courses completed, exams passed and certificates issued, from the activity records. */
const ROWS = `person_id = $1 and (verb in ('course.completed', 'certificate.issued') or (verb = 'attempt.passed' and subject_type = 'exam'))`;

const WHAT = { 'course.completed': 'course', 'attempt.passed': 'exam', 'certificate.issued': 'certificate' } as const;

@Injectable()
export class Transcripts implements OnModuleInit {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Courses) private readonly courses: Courses,
    @Inject(Assessments) private readonly assessments: Assessments,
    @Inject(SubjectTitles) private readonly titles: SubjectTitles,
    @Inject(TalentFileRegistry) private readonly talentFiles: TalentFileRegistry,
  ) {}

  onModuleInit(): void {
    this.talentFiles.contribute('courses', async (tx, { personId, locale }) => {
      const found = await rows<Found>(
        tx,
        `select id, verb, subject_id, local_day, occurred_at, occurred_at::text as at_text, credited_minutes, result from activity_record
         where person_id = $1 and verb = 'course.completed' order by occurred_at desc, id desc limit 300`,
        [personId],
      );
      return (await this.named(tx, found, locale)).map((r) => ({
        title: r.title,
        completedOn: r.localDay,
        minutes: r.minutes,
      }));
    });
  }

  /** @throws NotFound for somebody else's, unless the viewer is the manager or has L&D's scope over the person */
  async of(
    viewer: Viewer,
    personId: string,
    page: { first?: number | null; after?: string | null },
  ): Promise<Transcript> {
    const first = clampFirst(page.first);
    const [afterAt, afterId] = page.after ? decodeCursor(page.after) : [null, null];
    return this.db.read(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, personId, ['self', 'manager', 'catalog:transcripts']);
      const found = await rows<Found>(
        tx,
        `select id, verb, subject_type, subject_id, local_day, occurred_at, occurred_at::text as at_text, credited_minutes, result from activity_record
         where ${ROWS} and ($2::timestamptz is null or (occurred_at, id) < ($2::timestamptz, $3::uuid))
         order by occurred_at desc, id desc limit $4`,
        [personId, afterAt, afterId, first + 1],
      );
      const total = await one<{ n: number; minutes: number; courses: number }>(
        tx,
        `select count(*)::int as n, coalesce(sum(credited_minutes), 0)::int as minutes, count(*) filter (where verb = 'course.completed')::int as courses
         from activity_record where ${ROWS}`,
        [personId],
      );
      const byModule = await rows<{ module: string; minutes: number }>(
        tx,
        `select result->>'module' as module, sum(credited_minutes)::int as minutes from activity_record
         where person_id = $1 and verb = 'course.completed' and result ? 'module' group by 1 order by 1`,
        [personId],
      );
      const named = await this.named(tx, found, viewer.locale);
      return {
        personId,
        totalMinutes: total.minutes,
        courseCount: total.courses,
        byModule,
        rows: toConnection(
          named,
          first,
          (r) => encodeCursor([r.cursor, r.id]),
          (r) => r,
          total.n,
        ),
      };
    });
  }

  private async named(
    tx: Tx,
    found: readonly Found[],
    locale: Locale,
  ): Promise<(TranscriptRow & { cursor: string })[]> {
    const ids = (verb: string): string[] => found.filter((f) => f.verb === verb).map((f) => f.subject_id);
    const courses = await this.courses.cards(tx, ids('course.completed'), locale);
    const exams = await this.assessments.cards(tx, ids('attempt.passed'), locale);
    const others = await this.titles.load(
      tx,
      found.filter((f) => f.verb === 'certificate.issued').map((f) => ({ type: f.subject_type, id: f.subject_id })),
      locale,
    );
    return found.map((f) => {
      const card = courses.get(f.subject_id) ?? exams.get(f.subject_id);
      const score = f.result['scoreBp'];
      const text = (key: string): string | null => {
        const value = f.result[key];
        return typeof value === 'string' ? value : null;
      };
      return {
        id: f.id,
        what: WHAT[f.verb as keyof typeof WHAT],
        subjectId: f.subject_id,
        code: card?.code ?? text('code'),
        title: card?.title ?? others.get(`${f.subject_type}:${f.subject_id}`) ?? text('code') ?? '',
        module: courses.get(f.subject_id)?.module ?? text('module'),
        localDay: f.local_day,
        occurredAt: f.occurred_at,
        minutes: f.credited_minutes,
        score: typeof score === 'number' ? Math.floor(score / 10) / 10 : null,
        cursor: f.at_text,
      };
    });
  }
}
