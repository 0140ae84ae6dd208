import { Inject, Injectable } from '@nestjs/common';
import {
  clampFirst,
  decodeCursor,
  encodeCursor,
  fallbackChain,
  InvalidInput,
  pickText,
  type Locale,
  type Text,
} from '@waymark/kernel';
import {
  Db,
  Files,
  fileUrl,
  rows,
  Texts,
  toConnection,
  type ConnectionOf,
  type FileInfo,
  type TextFields,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { Attempts } from '@waymark/assessment';
import { coveredPercent } from '../progress/criterion.js';
import { neighbours, resumeLesson, waitingCheckpoint, type Step } from '../progress/flow.js';
import {
  findLesson,
  LearnerCourses,
  type LearnerCourse,
  type PlacedLesson,
} from '../progress/learner-course.service.js';
import { assertLevelOpen } from '../progress/lesson-work.service.js';
import { progressOf, type CourseProgressRow } from '../progress/progress.repository.js';
import { fromMultirange, type Range } from '../progress/segments.js';
import { CourseOutlines } from './course-outlines.service.js';
import { CourseVisibility } from './course-visibility.service.js';
import {
  BODY,
  CHECKPOINT_TITLE,
  lessonFileIds,
  lessonLength,
  outlineLessons,
  SUMMARY,
  TITLE,
  type CourseOutline,
  type OutlineCaption,
  type OutlineCheckpoint,
  type OutlineLesson,
  type OutlineLevel,
} from './course-outline.js';
import { escapeLike } from './courses.service.js';
import { isModule } from './course.js';

export interface ResumePoint {
  lessonKey: string;
  title: string;
  kind: string;
  minutes: number;
  place: number;
}

export interface CourseCard {
  id: string;
  code: string;
  title: string;
  summary: string;
  module: string;
  minutes: number;
  lessonMinutes: number;
  levelCount: number;
  lessonCount: number;
  competencies: string[];
  state: string;
  done: number;
  of: number;
  lastAt: Date | null;
  completedAt: Date | null;
  resume: ResumePoint | null;
  checkpoint: CheckpointView | null;
}

export interface CheckpointView {
  title: string;
  assessmentId: string | null;
  assessmentCode: string | null;
  questionCount: number;
  passMark: number;
  state: string;
  bestScore: number | null;
  attempts: number;
}

export interface LessonRow {
  id: string;
  key: string;
  kind: string;
  title: string;
  minutes: number;
  criterion: string;
  state: string;
  completedAt: Date | null;
}

export interface LevelView {
  id: string;
  key: string;
  number: number;
  title: string;
  state: string;
  lockedBy: string | null;
  lessons: LessonRow[];
  checkpoint: CheckpointView | null;
  clearedAt: Date | null;
}

export interface CoursePage {
  id: string;
  code: string;
  title: string;
  summary: string;
  module: string;
  minutes: number;
  lessonMinutes: number;
  competencies: string[];
  versionId: string;
  versionNumber: number;
  newerVersion: boolean;
  preview: boolean;
  state: string;
  done: number;
  of: number;
  openedAt: Date | null;
  completedAt: Date | null;
  resume: ResumePoint | null;
  checkpoint: CheckpointView | null;
  levels: LevelView[];
}

export interface FlowStep {
  kind: string;
  lessonKey: string | null;
  title: string | null;
  lessonKind: string | null;
  minutes: number | null;
  levelKey: string | null;
  assessmentCode: string | null;
  locked: boolean;
}

export interface LessonProgressView {
  lessonKey: string;
  state: string;
  place: number;
  furthest: number;
  seen: Range[];
  covered: number;
  completedAt: Date | null;
}

export interface LessonView {
  id: string;
  courseId: string;
  courseCode: string;
  courseTitle: string;
  versionId: string;
  key: string;
  kind: string;
  criterion: string;
  title: string;
  minutes: number;
  levelKey: string;
  levelNumber: number;
  levelTitle: string;
  number: number;
  of: number;
  body: string;
  bodyLocale: string;
  media: MediaView | null;
  captions: CaptionView[];
  progress: LessonProgressView;
  next: FlowStep;
  previous: FlowStep | null;
  preview: boolean;
}

export interface MediaView {
  fileId: string;
  url: string;
  name: string;
  mime: string;
  bytes: number;
  durationSeconds: number | null;
  pages: number | null;
}

export interface CaptionView {
  locale: string;
  fileId: string;
  url: string;
  name: string;
  bytes: number;
}

export interface SearchHit {
  courseCode: string;
  courseTitle: string;
  module: string;
  lessonKey: string | null;
  lessonTitle: string | null;
  snippet: string;
}

export interface CourseFilter {
  module?: string | null;
  text?: string | null;
  state?: string | null;
  competency?: string | null;
}

type Content = ReadonlyMap<string, TextFields>;

const textOf = (texts: Content, id: string, field: string): Text => texts.get(id)?.[field] ?? {};

/** Courses as a learner reads them. Reading writes nothing. */
@Injectable()
export class CourseReading {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(Files) private readonly files: Files,
    @Inject(Attempts) private readonly attempts: Attempts,
    @Inject(CourseOutlines) private readonly outlines: CourseOutlines,
    @Inject(CourseVisibility) private readonly visibility: CourseVisibility,
    @Inject(LearnerCourses) private readonly courses: LearnerCourses,
  ) {}

  async explore(
    viewer: Viewer,
    filter: CourseFilter,
    page: { first?: number | null; after?: string | null },
  ): Promise<ConnectionOf<CourseCard>> {
    const first = clampFirst(page.first);
    const after = page.after ? String(decodeCursor(page.after)[0]) : null;
    if (filter.module && !isModule(filter.module)) throw new InvalidInput('module-unknown');
    return this.db.read(async (tx) => {
      const visible = await this.visibility.visibleCourseIds(tx, viewer.personId);
      const conditions = `c.status = 'published' and c.id = any($1::uuid[]) and ($2::text is null or v.module = $2)
         and ($3::text is null or c.code ilike $3 or exists (select 1 from course_text t where t.course_id = c.id and (t.title || E'\\n' || t.body) ilike $3))
         and ($4::text is null or $4 = any(v.competencies))
         and ($5::text is null or coalesce((select p.state from course_progress p where p.course_id = c.id and p.person_id = $6), 'not-started') = $5)`;
      const text = filter.text?.trim();
      const params = [
        visible,
        filter.module ?? null,
        text ? `%${escapeLike(text)}%` : null,
        filter.competency ?? null,
        filter.state ?? null,
        viewer.personId,
      ];
      const found = await rows<{ id: string; code: string; version_id: string; total: number }>(
        tx,
        `select * from (
           select c.id, c.code, c.current_version_id as version_id, count(*) over ()::int as total
           from course c join course_version v on v.id = c.current_version_id where ${conditions}
         ) all_courses where $7::text is null or code > $7 order by code limit $8`,
        [...params, after, first + 1],
      );
      const cards = await this.cards(
        tx,
        viewer,
        found.map((f) => ({ courseId: f.id, versionId: f.version_id })),
      );
      return toConnection(
        cards,
        first,
        (c) => encodeCursor([c.code]),
        (c) => c,
        found[0]?.total ?? 0,
      );
    });
  }

  /** What the person opened, latest first; courses they may not see any more are left out. */
  async mine(viewer: Viewer, state: string | null, first: number | null): Promise<CourseCard[]> {
    const limit = clampFirst(first);
    return this.db.read(async (tx) => {
      const visible = new Set(await this.visibility.visibleCourseIds(tx, viewer.personId));
      const opened = (await progressOf(tx, [viewer.personId], null)).filter(
        (p) => visible.has(p.courseId) && (state === null || p.state === state),
      );
      return this.cards(
        tx,
        viewer,
        opened.slice(0, limit).map((p) => ({ courseId: p.courseId, versionId: p.versionId })),
      );
    });
  }

  /** In the given order. A person sees the version they are on. */
  private async cards(
    tx: Tx,
    viewer: Viewer,
    list: readonly { courseId: string; versionId: string }[],
  ): Promise<CourseCard[]> {
    if (list.length === 0) return [];
    const progress = new Map(
      (
        await progressOf(
          tx,
          [viewer.personId],
          list.map((c) => c.courseId),
        )
      ).map((p) => [p.courseId, p]),
    );
    const versions = list.map((c) => progress.get(c.courseId)?.versionId ?? c.versionId);
    const outlines = await this.outlines.load(tx, versions);
    const resume = await this.resumes(
      tx,
      viewer.personId,
      [...progress.values()].filter((p) => p.state === 'in-progress'),
      outlines,
    );
    const best = await this.best(
      tx,
      viewer,
      [...resume.values()].flatMap((r) => r.level?.checkpoint?.assessmentId ?? []),
    );
    const ids = [...outlines.values()].map((o) => o.contentId);
    const texts = await this.texts.load(tx, [
      ...ids,
      ...[...resume.values()].flatMap((r) => r.lesson?.contentId ?? r.level?.contentId ?? []),
    ]);
    return versions.flatMap((id) => {
      const o = outlines.get(id);
      if (!o) return [];
      const p = progress.get(o.courseId) ?? null;
      const next = resume.get(o.courseId);
      return [
        {
          id: o.courseId,
          code: o.courseCode,
          ...courseTexts(o, texts, viewer.locale),
          ...courseFigures(o, p),
          levelCount: o.levels.length,
          lessonCount: outlineLessons(o).length,
          lastAt: p?.lastAt ?? null,
          resume: next?.lesson ? resumePoint(next.lesson, next.place, texts, viewer.locale) : null,
          checkpoint: next?.level?.checkpoint
            ? checkpointView(next.level.checkpoint, 'available', {
                title: checkpointTitle(next.level, texts, viewer.locale),
                ...best(next.level.checkpoint.assessmentId),
              })
            : null,
        },
      ];
    });
  }

  private async resumes(
    tx: Tx,
    personId: string,
    open: readonly CourseProgressRow[],
    outlines: ReadonlyMap<string, CourseOutline>,
  ): Promise<Map<string, { lesson?: OutlineLesson; level?: OutlineLevel; place: number }>> {
    if (open.length === 0) return new Map();
    const courseIds = open.map((p) => p.courseId);
    const lessons = await rows<{ courseId: string; lessonId: string; place: number; done: boolean }>(
      tx,
      `select course_id as "courseId", lesson_id as "lessonId", place, completed_at is not null as done
       from lesson_progress where person_id = $1 and course_id = any($2::uuid[])`,
      [personId, courseIds],
    );
    const levels = await rows<{ levelId: string }>(
      tx,
      `select level_id as "levelId" from course_level_progress where person_id = $1 and course_id = any($2::uuid[])`,
      [personId, courseIds],
    );
    const facts = {
      completed: new Set(lessons.filter((l) => l.done).map((l) => l.lessonId)),
      cleared: new Set(levels.map((l) => l.levelId)),
    };
    const places = new Map(lessons.map((l) => [l.lessonId, l.place]));
    const out = new Map<string, { lesson?: OutlineLesson; level?: OutlineLevel; place: number }>();
    for (const p of open) {
      const outline = outlines.get(p.versionId);
      if (!outline) continue;
      const next = resumeLesson(flow(outline), facts, p.resumeLessonId);
      const lesson = next && outlineLessons(outline).find((l) => l.lessonId === next.lessonId);
      if (lesson) out.set(p.courseId, { lesson, place: places.get(lesson.lessonId) ?? 0 });
      const level = outline.levels[waitingCheckpoint(flow(outline), facts) ?? -1];
      if (level) out.set(p.courseId, { level, place: 0 });
    }
    return out;
  }

  /** What a person reached in assessments: a look-up by id. */
  private async best(
    tx: Tx,
    viewer: Viewer,
    assessmentIds: readonly string[],
  ): Promise<(id: string | null) => { attempts: number; bestBp: number | null }> {
    const standings = await this.attempts.standings(tx, [viewer.personId], [...assessmentIds]);
    const byId = new Map(standings.map((s) => [s.assessmentId, s]));
    return (id) => ({ attempts: byId.get(id ?? '')?.attempts ?? 0, bestBp: byId.get(id ?? '')?.bestBp ?? null });
  }

  async page(viewer: Viewer, code: string, preview: boolean): Promise<CoursePage> {
    return this.db.read(async (tx) => {
      const course = preview
        ? await this.courses.preview(tx, code)
        : await this.courses.open(tx, viewer.personId, code);
      const { outline: o, progress: p } = course;
      const texts = await this.texts.load(tx, [
        o.contentId,
        ...o.levels.flatMap((l) => [l.contentId, ...l.lessons.map((x) => x.contentId)]),
      ]);
      const best = await this.best(
        tx,
        viewer,
        preview ? [] : o.levels.flatMap((l) => l.checkpoint?.assessmentId ?? []),
      );
      const next =
        p?.state === 'completed' ? null : resumeLesson(course.levels, course.facts, p?.resumeLessonId ?? null);
      const lesson = next ? outlineLessons(o).find((l) => l.lessonId === next.lessonId) : undefined;
      const title = (id: string): string => pickText(textOf(texts, id, TITLE), viewer.locale);
      const levels = o.levels.map((level, i): LevelView => {
        const standing = course.standings[i];
        const blocker =
          standing?.lockedBy === null || standing?.lockedBy === undefined ? undefined : o.levels[standing.lockedBy];
        return {
          id: level.levelId,
          key: level.key,
          number: i + 1,
          title: title(level.contentId),
          state: standing?.state ?? 'locked',
          lockedBy: blocker ? title(blocker.contentId) : null,
          lessons: level.lessons.map((l) => ({
            id: l.lessonId,
            key: l.key,
            kind: l.kind,
            title: title(l.contentId),
            minutes: l.minutes,
            criterion: l.criterion,
            state: lessonState(course, i, l),
            completedAt: course.lessons.get(l.lessonId)?.completedAt ?? null,
          })),
          checkpoint:
            level.checkpoint &&
            checkpointView(level.checkpoint, standing?.checkpoint ?? 'locked', {
              title: checkpointTitle(level, texts, viewer.locale),
              ...best(level.checkpoint.assessmentId),
            }),
          clearedAt: course.cleared.get(level.levelId)?.clearedAt ?? null,
        };
      });
      const waiting = p && !preview ? waitingCheckpoint(course.levels, course.facts) : null;
      return {
        id: o.courseId,
        code: o.courseCode,
        ...courseTexts(o, texts, viewer.locale),
        ...courseFigures(o, p),
        versionId: o.versionId,
        versionNumber: o.number,
        newerVersion: !preview && course.head.currentVersionId !== o.versionId,
        preview,
        openedAt: p?.openedAt ?? null,
        resume: lesson
          ? resumePoint(lesson, course.lessons.get(lesson.lessonId)?.place ?? 0, texts, viewer.locale)
          : null,
        checkpoint: waiting === null ? null : (levels[waiting]?.checkpoint ?? null),
        levels,
      };
    });
  }

  async lesson(viewer: Viewer, code: string, key: string, preview: boolean): Promise<LessonView> {
    return this.db.read(async (tx) => {
      const course = preview
        ? await this.courses.preview(tx, code)
        : await this.courses.open(tx, viewer.personId, code);
      const at = findLesson(course, key);
      if (!preview) assertLevelOpen(course, at.levelIndex);
      const { outline: o } = course;
      const { lesson, level } = at;
      const around = this.neighbourLessons(course, lesson.lessonId);
      const texts = await this.texts.load(tx, [o.contentId, level.contentId, lesson.contentId, ...around.contentIds]);
      const body = textOf(texts, lesson.contentId, BODY);
      const bodyLocale = fallbackChain(viewer.locale).find((l) => body[l]) ?? viewer.locale;
      const files = await this.files.info(tx, lessonFileIds(lesson));
      const file = lesson.fileId ? files.get(lesson.fileId) : undefined;
      return {
        id: lesson.lessonId,
        courseId: o.courseId,
        courseCode: o.courseCode,
        courseTitle: pickText(textOf(texts, o.contentId, TITLE), viewer.locale),
        versionId: o.versionId,
        key: lesson.key,
        kind: lesson.kind,
        criterion: lesson.criterion,
        title: pickText(textOf(texts, lesson.contentId, TITLE), viewer.locale),
        minutes: lesson.minutes,
        levelKey: level.key,
        levelNumber: at.levelIndex + 1,
        levelTitle: pickText(textOf(texts, level.contentId, TITLE), viewer.locale),
        number: around.number,
        of: around.of,
        body: body[bodyLocale] ?? '',
        bodyLocale,
        media: file
          ? {
              fileId: file.id,
              url: fileUrl(file.id),
              name: file.name,
              mime: file.mime,
              bytes: file.bytes,
              durationSeconds: file.durationSeconds,
              pages: file.pages,
            }
          : null,
        captions: captionViews(
          fallbackChain(viewer.locale).flatMap((l) => lesson.captions.filter((c) => c.locale === l)),
          files,
        ),
        progress: lessonProgress(course, at),
        next: flowStep(course, around.next, texts, viewer.locale),
        previous: around.previous ? flowStep(course, around.previous, texts, viewer.locale) : null,
        preview,
      };
    });
  }

  /** The step after a lesson, with its title. */
  async nextStep(course: LearnerCourse, lessonId: string, locale: Locale): Promise<FlowStep> {
    const around = this.neighbourLessons(course, lessonId);
    return this.db.read(async (tx) =>
      flowStep(course, around.next, await this.texts.load(tx, around.contentIds), locale),
    );
  }

  private neighbourLessons(
    course: LearnerCourse,
    lessonId: string,
  ): ReturnType<typeof neighbours> & { contentIds: string[] } {
    const around = neighbours(course.levels, course.facts, lessonId);
    const contentIds = [around.next, around.previous].flatMap((s) => {
      if (!s || s.kind === 'course-end') return [];
      const level = course.outline.levels[s.level];
      return (s.kind === 'lesson' ? level?.lessons[s.lesson]?.contentId : level?.contentId) ?? [];
    });
    return { ...around, contentIds };
  }

  /** Titles, summaries and texts of lessons, of courses the person may see. One Chinese character is enough, else two. */
  async search(viewer: Viewer, given: string, first: number | null): Promise<SearchHit[]> {
    const text = given.normalize('NFKC').trim();
    const min = /\p{Script=Han}/u.test(text) ? 1 : 2;
    if (Array.from(text).length < min) throw new InvalidInput('search-too-short', { min });
    const limit = clampFirst(first);
    return this.db.read(async (tx) => {
      const visible = await this.visibility.visibleCourseIds(tx, viewer.personId);
      const found = await rows<{
        course_id: string;
        lesson_id: string | null;
        lesson_key: string | null;
        version_id: string;
        body: string;
        title: string;
      }>(
        tx,
        `select * from (
           select distinct on (t.course_id, t.lesson_id) t.course_id, t.lesson_id, n.key as lesson_key, c.current_version_id as version_id, t.body, t.title,
                  t.title ilike $2 as in_title
           from course_text t
           join course c on c.id = t.course_id and c.status = 'published'
           left join lesson n on n.id = t.lesson_id
           where t.course_id = any($1::uuid[]) and (t.title || E'\\n' || t.body) ilike $2
           order by t.course_id, t.lesson_id, array_position($3::text[], t.locale)
         ) hits order by in_title desc, lesson_id is not null, course_id, lesson_id limit $4`,
        [visible, `%${escapeLike(text)}%`, fallbackChain(viewer.locale), limit],
      );
      const outlines = await this.outlines.load(
        tx,
        found.map((f) => f.version_id),
      );
      const lessons = new Map([...outlines.values()].flatMap((o) => outlineLessons(o).map((l) => [l.lessonId, l])));
      const texts = await this.texts.load(tx, [
        ...[...outlines.values()].map((o) => o.contentId),
        ...found.flatMap((f) => lessons.get(f.lesson_id ?? '')?.contentId ?? []),
      ]);
      return found.flatMap((f) => {
        const outline = outlines.get(f.version_id);
        if (!outline) return [];
        const lesson = f.lesson_id ? lessons.get(f.lesson_id) : undefined;
        return [
          {
            courseCode: outline.courseCode,
            courseTitle: pickText(textOf(texts, outline.contentId, TITLE), viewer.locale),
            module: outline.module,
            lessonKey: lesson?.key ?? null,
            lessonTitle: lesson ? pickText(textOf(texts, lesson.contentId, TITLE), viewer.locale) : null,
            snippet: snippet(f.body || f.title, text),
          },
        ];
      });
    });
  }
}

