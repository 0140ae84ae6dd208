import { LOCALES, newId } from '@waymark/kernel';
import { execute, maybeOne, rows, type Tx } from '@waymark/platform';
import type { CourseHead, CourseOutline } from './course-outline.js';

const HEAD = `id, code, status, current_version_id as "currentVersionId", draft_version_id as "draftVersionId",
  audience_id as "audienceId", revision, updated_by as "updatedBy", updated_at as "updatedAt"`;

export function findCourse(tx: Tx, by: { id?: string | null; code?: string | null }): Promise<CourseHead | null> {
  return maybeOne<CourseHead>(tx, `select ${HEAD} from course where id = $1::uuid or code = $2`, [
    by.id ?? null,
    by.code ?? null,
  ]);
}

export function findCourses(tx: Tx, by: { ids?: readonly string[]; codes?: readonly string[] }): Promise<CourseHead[]> {
  return rows<CourseHead>(
    tx,
    `select ${HEAD} from course where id = any($1::uuid[]) or code = any($2::text[]) order by code`,
    [by.ids ?? [], by.codes ?? []],
  );
}

export function lockCourse(tx: Tx, id: string): Promise<CourseHead | null> {
  return maybeOne<CourseHead>(tx, `select ${HEAD} from course where id = $1 for update`, [id]);
}

/** The structure of versions, levels and lessons in order; one statement. */
export async function loadOutlines(tx: Tx, versionIds: readonly string[]): Promise<CourseOutline[]> {
  if (versionIds.length === 0) return [];
  return rows<CourseOutline>(
    tx,
    `select v.course_id as "courseId", c.code as "courseCode", v.id as "versionId", v.number, v.content_id as "contentId", v.module,
            v.minutes, v.competencies, v.published_at is not null as published, coalesce(lv.levels, '[]') as levels
     from course_version v
     join course c on c.id = v.course_id
     left join lateral (
       select jsonb_agg(jsonb_build_object(
                'levelId', l.level_id, 'key', k.key, 'contentId', l.content_id,
                'checkpoint', case when l.checkpoint_pass_mark is not null then jsonb_build_object(
                  'passMark', l.checkpoint_pass_mark, 'assessmentId', l.checkpoint_assessment_id, 'assessmentCode', a.code,
                  'questionIds', coalesce((select jsonb_agg(q.question_id order by q.position) from course_version_question q
                                           where q.version_level_id = l.id), '[]')) end,
                'lessons', coalesce(ls.lessons, '[]')) order by l.position) as levels
       from course_version_level l
       join course_level k on k.id = l.level_id
       left join assessment a on a.id = l.checkpoint_assessment_id
       left join lateral (
         select jsonb_agg(jsonb_build_object(
                  'lessonId', x.lesson_id, 'key', n.key, 'kind', x.kind, 'criterion', x.criterion, 'minutes', x.minutes,
                  'contentId', x.content_id, 'fileId', x.file_id,
                  'file', case when f.id is not null then jsonb_build_object(
                    'kind', f.kind, 'durationSeconds', (f.duration_ms + 999) / 1000, 'pages', f.pages) end,
                  'captions', coalesce((select jsonb_agg(jsonb_build_object('locale', t.locale, 'fileId', t.file_id)
                                                         order by array_position($2::text[], t.locale))
                                        from course_version_caption t join file tf on tf.id = t.file_id and tf.state <> 'deleted'
                                        where t.version_lesson_id = x.id), '[]')) order by x.position) as lessons
         from course_version_lesson x
         join lesson n on n.id = x.lesson_id
         left join file f on f.id = x.file_id and f.state <> 'deleted'
         where x.version_level_id = l.id
       ) ls on true
       where l.version_id = v.id
     ) lv on true
     where v.id = any($1::uuid[])`,
    [versionIds, LOCALES],
  );
}

