import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput, NotFound, pickText, RuleViolation, type Clock, type Locale } from '@waymark/kernel';
import { CLOCK, Db, execute, one, Outbox, rows, type Tx } from '@waymark/platform';
import { Assessments } from '@waymark/assessment';
import { ProgressWriter } from '../progress/progress-writer.service.js';
import type { CoursePair } from '../progress/progress.repository.js';
import { CourseContents, type CourseContent } from './course-content.service.js';
import { CourseEditor } from './course-editor.service.js';
import { CourseOutlines } from './course-outlines.service.js';
import type { CourseHead, CourseOutline } from './course-outline.js';
import { coursePublished } from './course.events.js';
import { findCourse, publishVersions, replaceVersionParts } from './course.repository.js';
import {
  checkpointCode,
  courseChange,
  courseProblems,
  hasText,
  type CourseChange,
  type CourseProblem,
} from './course.js';

export interface PublishCheck {
  problems: CourseProblem[];
  inFlight: number;
  completed: number;
  addedLessons: string[];
  removedLessons: string[];
  changedLessons: string[];
  correctionPossible: boolean;
  wouldComplete: number;
}

export interface PublishOrder {
  courseId: string;
  revision: number;
  /** A new version, or the same version with better words. */
  as: string;
  /** What becomes of people on the way: they stay on their version or move to the new one. */
  inFlight: string;
  note: string | null;
}