export function captionViews(captions: readonly OutlineCaption[], files: ReadonlyMap<string, FileInfo>): CaptionView[] {
  return captions.flatMap(({ locale, fileId }) => {
    const file = files.get(fileId);
    return file ? [{ locale, fileId, url: fileUrl(fileId), name: file.name, bytes: file.bytes }] : [];
  });
}

function flow(outline: CourseOutline): LearnerCourse['levels'] {
  return outline.levels.map((l) => ({
    levelId: l.levelId,
    key: l.key,
    checkpoint: l.checkpoint !== null,
    lessons: l.lessons,
  }));
}

function courseTexts(o: CourseOutline, texts: Content, locale: Locale): { title: string; summary: string } {
  return {
    title: pickText(textOf(texts, o.contentId, TITLE), locale),
    summary: pickText(textOf(texts, o.contentId, SUMMARY), locale),
  };
}

function courseFigures(o: CourseOutline, p: CourseProgressRow | null) {
  const lessons = outlineLessons(o);
  return {
    module: o.module,
    minutes: o.minutes,
    competencies: o.competencies,
    lessonMinutes: lessons.reduce((sum, l) => sum + l.minutes, 0),
    state: p?.state ?? 'not-started',
    done: p?.done ?? 0,
    of: p?.of ?? lessons.length + o.levels.filter((l) => l.checkpoint).length,
    completedAt: p?.completedAt ?? null,
  };
}

