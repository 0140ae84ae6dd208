import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { pinyin } from 'pinyin-pro';
import { InvalidInput, isUuid, LOCALES, newId, NotFound, RuleViolation, type Clock, type Text } from '@waymark/kernel';
import { CLOCK, Db, execute, Files, linkedFileIds, rows, type Tx } from '@waymark/platform';
import { Audit, type AuditChangeInput } from '@waymark/identity';
import { criterionOf, isLessonKind, isOpenKind, mediaKindOf, type LessonKind } from '../lesson/lesson.js';
import { CourseContents } from './course-content.service.js';
import { CourseOutlines } from './course-outlines.service.js';
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
  type OutlineCaption,
  type OutlineLesson,
  type OutlineLevel,
} from './course-outline.js';
import {
  findCourse,
  insertVersions,
  lockCourse,
  namePlaces,
  placeKey,
  replaceVersionParts,
} from './course.repository.js';
import { codeFrom, COURSE_CODE, isModule, LESSON_KEY, moved } from './course.js';

export interface CourseMeta {
  title?: Text;
  summary?: Text;
  module?: string;
  minutes?: number;
  competencies?: readonly string[];
}

export interface LessonDraft {
  kind: string;
  title: Text;
  body: Text;
  minutes: number;
  fileId: string | null;
  /** Null: as they are. */
  captions: readonly OutlineCaption[] | null;
  keyPointFront: Text;
  keyPointBack: Text;
}

const MAX_LEVELS = 20;
const MAX_LESSONS = 200;

/** What an edit works on: the locked course and its draft, which the edit may change in place. */
interface Edit {
  tx: Tx;
  head: CourseHead;
  draft: CourseOutline;
}

/** Every change of a draft: one transaction, the revision it saw, an audit entry. The first change opens the draft. */
const pinyinOf = (chinese: string): string => pinyin(chinese, { toneType: 'none', nonZh: 'consecutive', v: true });