/** Freezes a draft. Completed stays completed; who is on the way stays, or moves by the keys of lessons. */
@Injectable()
export class CoursePublisher {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CourseEditor) private readonly editor: CourseEditor,
    @Inject(CourseOutlines) private readonly outlines: CourseOutlines,
    @Inject(CourseContents) private readonly contents: CourseContents,
    @Inject(Assessments) private readonly assessments: Assessments,
    @Inject(ProgressWriter) private readonly progress: ProgressWriter,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async check(courseId: string, locale: Locale): Promise<PublishCheck> {
    return this.db.read(async (tx) => {
      const head = await findCourse(tx, { id: courseId });
      if (!head) throw new NotFound('course-not-found');
      const { published, draft, draftOutline } = await this.versions(tx, head);
      const change = published && draft ? courseChange(published.shape, draft.shape) : null;
      const counts = await one<{ in_flight: number; completed: number }>(
        tx,
        `select count(*) filter (where state = 'in-progress')::int as in_flight, count(*) filter (where state = 'completed')::int as completed
         from course_progress where course_id = $1`,
        [courseId],
      );
      const titles = (keys: readonly string[], content: CourseContent | null): string[] => {
        const lessons = new Map((content?.shape.levels ?? []).flatMap((l) => l.lessons.map((x) => [x.key, x.title])));
        return keys.map((k) => pickText(lessons.get(k), locale) || k);
      };
      return {
        problems: draft ? courseProblems(draft.shape) : [],
        inFlight: counts.in_flight,
        completed: counts.completed,
        addedLessons: titles(change?.added ?? [], draft),
        removedLessons: titles(change?.removed ?? [], published),
        changedLessons: titles(change?.changed ?? [], draft),
        correctionPossible: change !== null && !change.structure && change.texts,
        wouldComplete: published && draftOutline ? await this.wouldComplete(tx, draftOutline) : 0,
      };
    });
  }

  async publish(actorId: string, order: PublishOrder): Promise<void> {
    if (order.as !== 'version' && order.as !== 'correction') throw new InvalidInput('publish-as-unknown');
    if (order.inFlight !== 'stay' && order.inFlight !== 'move') throw new InvalidInput('in-flight-unknown');
    await this.db.transaction(async (tx) => {
      const head = await this.editor.locked(tx, order.courseId, order.revision);
      if (head.status === 'archived') throw new RuleViolation('course-archived');
      const { published, publishedOutline, draft, draftOutline } = await this.versions(tx, head);
      if (!draft || !draftOutline) throw new RuleViolation('nothing-to-publish');
      const problems = courseProblems(draft.shape);
      if (problems.length > 0)
        throw new RuleViolation('course-not-publishable', { problems: [...new Set(problems.map((p) => p.code))] });
      const change = published && courseChange(published.shape, draft.shape);
      if (change && !change.structure && !change.texts) throw new RuleViolation('nothing-to-publish');
      if (order.as === 'correction') {
        if (!change || !publishedOutline || change.structure) throw new RuleViolation('correction-changes-structure');
        await this.correct(tx, actorId, head, publishedOutline, draftOutline);
        return;
      }
      await this.freeze(tx, actorId, draftOutline, draft, order.note);
      if (order.inFlight === 'move' && publishedOutline) await this.move(tx, draftOutline);
      await this.editor.audited(
        tx,
        actorId,
        head.id,
        'course.published',
        versionChanges(draftOutline, order.inFlight, change),
      );
    });
  }

  private async versions(
    tx: Tx,
    head: CourseHead,
  ): Promise<{
    published: CourseContent | null;
    publishedOutline: CourseOutline | null;
    draft: CourseContent | null;
    draftOutline: CourseOutline | null;
  }> {
    const ids = [head.currentVersionId, head.draftVersionId].filter((id) => id !== null);
    const outlines = await this.outlines.load(tx, ids);
    const contents = await this.contents.ofMany(tx, [...outlines.values()]);
    const of = <T>(map: Map<string, T>, id: string | null): T | null => (id ? (map.get(id) ?? null) : null);
    return {
      published: of(contents, head.currentVersionId),
      publishedOutline: of(outlines, head.currentVersionId),
      draft: of(contents, head.draftVersionId),
      draftOutline: of(outlines, head.draftVersionId),
    };
  }

  /** Publishes the checkpoint quizzes, then freezes the version with them. */
  private async freeze(
    tx: Tx,
    actorId: string,
    outline: CourseOutline,
    content: CourseContent,
    note: string | null,
  ): Promise<void> {
    for (const [i, level] of outline.levels.entries()) {
      if (!level.checkpoint) continue;
      const shape = content.shape.levels[i];
      const title =
        shape?.checkpoint && hasText(shape.checkpoint.title) ? shape.checkpoint.title : (shape?.title ?? {});
      const quiz = await this.assessments.publishQuiz(tx, {
        code: checkpointCode(outline.courseCode, level.key),
        title,
        passMark: level.checkpoint.passMark,
        questionIds: level.checkpoint.questionIds,
        authorId: actorId,
      });
      level.checkpoint.assessmentId = quiz.assessmentId;
    }
    await replaceVersionParts(tx, outline);
    await publishVersions(
      tx,
      [{ courseId: outline.courseId, versionId: outline.versionId, note }],
      actorId,
      this.clock.now(),
    );
    await this.contents.index(tx, [outline]);
    await this.outbox.publish(tx, coursePublished, {
      payload: { courseId: outline.courseId, courseVersionId: outline.versionId, number: outline.number },
    });
  }

  private async correct(
    tx: Tx,
    actorId: string,
    head: CourseHead,
    published: CourseOutline,
    draft: CourseOutline,
  ): Promise<void> {
    await this.contents.correct(tx, published, draft, actorId);
    await execute(
      tx,
      `update course set draft_version_id = null, revision = revision + 1, updated_by = $2, updated_at = $3 where id = $1`,
      [head.id, actorId, this.clock.now()],
    );
    await execute(tx, `delete from course_version where id = $1`, [draft.versionId]);
    await this.contents.index(tx, [published]);
    await this.editor.audited(tx, actorId, head.id, 'course.corrected', [
      { field: 'version', from: published.number, to: published.number },
    ]);
  }

  private async move(tx: Tx, to: CourseOutline): Promise<void> {
    const pairs = await rows<CoursePair>(
      tx,
      `with moving as (
         select person_id, course_id from course_progress where course_id = $1 and state = 'in-progress' and version_id <> $2
         order by person_id for update
       )
       update course_progress p set version_id = $2 from moving m where p.person_id = m.person_id and p.course_id = m.course_id
       returning p.person_id as "personId", p.course_id as "courseId"`,
      [to.courseId, to.versionId],
    );
    await this.progress.recount(tx, pairs);
  }

  /** People on the way who have done all lessons and cleared all checkpoints that the draft asks for. */
  private async wouldComplete(tx: Tx, draft: CourseOutline): Promise<number> {
    const lessonIds = draft.levels.flatMap((l) => l.lessons.map((x) => x.lessonId));
    const levelIds = draft.levels.filter((l) => l.checkpoint).map((l) => l.levelId);
    const found = await one<{ n: number }>(
      tx,
      `select count(*)::int as n from course_progress p
       where p.course_id = $1 and p.state = 'in-progress'
         and (select count(*) from lesson_progress lp where lp.person_id = p.person_id and lp.lesson_id = any($2::uuid[]) and lp.completed_at is not null) = $3
         and (select count(*) from course_level_progress cl where cl.person_id = p.person_id and cl.level_id = any($4::uuid[])) = $5`,
      [draft.courseId, lessonIds, lessonIds.length, levelIds, levelIds.length],
    );
    return found.n;
  }
}

function versionChanges(
  outline: CourseOutline,
  inFlight: string,
  change: CourseChange | null,
): { field: string; from: string | number | null; to: string | number }[] {
  return [
    { field: 'version', from: outline.number > 1 ? outline.number - 1 : null, to: outline.number },
    { field: 'in-flight', from: null, to: inFlight },
    ...(change
      ? [{ field: 'lessons', from: change.removed.join(' '), to: [...change.added, ...change.changed].join(' ') }]
      : []),
  ];
}
