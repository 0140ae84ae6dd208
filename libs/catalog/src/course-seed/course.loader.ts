import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { LOCALES, newId, NotFound, RuleViolation, type Clock } from '@waymark/kernel';
import {
  CLOCK,
  Db,
  execute,
  Files,
  Outbox,
  rows,
  Texts,
  type FileInfo,
  type TextFields,
  type Tx,
} from '@waymark/platform';
import { Audit } from '@waymark/identity';
import { Assessments, Questions } from '@waymark/assessment';
import { CourseContents } from '../course/course-content.service.js';
import { CourseOutlines } from '../course/course-outlines.service.js';
import {
  BODY,
  CHECKPOINT_TITLE,
  KEY_POINT_BACK,
  KEY_POINT_FRONT,
  outlineLessons,
  SUMMARY,
  TITLE,
  type CourseHead,
  type CourseOutline,
} from '../course/course-outline.js';
import { coursePublished } from '../course/course.events.js';
import { findCourses, insertVersions, namePlaces, placeKey, publishVersions } from '../course/course.repository.js';
import { checkpointCode, courseChange, courseProblems, hasText } from '../course/course.js';
import { criterionOf } from '../lesson/lesson.js';
import type { CourseSeed, LessonSeed } from './course-folder.loader.js';

interface Loaded {
  seed: CourseSeed;
  courseId: string;
  outline: CourseOutline;
  before: CourseOutline | null;
  texts: Map<string, TextFields>;
}