function resumePoint(lesson: OutlineLesson, place: number, texts: Content, locale: Locale): ResumePoint {
  return {
    lessonKey: lesson.key,
    title: pickText(textOf(texts, lesson.contentId, TITLE), locale),
    kind: lesson.kind,
    minutes: lesson.minutes,
    place,
  };
}

function checkpointTitle(level: OutlineLevel, texts: Content, locale: Locale): string {
  return (
    pickText(textOf(texts, level.contentId, CHECKPOINT_TITLE), locale) ||
    pickText(textOf(texts, level.contentId, TITLE), locale)
  );
}

function checkpointView(
  checkpoint: OutlineCheckpoint,
  state: string,
  more: { title: string; attempts: number; bestBp: number | null },
): CheckpointView {
  return {
    title: more.title,
    assessmentId: checkpoint.assessmentId,
    assessmentCode: checkpoint.assessmentCode,
    questionCount: checkpoint.questionIds.length,
    passMark: checkpoint.passMark,
    state,
    bestScore: more.bestBp === null ? null : Math.floor(more.bestBp / 10) / 10,
    attempts: more.attempts,
  };
}

function lessonState(course: LearnerCourse, levelIndex: number, lesson: OutlineLesson): string {
  const progress = course.lessons.get(lesson.lessonId);
  if (progress?.completedAt) return 'completed';
  if (course.standings[levelIndex]?.state === 'locked') return 'locked';
  return progress ? 'in-progress' : 'available';
}