/** The ids of a course's levels and lessons by key, made where they are new. */
export async function namePlaces(
  tx: Tx,
  table: 'course_level' | 'lesson',
  places: readonly { courseId: string; key: string }[],
): Promise<Map<string, string>> {
  if (places.length === 0) return new Map();
  const wanted = JSON.stringify(places.map((p) => ({ id: newId(), course_id: p.courseId, key: p.key })));
  await execute(
    tx,
    `insert into ${table} (id, course_id, key) select id, course_id, key from jsonb_to_recordset($1::jsonb) as p(id uuid, course_id uuid, key text)
     on conflict (course_id, key) do nothing`,
    [wanted],
  );
  const found = await rows<{ id: string; course_id: string; key: string }>(
    tx,
    `select t.id, t.course_id, t.key from ${table} t
     join jsonb_to_recordset($1::jsonb) as p(course_id uuid, key text) on p.course_id = t.course_id and p.key = t.key`,
    [wanted],
  );
  return new Map(found.map((r) => [placeKey(r.course_id, r.key), r.id]));
}

export function placeKey(courseId: string, key: string): string {
  return `${courseId}/${key}`;
}

/** Writes whole versions that are not published yet, with all that is below them. Five statements for any number. */
export async function insertVersions(tx: Tx, versions: readonly CourseOutline[], now: Date): Promise<void> {
  await execute(
    tx,
    `insert into course_version (id, course_id, number, content_id, module, minutes, competencies, created_at)
     select id, course_id, number, content_id, module, minutes, array(select jsonb_array_elements_text(competencies)), $2
     from jsonb_to_recordset($1::jsonb) as v(id uuid, course_id uuid, number int, content_id uuid, module text, minutes int, competencies jsonb)`,
    [
      JSON.stringify(
        versions.map((v) => ({
          id: v.versionId,
          course_id: v.courseId,
          number: v.number,
          content_id: v.contentId,
          module: v.module,
          minutes: v.minutes,
          competencies: v.competencies,
        })),
      ),
      now,
    ],
  );
  await insertVersionParts(tx, versions);
}

/** Replaces the levels, lessons and checkpoint questions of a draft. */
export async function replaceVersionParts(tx: Tx, draft: CourseOutline): Promise<void> {
  await execute(tx, `delete from course_version_level where version_id = $1`, [draft.versionId]);
  await insertVersionParts(tx, [draft]);
}

async function insertVersionParts(tx: Tx, versions: readonly CourseOutline[]): Promise<void> {
  const levels = versions.flatMap((v) =>
    v.levels.map((level, i) => ({ id: newId(), versionId: v.versionId, position: i + 1, level })),
  );
  await execute(
    tx,
    `insert into course_version_level (id, version_id, level_id, position, content_id, checkpoint_pass_mark, checkpoint_assessment_id)
     select id, version_id, level_id, position, content_id, pass_mark, assessment_id
     from jsonb_to_recordset($1::jsonb) as l(id uuid, version_id uuid, level_id uuid, position smallint, content_id uuid, pass_mark smallint, assessment_id uuid)`,
    [
      JSON.stringify(
        levels.map(({ id, versionId, position, level }) => ({
          id,
          version_id: versionId,
          level_id: level.levelId,
          position,
          content_id: level.contentId,
          pass_mark: level.checkpoint?.passMark ?? null,
          assessment_id: level.checkpoint?.assessmentId ?? null,
        })),
      ),
    ],
  );
  const questions = levels.flatMap(({ id, level }) =>
    (level.checkpoint?.questionIds ?? []).map((question, i) => ({
      version_level_id: id,
      position: i + 1,
      question_id: question,
    })),
  );
  if (questions.length > 0) {
    await execute(
      tx,
      `insert into course_version_question (version_level_id, position, question_id)
       select version_level_id, position, question_id from jsonb_to_recordset($1::jsonb) as q(version_level_id uuid, position smallint, question_id uuid)`,
      [JSON.stringify(questions)],
    );
  }
  const lessons = levels.flatMap(({ id, versionId, level }) =>
    level.lessons.map((l, i) => ({
      id: newId(),
      captions: l.captions,
      version_id: versionId,
      version_level_id: id,
      lesson_id: l.lessonId,
      position: i + 1,
      kind: l.kind,
      criterion: l.criterion,
      minutes: l.minutes,
      file_id: l.fileId,
      content_id: l.contentId,
    })),
  );
  if (lessons.length > 0) {
    await execute(
      tx,
      `insert into course_version_lesson (id, version_id, version_level_id, lesson_id, position, kind, criterion, minutes, file_id, content_id)
       select id, version_id, version_level_id, lesson_id, position, kind, criterion, minutes, file_id, content_id
       from jsonb_to_recordset($1::jsonb) as l(id uuid, version_id uuid, version_level_id uuid, lesson_id uuid, position smallint, kind text,
              criterion text, minutes smallint, file_id uuid, content_id uuid)`,
      [JSON.stringify(lessons)],
    );
  }
  const captions = lessons.flatMap(({ id, captions: list }) =>
    list.map((c) => ({ version_lesson_id: id, locale: c.locale, file_id: c.fileId })),
  );
  if (captions.length > 0) {
    await execute(
      tx,
      `insert into course_version_caption (version_lesson_id, locale, file_id)
       select version_lesson_id, locale, file_id from jsonb_to_recordset($1::jsonb) as c(version_lesson_id uuid, locale text, file_id uuid)`,
      [JSON.stringify(captions)],
    );
  }
}