/** Courses from files, many at once, into the same tables and by the same rules as the course editor. */
@Injectable()
export class CourseLoader {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(Files) private readonly files: Files,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Assessments) private readonly assessments: Assessments,
    @Inject(Questions) private readonly questions: Questions,
    @Inject(CourseOutlines) private readonly outlines: CourseOutlines,
    @Inject(CourseContents) private readonly contents: CourseContents,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Creates and publishes what is new, corrects texts that differ, and publishes a new version where the structure does;
   * people on the way stay on theirs. Loading the same again changes nothing. Courses with an open draft are left alone.
   */
  async load(
    courses: readonly CourseSeed[],
    authorId: string | null,
  ): Promise<{ courses: number; lessons: number; published: number }> {
    const known = await this.db.read((tx) => findCourses(tx, { codes: courses.map((c) => c.code) }));
    const heads = new Map(known.map((h) => [h.code, h]));
    const seeds = courses.filter((c) => !heads.get(c.code)?.draftVersionId);
    const ids = new Map(seeds.map((s) => [s.code, heads.get(s.code)?.id ?? newId()]));
    const media = await this.storeMedia(seeds, heads, ids);
    try {
      const published = await this.db.transaction((tx) => this.write(tx, seeds, heads, ids, media.files, authorId));
      return {
        courses: seeds.length,
        lessons: seeds.reduce((n, s) => n + s.levels.reduce((m, l) => m + l.lessons.length, 0), 0),
        published,
      };
    } catch (error) {
      await this.db.transaction((tx) => this.files.remove(tx, media.made));
      throw error;
    }
  }

  /** Puts films and documents into the store, unless the lesson shows the same bytes already. By path. */
  private async storeMedia(
    seeds: readonly CourseSeed[],
    heads: ReadonlyMap<string, CourseHead>,
    ids: ReadonlyMap<string, string>,
  ): Promise<{ files: Map<string, FileInfo>; made: string[] }> {
    const files = new Map<string, FileInfo>();
    const made: string[] = [];
    for (const seed of seeds) {
      const paths = [...new Set(seed.levels.flatMap((l) => l.lessons.flatMap(pathsOf)))];
      if (paths.length === 0) continue;
      const ownerId = ids.get(seed.code) as string;
      const there = heads.has(seed.code)
        ? await this.db.read(async (tx) => {
            const owned = await rows<{ id: string }>(
              tx,
              `select id from file where owner_type = 'course' and owner_id = $1 and state = 'attached'`,
              [ownerId],
            );
            return [
              ...(
                await this.files.info(
                  tx,
                  owned.map((f) => f.id),
                )
              ).values(),
            ];
          })
        : [];
      for (const path of paths) {
        const content = await readFile(path);
        const sha256 = createHash('sha256').update(content).digest('hex');
        const same = there.find((f) => f.sha256 === sha256);
        const file = same ?? (await this.files.put({ ownerType: 'course', ownerId, name: basename(path), content }));
        if (!same) made.push(file.id);
        files.set(`${ownerId}/${path}`, file);
      }
    }
    return { files, made };
  }

  private async write(
    tx: Tx,
    seeds: readonly CourseSeed[],
    heads: ReadonlyMap<string, CourseHead>,
    ids: ReadonlyMap<string, string>,
    files: ReadonlyMap<string, FileInfo>,
    authorId: string | null,
  ): Promise<number> {
    const now = this.clock.now();
    const before = new Map(
      [
        ...(
          await this.outlines.load(
            tx,
            seeds.flatMap((s) => heads.get(s.code)?.currentVersionId ?? []),
          )
        ).values(),
      ].map((o) => [o.courseId, o]),
    );
    const audiences = await this.audienceIds(tx, seeds);
    const versionIds = new Map(seeds.map((s) => [s.code, newId()]));
    const fresh = seeds.filter((s) => !heads.has(s.code));
    if (fresh.length > 0) {
      await execute(
        tx,
        `insert into course (id, code, draft_version_id, updated_by, updated_at)
         select id, code, version_id, $2, $3 from jsonb_to_recordset($1::jsonb) as c(id uuid, code text, version_id uuid)`,
        [
          JSON.stringify(fresh.map((s) => ({ id: ids.get(s.code), code: s.code, version_id: versionIds.get(s.code) }))),
          authorId,
          now,
        ],
      );
      await this.audit.recordMany(
        tx,
        fresh.map((s) => ({
          actorId: authorId,
          action: 'course.created',
          subjectType: 'course',
          subjectId: ids.get(s.code) as string,
        })),
      );
    }
    const at = (s: CourseSeed, key: string): { courseId: string; key: string } => ({
      courseId: ids.get(s.code) as string,
      key,
    });
    const levelIds = await namePlaces(
      tx,
      'course_level',
      seeds.flatMap((s) => s.levels.map((l) => at(s, l.key))),
    );
    const lessonIds = await namePlaces(
      tx,
      'lesson',
      seeds.flatMap((s) => s.levels.flatMap((l) => l.lessons.map((x) => at(s, x.key)))),
    );
    const questionIds = await this.questionIds(tx, seeds);

    const loaded = seeds.map((seed): Loaded => {
      const courseId = ids.get(seed.code) as string;
      return outlineOf(seed, {
        courseId,
        versionId: versionIds.get(seed.code) as string,
        before: before.get(courseId) ?? null,
        idOfLevel: (key) => levelIds.get(placeKey(courseId, key)) as string,
        idOfLesson: (key) => lessonIds.get(placeKey(courseId, key)) as string,
        idOfQuestion: (code) => questionIds.get(code) as string,
        fileAt: (path) => files.get(`${courseId}/${path}`) ?? null,
      });
    });
    const shapesBefore = await this.contents.ofMany(
      tx,
      loaded.flatMap((l) => l.before ?? []),
    );
    await this.texts.setMany(
      tx,
      loaded.flatMap((l) => [...l.texts].map(([subjectId, fields]) => ({ subjectId, fields }))),
      authorId,
    );
    const shapes = await this.contents.ofMany(
      tx,
      loaded.map((l) => l.outline),
    );
    const changed = loaded.filter((l) => {
      const shape = shapes.get(l.outline.versionId)?.shape;
      if (!shape) return false;
      const problems = courseProblems(shape);
      if (problems.length > 0) {
        throw new RuleViolation('course-not-publishable', {
          course: l.seed.code,
          problems: problems.map((p) => [p.code, p.levelKey, p.lessonKey].filter(Boolean).join(' ')),
        });
      }
      const old = l.before && shapesBefore.get(l.before.versionId)?.shape;
      return !old || courseChange(old, shape).structure;
    });
    await this.publish(tx, changed, authorId);
    await this.contents.index(
      tx,
      loaded.map((l) => (changed.includes(l) || !l.before ? l.outline : l.before)),
    );
    for (const [courseId, audienceId] of audiences) {
      await execute(tx, `update course set audience_id = $2 where id = $1 and audience_id is null`, [
        ids.get(courseId),
        audienceId,
      ]);
    }
    return changed.length;
  }

  private async publish(tx: Tx, list: readonly Loaded[], authorId: string | null): Promise<void> {
    if (list.length === 0) return;
    for (const { seed, outline } of list) {
      for (const [i, level] of outline.levels.entries()) {
        const checkpoint = seed.levels[i]?.checkpoint;
        if (!level.checkpoint || !checkpoint) continue;
        const quiz = await this.assessments.publishQuiz(tx, {
          code: checkpointCode(seed.code, level.key),
          title: hasText(checkpoint.title) ? checkpoint.title : (seed.levels[i]?.title ?? {}),
          passMark: level.checkpoint.passMark,
          questionIds: level.checkpoint.questionIds,
          authorId,
        });
        level.checkpoint.assessmentId = quiz.assessmentId;
      }
    }
    await insertVersions(
      tx,
      list.map((l) => l.outline),
      this.clock.now(),
    );
    await publishVersions(
      tx,
      list.map((l) => ({ courseId: l.courseId, versionId: l.outline.versionId, note: null })),
      authorId,
      this.clock.now(),
    );
    await this.outbox.publishMany(
      tx,
      coursePublished,
      list.map((l) => ({
        payload: { courseId: l.courseId, courseVersionId: l.outline.versionId, number: l.outline.number },
      })),
    );
    await this.audit.recordMany(
      tx,
      list.map((l) => ({
        actorId: authorId,
        action: 'course.published',
        subjectType: 'course',
        subjectId: l.courseId,
        changes: [{ field: 'version', from: l.before?.number ?? null, to: l.outline.number }],
      })),
    );
  }

  private async questionIds(tx: Tx, seeds: readonly CourseSeed[]): Promise<Map<string, string>> {
    const codes = [...new Set(seeds.flatMap((s) => s.levels.flatMap((l) => l.checkpoint?.questions ?? [])))];
    const found = await this.questions.idsByCode(tx, codes);
    const missing = codes.filter((c) => !found.has(c));
    if (missing.length > 0) throw new NotFound('question-not-found', { codes: missing });
    return found;
  }

  /** Audience ids by course code. */
  private async audienceIds(tx: Tx, seeds: readonly CourseSeed[]): Promise<Map<string, string>> {
    const codes = [...new Set(seeds.flatMap((s) => s.audience ?? []))];
    if (codes.length === 0) return new Map();
    const found = new Map(
      (
        await rows<{ id: string; code: string }>(tx, `select id, code from audience where code = any($1::text[])`, [
          codes,
        ])
      ).map((a) => [a.code, a.id]),
    );
    const missing = codes.filter((c) => !found.has(c));
    if (missing.length > 0) throw new NotFound('audience-unknown', { codes: missing });
    return new Map(seeds.flatMap((s) => (s.audience ? [[s.code, found.get(s.audience) as string] as const] : [])));
  }
}