@Injectable()
export class CourseEditor {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CourseOutlines) private readonly outlines: CourseOutlines,
    @Inject(CourseContents) private readonly contents: CourseContents,
    @Inject(Files) private readonly files: Files,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async create(actorId: string, input: { code: string | null; title: Text; module: string }): Promise<string> {
    if (input.code !== null && !COURSE_CODE.test(input.code)) throw new InvalidInput('key-invalid');
    const module = input.module;
    if (!isModule(module)) throw new InvalidInput('module-unknown');
    return this.db.transaction(async (tx) => {
      const id = newId();
      const versionId = newId();
      const taken = new Set((await rows<{ code: string }>(tx, `select code from course`)).map((r) => r.code));
      const code = input.code ?? codeFrom(input.title, 'course', taken, pinyinOf);
      const made = await execute(
        tx,
        `insert into course (id, code, draft_version_id, updated_by, updated_at) values ($1, $2, $3, $4, $5) on conflict (code) do nothing`,
        [id, code, versionId, actorId, this.clock.now()],
      );
      if (made === 0) throw new RuleViolation('code-taken', { code });
      const contentId = newId();
      const draft: CourseOutline = {
        courseId: id,
        courseCode: code,
        versionId,
        number: 1,
        contentId,
        module,
        minutes: 0,
        competencies: [],
        published: false,
        levels: [],
      };
      await insertVersions(tx, [draft], this.clock.now());
      await this.contents.write(tx, contentId, { [TITLE]: input.title }, actorId);
      await this.audited(tx, actorId, id, 'course.created', [{ field: 'code', from: null, to: code }]);
      return id;
    });
  }

  async saveMeta(actorId: string, courseId: string, revision: number, meta: CourseMeta): Promise<void> {
    await this.edit(actorId, courseId, revision, async ({ tx, draft }) => {
      if (meta.module !== undefined) {
        if (!isModule(meta.module)) throw new InvalidInput('module-unknown');
        draft.module = meta.module;
      }
      if (meta.minutes !== undefined) draft.minutes = meta.minutes;
      if (meta.competencies) draft.competencies = [...new Set(meta.competencies)];
      const texts = {
        ...(meta.title ? { [TITLE]: meta.title } : {}),
        ...(meta.summary ? { [SUMMARY]: meta.summary } : {}),
      };
      draft.contentId = await this.contents.write(tx, draft.contentId, texts, actorId);
      return [{ field: 'meta', from: null, to: Object.keys(meta).join(' ') }];
    });
  }

  async addLevel(
    actorId: string,
    courseId: string,
    revision: number,
    title: Text,
    position: number | null,
  ): Promise<void> {
    await this.edit(actorId, courseId, revision, async ({ tx, draft }) => {
      if (draft.levels.length >= MAX_LEVELS) throw new RuleViolation('too-many-levels', { max: MAX_LEVELS });
      const used = await rows<{ key: string }>(tx, `select key from course_level where course_id = $1`, [courseId]);
      const highest = Math.max(0, ...used.map((r) => Number(/^l(\d+)$/.exec(r.key)?.[1] ?? 0)));
      const key = `l${highest + 1}`;
      const ids = await namePlaces(tx, 'course_level', [{ courseId, key }]);
      const contentId = await this.contents.write(tx, newId(), { [TITLE]: title }, actorId);
      const level: OutlineLevel = {
        levelId: ids.get(placeKey(courseId, key)) as string,
        key,
        contentId,
        checkpoint: null,
        lessons: [],
      };
      draft.levels.splice(place(position, draft.levels.length + 1), 0, level);
      return [{ field: `level ${key}`, from: null, to: 'added' }];
    });
  }

  async saveLevel(actorId: string, courseId: string, revision: number, levelKey: string, title: Text): Promise<void> {
    await this.edit(actorId, courseId, revision, async ({ tx, draft }) => {
      const level = levelOf(draft, levelKey);
      level.contentId = await this.contents.write(tx, level.contentId, { [TITLE]: title }, actorId);
      return [{ field: `level ${levelKey}`, from: null, to: 'title' }];
    });
  }

  async moveLevel(
    actorId: string,
    courseId: string,
    revision: number,
    levelKey: string,
    position: number,
  ): Promise<void> {
    await this.edit(actorId, courseId, revision, async ({ draft }) => {
      const from = draft.levels.indexOf(levelOf(draft, levelKey)) + 1;
      const levels = moved(draft.levels, levelKey, position);
      if (!levels) throw new InvalidInput('position-out-of-range', { max: draft.levels.length });
      draft.levels = levels;
      return Promise.resolve([{ field: `level ${levelKey} position`, from, to: position }]);
    });
  }

  async removeLevel(actorId: string, courseId: string, revision: number, levelKey: string): Promise<void> {
    await this.edit(actorId, courseId, revision, async ({ draft }) => {
      const level = levelOf(draft, levelKey);
      draft.levels = draft.levels.filter((l) => l !== level);
      return Promise.resolve([
        { field: `level ${levelKey}`, from: level.lessons.map((l) => l.key).join(' '), to: null },
      ]);
    });
  }

  async addLesson(
    actorId: string,
    courseId: string,
    revision: number,
    at: { levelKey: string; key: string | null; position: number | null },
    lesson: LessonDraft,
  ): Promise<void> {
    await this.edit(actorId, courseId, revision, async (edit) => {
      const { tx, draft } = edit;
      const level = levelOf(draft, at.levelKey);
      if (outlineLessons(draft).length >= MAX_LESSONS)
        throw new RuleViolation('too-many-lessons', { max: MAX_LESSONS });
      const used = new Set(
        (await rows<{ key: string }>(tx, `select key from lesson where course_id = $1`, [courseId])).map((r) => r.key),
      );
      const inDraft = new Set(outlineLessons(draft).map((l) => l.key));
      if (at.key !== null && !LESSON_KEY.test(at.key)) throw new InvalidInput('key-invalid');
      if (at.key !== null && inDraft.has(at.key)) throw new RuleViolation('lesson-key-taken', { key: at.key });
      const key = at.key ?? codeFrom(lesson.title, 'lesson', used, pinyinOf);
      const ids = await namePlaces(tx, 'lesson', [{ courseId, key }]);
      const lessonId = ids.get(placeKey(courseId, key)) as string;
      const made = await this.lessonOf(edit, actorId, lesson, { lessonId, key, contentId: newId(), captions: [] });
      level.lessons.splice(place(at.position, level.lessons.length + 1), 0, made);
      return [{ field: `lesson ${key}`, from: null, to: lesson.kind }];
    });
  }

  async saveLesson(
    actorId: string,
    courseId: string,
    revision: number,
    lessonKey: string,
    lesson: LessonDraft,
  ): Promise<void> {
    await this.edit(actorId, courseId, revision, async (edit) => {
      const { level, index, lesson: before } = lessonIn(edit.draft, lessonKey);
      const after = await this.lessonOf(edit, actorId, lesson, before);
      level.lessons[index] = after;
      const languages = (l: OutlineLesson): string => l.captions.map((c) => c.locale).join(' ');
      return [
        { field: `lesson ${lessonKey}`, from: before.kind, to: lesson.kind },
        ...(isDeepStrictEqual(before.captions, after.captions)
          ? []
          : [{ field: `lesson ${lessonKey} captions`, from: languages(before), to: languages(after) }]),
      ];
    });
  }

  async moveLesson(
    actorId: string,
    courseId: string,
    revision: number,
    lessonKey: string,
    levelKey: string,
    position: number,
  ): Promise<void> {
    await this.edit(actorId, courseId, revision, async ({ draft }) => {
      const { level, lesson, index } = lessonIn(draft, lessonKey);
      const target = levelOf(draft, levelKey);
      level.lessons.splice(index, 1);
      target.lessons.splice(place(position, target.lessons.length + 1), 0, lesson);
      return Promise.resolve([
        { field: `lesson ${lessonKey} position`, from: `${level.key} ${index + 1}`, to: `${levelKey} ${position}` },
      ]);
    });
  }

  async removeLesson(actorId: string, courseId: string, revision: number, lessonKey: string): Promise<void> {
    await this.edit(actorId, courseId, revision, async ({ draft }) => {
      const { level, index } = lessonIn(draft, lessonKey);
      level.lessons.splice(index, 1);
      return Promise.resolve([{ field: `lesson ${lessonKey}`, from: level.key, to: null }]);
    });
  }

  /** Without questions the level has no checkpoint and is cleared by its lessons. */
  async saveCheckpoint(
    actorId: string,
    courseId: string,
    revision: number,
    levelKey: string,
    checkpoint: { title: Text; passMark: number; questionIds: readonly string[] },
  ): Promise<void> {
    await this.edit(actorId, courseId, revision, async ({ tx, draft }) => {
      const level = levelOf(draft, levelKey);
      const questionIds = [...new Set(checkpoint.questionIds)];
      const known = await rows(tx, `select 1 from question where id = any($1::uuid[])`, [questionIds]);
      if (known.length !== questionIds.length) throw new NotFound('question-not-found');
      const before = level.checkpoint?.questionIds.length ?? 0;
      level.checkpoint =
        questionIds.length === 0
          ? null
          : {
              passMark: checkpoint.passMark,
              questionIds,
              assessmentId: level.checkpoint?.assessmentId ?? null,
              assessmentCode: level.checkpoint?.assessmentCode ?? null,
            };
      level.contentId = await this.contents.write(
        tx,
        level.contentId,
        { [CHECKPOINT_TITLE]: checkpoint.title },
        actorId,
      );
      return [{ field: `checkpoint ${levelKey} questions`, from: before, to: questionIds.length }];
    });
  }

  /** Throws the draft away. A course that was never published goes with it; then the answer is false. */
  async discardDraft(actorId: string, courseId: string, revision: number): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const head = await this.locked(tx, courseId, revision);
      if (!head.draftVersionId) throw new RuleViolation('nothing-to-discard');
      await this.audited(tx, actorId, courseId, 'course.draft-discarded', []);
      if (head.currentVersionId) {
        await execute(
          tx,
          `update course set draft_version_id = null, revision = revision + 1, updated_by = $2, updated_at = $3 where id = $1`,
          [courseId, actorId, this.clock.now()],
        );
        await execute(tx, `delete from course_version where id = $1`, [head.draftVersionId]);
        return true;
      }
      const files = await rows<{ id: string }>(
        tx,
        `select id from file where owner_type = 'course' and owner_id = $1`,
        [courseId],
      );
      await execute(tx, `delete from course_version where id = $1`, [head.draftVersionId]);
      await execute(tx, `delete from lesson where course_id = $1`, [courseId]);
      await execute(tx, `delete from course_level where course_id = $1`, [courseId]);
      await execute(tx, `delete from course where id = $1`, [courseId]);
      await this.files.remove(
        tx,
        files.map((f) => f.id),
      );
      return false;
    });
  }

  /** Archived courses take nobody new; who is on the way may finish. */
  async archive(actorId: string, courseId: string, revision: number): Promise<void> {
    await this.setStatus(actorId, courseId, revision, 'published', 'archived');
  }

  async restore(actorId: string, courseId: string, revision: number): Promise<void> {
    await this.setStatus(actorId, courseId, revision, 'archived', 'published');
  }

  private async setStatus(
    actorId: string,
    courseId: string,
    revision: number,
    from: string,
    to: string,
  ): Promise<void> {
    await this.db.transaction(async (tx) => {
      const head = await this.locked(tx, courseId, revision);
      if (head.status !== from) throw new RuleViolation('status-other', { status: head.status });
      await execute(
        tx,
        `update course set status = $2, revision = revision + 1, updated_by = $3, updated_at = $4 where id = $1`,
        [courseId, to, actorId, this.clock.now()],
      );
      await this.audited(tx, actorId, courseId, to === 'archived' ? 'course.archived' : 'course.restored', [
        { field: 'status', from, to },
      ]);
    });
  }

  /** Takes effect at once: who sees the course is no part of a version. */
  async setAudience(actorId: string, courseId: string, audienceId: string | null): Promise<void> {
    await this.db.transaction(async (tx) => {
      const head = await lockCourse(tx, courseId);
      if (!head) throw new NotFound('course-not-found');
      if (
        audienceId !== null &&
        (!isUuid(audienceId) || (await rows(tx, `select 1 from audience where id = $1`, [audienceId])).length === 0)
      ) {
        throw new NotFound('audience-unknown');
      }
      await execute(tx, `update course set audience_id = $2, updated_by = $3, updated_at = $4 where id = $1`, [
        courseId,
        audienceId,
        actorId,
        this.clock.now(),
      ]);
      await this.audited(tx, actorId, courseId, 'course.audience-changed', [
        { field: 'audience', from: head.audienceId, to: audienceId },
      ]);
    });
  }

  /** @throws NotFound, Conflict 'changed-meanwhile' naming who and when */
  async locked(tx: Tx, courseId: string, revision: number): Promise<CourseHead> {
    const head = isUuid(courseId) ? await lockCourse(tx, courseId) : null;
    if (!head) throw new NotFound('course-not-found');
    if (head.revision !== revision) throw await this.audit.staleRevision(tx, 'course', courseId);
    return head;
  }

  async audited(
    tx: Tx,
    actorId: string | null,
    courseId: string,
    action: string,
    changes: AuditChangeInput[],
  ): Promise<void> {
    await this.audit.record(tx, { actorId, action, subjectType: 'course', subjectId: courseId, changes });
  }

  private async edit(
    actorId: string,
    courseId: string,
    revision: number,
    change: (edit: Edit) => Promise<AuditChangeInput[]>,
  ): Promise<void> {
    await this.db.transaction(async (tx) => {
      const head = await this.locked(tx, courseId, revision);
      if (head.status === 'archived') throw new RuleViolation('course-archived');
      const draft = await this.openDraft(tx, head);
      const changes = await change({ tx, head, draft });
      await execute(
        tx,
        `update course_version set content_id = $2, module = $3, minutes = $4, competencies = $5 where id = $1`,
        [draft.versionId, draft.contentId, draft.module, draft.minutes, draft.competencies],
      );
      await replaceVersionParts(tx, draft);
      await execute(
        tx,
        `update course set draft_version_id = $2, revision = revision + 1, updated_by = $3, updated_at = $4 where id = $1`,
        [courseId, draft.versionId, actorId, this.clock.now()],
      );
      await this.audited(tx, actorId, courseId, 'course.changed', changes);
    });
  }

  /** The draft, made as a copy of the published version where there is none; both show the same texts until one changes. */
  private async openDraft(tx: Tx, head: CourseHead): Promise<CourseOutline> {
    if (head.draftVersionId) return structuredClone(await this.outlines.one(tx, head.draftVersionId));
    const current = structuredClone(await this.outlines.one(tx, head.currentVersionId as string));
    const draft: CourseOutline = { ...current, versionId: newId(), number: current.number + 1, published: false };
    await insertVersions(tx, [{ ...draft, levels: [] }], this.clock.now());
    return draft;
  }

  private async lessonOf(
    { tx, draft }: Edit,
    actorId: string,
    input: LessonDraft,
    at: Pick<OutlineLesson, 'lessonId' | 'key' | 'contentId' | 'captions'>,
  ): Promise<OutlineLesson> {
    const kind = openKind(input.kind);
    const wanted = mediaKindOf(kind);
    const fileId = wanted === null ? null : input.fileId;
    const captions = kind === 'video' ? (input.captions ?? at.captions) : [];
    const linked = Object.values(input.body).flatMap(linkedFileIds);
    const owned = new Set(
      (
        await rows<{ id: string }>(
          tx,
          `select id from file where owner_type = 'course' and owner_id = $1 and state = 'attached'`,
          [draft.courseId],
        )
      ).map((f) => f.id),
    );
    const shown = [...(fileId ? [fileId] : []), ...captions.map((c) => c.fileId)];
    const fresh = [...shown, ...linked].filter((id) => !owned.has(id));
    await this.files.attach(tx, fresh, { ownerType: 'course', ownerId: draft.courseId }, actorId);
    const files = await this.files.info(tx, shown);
    const file = fileId ? files.get(fileId) : undefined;
    if (fileId && file?.kind !== wanted) throw new RuleViolation('media-wrong-kind', { kind: wanted ?? '' });
    if (captions.some((c) => files.get(c.fileId)?.kind !== 'captions')) throw new RuleViolation('captions-wrong-kind');
    const contentId = await this.contents.write(
      tx,
      at.contentId,
      {
        [TITLE]: input.title,
        [BODY]: input.body,
        [KEY_POINT_FRONT]: input.keyPointFront,
        [KEY_POINT_BACK]: input.keyPointBack,
      },
      actorId,
    );
    return {
      lessonId: at.lessonId,
      key: at.key,
      kind,
      criterion: criterionOf(kind),
      minutes: input.minutes,
      contentId,
      fileId,
      file: file ? { kind: file.kind, durationSeconds: file.durationSeconds, pages: file.pages } : null,
      captions: LOCALES.flatMap((locale) => captions.filter((c) => c.locale === locale)),
    };
  }

  async find(tx: Tx, by: { id?: string | null; code?: string | null }): Promise<CourseHead> {
    const id = by.id && isUuid(by.id) ? by.id : null;
    const head = id || by.code ? await findCourse(tx, { id, code: by.code ?? null }) : null;
    if (!head) throw new NotFound('course-not-found');
    return head;
  }
}

function openKind(value: string): LessonKind {
  if (!isLessonKind(value)) throw new InvalidInput('lesson-kind-unknown');
  if (!isOpenKind(value)) throw new RuleViolation('lesson-kind-not-yet', { kind: value });
  return value;
}

/** The index of a 1-based place; the last one when none is given. */
function place(position: number | null, max: number): number {
  if (position === null) return max - 1;
  if (position < 1 || position > max) throw new InvalidInput('position-out-of-range', { max });
  return position - 1;
}

function levelOf(draft: CourseOutline, key: string): OutlineLevel {
  const level = draft.levels.find((l) => l.key === key);
  if (!level) throw new NotFound('level-not-found');
  return level;
}

function lessonIn(draft: CourseOutline, key: string): { level: OutlineLevel; index: number; lesson: OutlineLesson } {
  for (const level of draft.levels) {
    const index = level.lessons.findIndex((l) => l.key === key);
    const lesson = level.lessons[index];
    if (lesson) return { level, index, lesson };
  }
  throw new NotFound('lesson-not-found');
}