/** Freezes versions and makes them current. */
export async function publishVersions(
  tx: Tx,
  versions: readonly { courseId: string; versionId: string; note: string | null }[],
  actorId: string | null,
  now: Date,
): Promise<void> {
  const list = JSON.stringify(versions.map((v) => ({ course_id: v.courseId, version_id: v.versionId, note: v.note })));
  await execute(
    tx,
    `update course_version v set published_at = $2, published_by = $3, note = p.note
     from jsonb_to_recordset($1::jsonb) as p(version_id uuid, note text) where v.id = p.version_id`,
    [list, now, actorId],
  );
  await execute(
    tx,
    `update course c set status = 'published', current_version_id = p.version_id, draft_version_id = null, revision = c.revision + 1,
            updated_by = $3, updated_at = $2
     from jsonb_to_recordset($1::jsonb) as p(course_id uuid, version_id uuid) where c.id = p.course_id`,
    [list, now, actorId],
  );
}

export interface SearchText {
  courseId: string;
  lessonId: string | null;
  locale: string;
  title: string;
  body: string;
}

/** What the search finds of these courses from now on. */
export async function replaceSearchTexts(
  tx: Tx,
  courseIds: readonly string[],
  texts: readonly SearchText[],
): Promise<void> {
  await execute(tx, `delete from course_text where course_id = any($1::uuid[])`, [courseIds]);
  if (texts.length === 0) return;
  await execute(
    tx,
    `insert into course_text (id, course_id, lesson_id, locale, title, body)
     select id, course_id, lesson_id, locale, title, body
     from jsonb_to_recordset($1::jsonb) as t(id uuid, course_id uuid, lesson_id uuid, locale text, title text, body text)`,
    [
      JSON.stringify(
        texts.map((t) => ({
          id: newId(),
          course_id: t.courseId,
          lesson_id: t.lessonId,
          locale: t.locale,
          title: t.title,
          body: t.body,
        })),
      ),
    ],
  );
}

/** Content ids that a published version shows, among the given ones. */
export async function publishedContent(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const found = await rows<{ id: string }>(
    tx,
    `select v.content_id as id from course_version v where v.content_id = any($1::uuid[]) and v.published_at is not null
     union select l.content_id from course_version_level l join course_version v on v.id = l.version_id
       where l.content_id = any($1::uuid[]) and v.published_at is not null
     union select x.content_id from course_version_lesson x join course_version v on v.id = x.version_id
       where x.content_id = any($1::uuid[]) and v.published_at is not null`,
    [ids],
  );
  return new Set(found.map((r) => r.id));
}
