import { Inject, Injectable } from '@nestjs/common';
import { clampFirst, decodeCursor, encodeCursor, pickText, type Locale, type Text } from '@waymark/kernel';
import { Db, fileUrl, rows, Texts, toConnection, type ConnectionOf } from '@waymark/platform';
import { captionViews, type CaptionView, type MediaView } from './course-reading.service.js';
import { CourseContents } from './course-content.service.js';
import { CourseEditor } from './course-editor.service.js';
import { CourseOutlines } from './course-outlines.service.js';
import { TITLE } from './course-outline.js';
import { escapeLike } from './courses.service.js';
import { courseProblems, type CourseProblem } from './course.js';

export interface CourseRow {
  id: string;
  code: string;
  title: string;
  module: string;
  status: string;
  hasDraft: boolean;
  versionNumber: number;
  minutes: number;
  levelCount: number;
  lessonCount: number;
  inFlight: number;
  completed: number;
  audienceId: string | null;
  updatedAt: Date;
  updatedById: string | null;
}

export interface DraftLesson {
  id: string;
  key: string;
  kind: string;
  criterion: string;
  minutes: number;
  title: Text;
  body: Text;
  keyPointFront: Text;
  keyPointBack: Text;
  media: MediaView | null;
  captions: CaptionView[];
}

export interface DraftLevel {
  id: string;
  key: string;
  title: Text;
  lessons: DraftLesson[];
  checkpoint: { title: Text; passMark: number; questionIds: string[] } | null;
}

export interface VersionRow {
  id: string;
  number: number;
  publishedAt: Date;
  publishedById: string | null;
  note: string | null;
  inFlight: number;
  completed: number;
}

export interface CourseDraft {
  id: string;
  code: string;
  status: string;
  hasDraft: boolean;
  revision: number;
  versionNumber: number;
  title: Text;
  summary: Text;
  module: string;
  minutes: number;
  competencies: string[];
  audienceId: string | null;
  levels: DraftLevel[];
  problems: CourseProblem[];
  versions: VersionRow[];
  updatedAt: Date;
  updatedById: string | null;
}

/** Courses as their authors see them. */
@Injectable()
export class CourseDesk {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(CourseOutlines) private readonly outlines: CourseOutlines,
    @Inject(CourseContents) private readonly contents: CourseContents,
    @Inject(CourseEditor) private readonly editor: CourseEditor,
  ) {}

  async list(
    locale: Locale,
    filter: { module?: string | null; text?: string | null; status?: string | null },
    page: { first?: number | null; after?: string | null },
  ): Promise<ConnectionOf<CourseRow>> {
    const first = clampFirst(page.first);
    const after = page.after ? String(decodeCursor(page.after)[0]) : null;
    const text = filter.text?.trim();
    return this.db.read(async (tx) => {
      const found = await rows<CourseRow & { contentId: string; total: number }>(
        tx,
        `select * from (
           select c.id, c.code, v.module, c.status, c.draft_version_id is not null as "hasDraft", coalesce(cur.number, 0) as "versionNumber", v.minutes,
                  c.audience_id as "audienceId", c.updated_at as "updatedAt", c.updated_by as "updatedById", v.content_id as "contentId",
                  (select count(*)::int from course_version_level l where l.version_id = v.id) as "levelCount",
                  (select count(*)::int from course_version_lesson x where x.version_id = v.id) as "lessonCount",
                  (select count(*)::int from course_progress p where p.course_id = c.id and p.state = 'in-progress') as "inFlight",
                  (select count(*)::int from course_progress p where p.course_id = c.id and p.state = 'completed') as completed,
                  count(*) over ()::int as total
           from course c
           join course_version v on v.id = coalesce(c.draft_version_id, c.current_version_id)
           left join course_version cur on cur.id = c.current_version_id
           where ($1::text is null or v.module = $1) and ($2::text is null or c.status = $2)
             and ($3::text is null or c.code ilike $3 or exists (
               select 1 from content_text t where t.subject_id = v.content_id and t.field = 'title' and t.value ilike $3))
         ) listed where $4::text is null or code > $4 order by code limit $5`,
        [filter.module ?? null, filter.status ?? null, text ? `%${escapeLike(text)}%` : null, after, first + 1],
      );
      const texts = await this.texts.load(
        tx,
        found.map((f) => f.contentId),
      );
      const named = found.map((f) => ({ ...f, title: pickText(texts.get(f.contentId)?.[TITLE], locale) }));
      return toConnection(
        named,
        first,
        (r) => encodeCursor([r.code]),
        (r) => r,
        found[0]?.total ?? 0,
      );
    });
  }

  async draft(by: { id?: string | null; code?: string | null }): Promise<CourseDraft> {
    return this.db.read(async (tx) => {
      const head = await this.editor.find(tx, by);
      const outline = await this.outlines.one(tx, (head.draftVersionId ?? head.currentVersionId) as string);
      const { shape, files } = await this.contents.of(tx, outline);
      const versions = await rows<VersionRow>(
        tx,
        `select v.id, v.number, v.published_at as "publishedAt", v.published_by as "publishedById", v.note,
                count(p.person_id) filter (where p.state = 'in-progress')::int as "inFlight",
                count(p.person_id) filter (where p.state = 'completed')::int as completed
         from course_version v left join course_progress p on p.version_id = v.id
         where v.course_id = $1 and v.published_at is not null group by v.id order by v.number desc`,
        [head.id],
      );
      return {
        id: head.id,
        code: head.code,
        status: head.status,
        hasDraft: head.draftVersionId !== null,
        revision: head.revision,
        versionNumber: versions[0]?.number ?? 0,
        title: shape.title,
        summary: shape.summary,
        module: shape.module,
        minutes: shape.minutes,
        competencies: [...shape.competencies],
        audienceId: head.audienceId,
        levels: shape.levels.map((level, i) => ({
          id: outline.levels[i]?.levelId ?? '',
          key: level.key,
          title: level.title,
          checkpoint: level.checkpoint && {
            title: level.checkpoint.title,
            passMark: level.checkpoint.passMark,
            questionIds: [...level.checkpoint.questionIds],
          },
          lessons: level.lessons.map((lesson, j) => {
            const file = lesson.fileId ? files.get(lesson.fileId) : undefined;
            return {
              id: outline.levels[i]?.lessons[j]?.lessonId ?? '',
              key: lesson.key,
              kind: lesson.kind,
              criterion: outline.levels[i]?.lessons[j]?.criterion ?? '',
              minutes: lesson.minutes,
              title: lesson.title,
              body: lesson.body,
              keyPointFront: lesson.keyPointFront,
              keyPointBack: lesson.keyPointBack,
              media: file ? { ...file, fileId: file.id, url: fileUrl(file.id) } : null,
              captions: captionViews(lesson.captions, files),
            };
          }),
        })),
        problems: courseProblems(shape),
        versions,
        updatedAt: head.updatedAt,
        updatedById: head.updatedBy,
      };
    });
  }
}