export function lessonProgress(course: LearnerCourse, { lesson, levelIndex }: PlacedLesson): LessonProgressView {
  const progress = course.lessons.get(lesson.lessonId);
  const seen = fromMultirange(progress?.seen ?? '{}');
  const furthest = progress?.furthest ?? 0;
  const covered = progress?.completedAt
    ? 100
    : coveredPercent(lesson.criterion, { length: lessonLength(lesson), furthest, seen });
  return {
    lessonKey: lesson.key,
    state: lessonState(course, levelIndex, lesson),
    place: progress?.place ?? 0,
    furthest,
    seen,
    covered,
    completedAt: progress?.completedAt ?? null,
  };
}

function flowStep(course: LearnerCourse, step: Step, texts: Content, locale: Locale): FlowStep {
  const nothing = {
    lessonKey: null,
    title: null,
    lessonKind: null,
    minutes: null,
    levelKey: null,
    assessmentCode: null,
  };
  const locked = step.locked && !course.preview;
  if (step.kind === 'course-end') return { ...nothing, kind: step.kind, locked };
  const level = course.outline.levels[step.level];
  if (!level) return { ...nothing, kind: 'course-end', locked };
  if (step.kind === 'checkpoint') {
    return {
      ...nothing,
      kind: 'checkpoint',
      title: checkpointTitle(level, texts, locale),
      levelKey: level.key,
      assessmentCode: level.checkpoint?.assessmentCode ?? null,
      locked,
    };
  }
  const lesson = level.lessons[step.lesson];
  return {
    ...nothing,
    kind: 'lesson',
    lessonKey: lesson?.key ?? null,
    title: lesson ? pickText(textOf(texts, lesson.contentId, TITLE), locale) : null,
    lessonKind: lesson?.kind ?? null,
    minutes: lesson?.minutes ?? null,
    levelKey: level.key,
    locked,
  };
}

const BEFORE = 24;
const LONG = 120;

/** The words around the first hit, without Markdown signs. */
export function snippet(body: string, text: string): string {
  const plain = body
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[#*_>`|~]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const at = Math.max(0, plain.toLowerCase().indexOf(text.toLowerCase()));
  const from = Math.max(0, at - BEFORE);
  const cut = plain.slice(from, from + LONG);
  return `${from > 0 ? '…' : ''}${cut}${from + LONG < plain.length ? '…' : ''}`;
}