interface Places {
  courseId: string;
  versionId: string;
  before: CourseOutline | null;
  idOfLevel(key: string): string;
  idOfLesson(key: string): string;
  idOfQuestion(code: string): string;
  fileAt(path: string): FileInfo | null;
}

function pathsOf(lesson: LessonSeed): string[] {
  return [...(lesson.path ? [lesson.path] : []), ...Object.values(lesson.captionPaths)];
}

/** The version a seed asks for; texts keep the content ids that the published version shows them under. */
function outlineOf(seed: CourseSeed, p: Places): Loaded {
  const oldLevels = new Map((p.before?.levels ?? []).map((l) => [l.key, l]));
  const oldLessons = new Map((p.before ? outlineLessons(p.before) : []).map((l) => [l.key, l]));
  const texts = new Map<string, TextFields>();
  const contentId = p.before?.contentId ?? newId();
  texts.set(contentId, { [TITLE]: seed.title, [SUMMARY]: seed.summary });
  const outline: CourseOutline = {
    courseId: p.courseId,
    courseCode: seed.code,
    versionId: p.versionId,
    number: (p.before?.number ?? 0) + 1,
    contentId,
    module: seed.module,
    minutes: Math.round(seed.hours * 60),
    competencies: seed.competencies,
    published: false,
    levels: seed.levels.map((level) => {
      const old = oldLevels.get(level.key);
      const id = old?.contentId ?? newId();
      texts.set(id, { [TITLE]: level.title, [CHECKPOINT_TITLE]: level.checkpoint?.title ?? {} });
      return {
        levelId: p.idOfLevel(level.key),
        key: level.key,
        contentId: id,
        checkpoint: level.checkpoint
          ? {
              passMark: level.checkpoint.pass_mark,
              questionIds: level.checkpoint.questions.map((q) => p.idOfQuestion(q)),
              assessmentId: old?.checkpoint?.assessmentId ?? null,
              assessmentCode: old?.checkpoint?.assessmentCode ?? null,
            }
          : null,
        lessons: level.lessons.map((lesson) => {
          const lessonContent = oldLessons.get(lesson.key)?.contentId ?? newId();
          texts.set(lessonContent, {
            [TITLE]: lesson.title,
            [BODY]: lesson.body,
            [KEY_POINT_FRONT]: lesson.key_point?.front ?? {},
            [KEY_POINT_BACK]: lesson.key_point?.back ?? {},
          });
          const file = lesson.path ? p.fileAt(lesson.path) : null;
          return {
            lessonId: p.idOfLesson(lesson.key),
            key: lesson.key,
            kind: lesson.kind,
            criterion: criterionOf(lesson.kind),
            minutes: lesson.minutes,
            contentId: lessonContent,
            fileId: file?.id ?? null,
            file: file && { kind: file.kind, durationSeconds: file.durationSeconds, pages: file.pages },
            captions: LOCALES.flatMap((locale) => {
              const path = lesson.captionPaths[locale];
              const captions = path ? p.fileAt(path) : null;
              return captions ? [{ locale, fileId: captions.id }] : [];
            }),
          };
        }),
      };
    }),
  };
  return { seed, courseId: p.courseId, outline, before: p.before, texts };
}
