import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';

/** A person in a course. */
export interface CoursePair {
  personId: string;
  courseId: string;
}

export interface CourseProgressRow extends CoursePair {
  versionId: string;
  state: 'in-progress' | 'completed';
  done: number;
  of: number;
  resumeLessonId: string | null;
  openedAt: Date;
  lastAt: Date;
  completedAt: Date | null;
}

const PROGRESS = `p.person_id as "personId", p.course_id as "courseId", p.version_id as "versionId", p.state, p.done, p.of,
  p.resume_lesson_id as "resumeLessonId", p.opened_at as "openedAt", p.last_at as "lastAt", p.completed_at as "completedAt"`;

const PAIRS = `jsonb_to_recordset($1::jsonb) as pair(person_id uuid, course_id uuid)`;

function pairsJson(pairs: readonly CoursePair[]): string {
  return JSON.stringify(pairs.map((p) => ({ person_id: p.personId, course_id: p.courseId })));
}

export function findProgress(tx: Tx, personId: string, courseId: string): Promise<CourseProgressRow | null> {
  return maybeOne<CourseProgressRow>(
    tx,
    `select ${PROGRESS} from course_progress p where p.person_id = $1 and p.course_id = $2`,
    [personId, courseId],
  );
}

export function progressOf(
  tx: Tx,
  personIds: readonly string[],
  courseIds: readonly string[] | null,
): Promise<CourseProgressRow[]> {
  return rows<CourseProgressRow>(
    tx,
    `select ${PROGRESS} from course_progress p
     where p.person_id = any($1::uuid[]) and ($2::uuid[] is null or p.course_id = any($2::uuid[])) order by p.last_at desc, p.course_id`,
    [personIds, courseIds],
  );
}

/** Locks the rows, in one order for everybody, so that two writers of a pair wait for each other. */
export function lockProgress(tx: Tx, pairs: readonly CoursePair[]): Promise<CourseProgressRow[]> {
  return rows<CourseProgressRow>(
    tx,
    `select ${PROGRESS} from course_progress p join ${PAIRS} using (person_id, course_id) order by p.person_id, p.course_id for update of p`,
    [pairsJson(pairs)],
  );
}

/** Opens courses in their current version; answers those that were not open before. */
export function openProgress(
  tx: Tx,
  list: readonly (CoursePair & { at: Date })[],
): Promise<{ personId: string; courseId: string; versionId: string; of: number; openedAt: Date }[]> {
  return rows(
    tx,
    `insert into course_progress (person_id, course_id, version_id, of, opened_at, last_at)
     select p.person_id, p.course_id, c.current_version_id, u.units, p.at, p.at
     from jsonb_to_recordset($1::jsonb) as p(person_id uuid, course_id uuid, at timestamptz)
     join course c on c.id = p.course_id
     join lateral (
       select (select count(*) from course_version_lesson x where x.version_id = c.current_version_id)
            + (select count(*) from course_version_level l where l.version_id = c.current_version_id and l.checkpoint_pass_mark is not null) as units
     ) u on true
     where c.current_version_id is not null
     on conflict (person_id, course_id) do nothing
     returning person_id as "personId", course_id as "courseId", version_id as "versionId", of, opened_at as "openedAt"`,
    [JSON.stringify(list.map((p) => ({ person_id: p.personId, course_id: p.courseId, at: p.at })))],
  );
}

export interface LessonFact extends CoursePair {
  lessonId: string;
  at: Date;
  /** What the criterion counts, as it stands when the lesson is done. */
  furthest: number;
  /** Text of an int4multirange. */
  seen: string;
}

/** Completes lessons; answers those that were not completed before. */
export function completeLessonRows(
  tx: Tx,
  facts: readonly LessonFact[],
): Promise<{ personId: string; courseId: string; lessonId: string; at: Date }[]> {
  return rows(
    tx,
    `insert into lesson_progress (person_id, lesson_id, course_id, furthest, seen, opened_at, last_at, completed_at)
     select person_id, lesson_id, course_id, furthest, seen::int4multirange, at, at, at
     from jsonb_to_recordset($1::jsonb) as f(person_id uuid, lesson_id uuid, course_id uuid, furthest int, seen text, at timestamptz)
     on conflict (person_id, lesson_id) do update
       set completed_at = excluded.completed_at, last_at = greatest(lesson_progress.last_at, excluded.last_at)
       where lesson_progress.completed_at is null
     returning person_id as "personId", course_id as "courseId", lesson_id as "lessonId", completed_at as at`,
    [
      JSON.stringify(
        facts.map((f) => ({
          person_id: f.personId,
          lesson_id: f.lessonId,
          course_id: f.courseId,
          furthest: f.furthest,
          seen: f.seen,
          at: f.at,
        })),
      ),
    ],
  );
}

export interface LevelFact extends CoursePair {
  levelId: string;
  at: Date;
  attemptId: string | null;
  scoreBp: number | null;
}

/** Clears levels; answers those that were not cleared before. Pairs that never opened the course are left out. */
export function clearLevelRows(tx: Tx, facts: readonly LevelFact[]): Promise<LevelFact[]> {
  return rows<LevelFact>(
    tx,
    `insert into course_level_progress (person_id, level_id, course_id, attempt_id, score_bp, cleared_at)
     select f.person_id, f.level_id, f.course_id, f.attempt_id, f.score_bp, f.at
     from jsonb_to_recordset($1::jsonb) as f(person_id uuid, level_id uuid, course_id uuid, attempt_id uuid, score_bp int, at timestamptz)
     join course_progress p on p.person_id = f.person_id and p.course_id = f.course_id
     on conflict (person_id, level_id) do nothing
     returning person_id as "personId", course_id as "courseId", level_id as "levelId", attempt_id as "attemptId", score_bp as "scoreBp", cleared_at as at`,
    [
      JSON.stringify(
        facts.map((f) => ({
          person_id: f.personId,
          course_id: f.courseId,
          level_id: f.levelId,
          attempt_id: f.attemptId,
          score_bp: f.scoreBp,
          at: f.at,
        })),
      ),
    ],
  );
}

/** Clears levels that have no checkpoint and whose lessons are all done, in the version each pair is on. */
export function clearLessonLevels(tx: Tx, pairs: readonly CoursePair[]): Promise<LevelFact[]> {
  return rows<LevelFact>(
    tx,
    `insert into course_level_progress (person_id, level_id, course_id, cleared_at)
     select p.person_id, l.level_id, p.course_id, max(lp.completed_at)
     from course_progress p
     join ${PAIRS} using (person_id, course_id)
     join course_version_level l on l.version_id = p.version_id and l.checkpoint_pass_mark is null
     join course_version_lesson x on x.version_level_id = l.id
     left join lesson_progress lp on lp.person_id = p.person_id and lp.lesson_id = x.lesson_id and lp.completed_at is not null
     group by p.person_id, p.course_id, l.level_id
     having count(*) = count(lp.lesson_id)
     on conflict (person_id, level_id) do nothing
     returning person_id as "personId", course_id as "courseId", level_id as "levelId", attempt_id as "attemptId", score_bp as "scoreBp", cleared_at as at`,
    [pairsJson(pairs)],
  );
}

export interface SettledPair extends CoursePair {
  versionId: string;
  done: number;
  of: number;
  /** The last fact of a course that is complete now and was not before; null otherwise. */
  completedAt: Date | null;
}

/** Counts units anew and completes courses where all are done, at the time of the last one. */
export function settleProgress(tx: Tx, pairs: readonly CoursePair[]): Promise<SettledPair[]> {
  return rows<SettledPair>(
    tx,
    `with counted as (
       select p.person_id, p.course_id, p.version_id, p.state,
              lessons.total + levels.total as of, lessons.done + levels.done as done, greatest(lessons.last, levels.last) as last
       from course_progress p
       join ${PAIRS} using (person_id, course_id)
       cross join lateral (
         select count(*) as total, count(lp.lesson_id) as done, max(lp.completed_at) as last
         from course_version_lesson x
         left join lesson_progress lp on lp.person_id = p.person_id and lp.lesson_id = x.lesson_id and lp.completed_at is not null
         where x.version_id = p.version_id
       ) lessons
       cross join lateral (
         select count(*) as total, count(cl.level_id) as done, max(cl.cleared_at) as last
         from course_version_level l
         left join course_level_progress cl on cl.person_id = p.person_id and cl.level_id = l.level_id
         where l.version_id = p.version_id and l.checkpoint_pass_mark is not null
       ) levels
     ), finished as (
       select *, state = 'in-progress' and of > 0 and done = of as now_complete from counted
     ), written as (
       update course_progress p
       set done = f.done, of = f.of, last_at = greatest(p.last_at, f.last),
           state = case when f.now_complete then 'completed' else p.state end,
           completed_at = case when f.now_complete then f.last else p.completed_at end
       from finished f where p.person_id = f.person_id and p.course_id = f.course_id
     )
     select person_id as "personId", course_id as "courseId", version_id as "versionId", done::int, of::int,
            case when now_complete then last end as "completedAt"
     from finished`,
    [pairsJson(pairs)],
  );
}

/** Credits training minutes once per person and version; answers the pairs that got them now. */
export function creditVersions(
  tx: Tx,
  list: readonly { personId: string; versionId: string; minutes: number; at: Date }[],
): Promise<{ personId: string; versionId: string }[]> {
  return rows(
    tx,
    `insert into course_credit (person_id, version_id, minutes, credited_at)
     select person_id, version_id, minutes, at from jsonb_to_recordset($1::jsonb) as c(person_id uuid, version_id uuid, minutes int, at timestamptz)
     on conflict (person_id, version_id) do nothing returning person_id as "personId", version_id as "versionId"`,
    [
      JSON.stringify(
        list.map((c) => ({ person_id: c.personId, version_id: c.versionId, minutes: c.minutes, at: c.at })),
      ),
    ],
  );
}

export interface LessonProgressRow {
  lessonId: string;
  place: number;
  furthest: number;
  /** Text of an int4multirange. */
  seen: string;
  openedAt: Date;
  completedAt: Date | null;
}

const LESSON_PROGRESS = `lesson_id as "lessonId", place, furthest, seen::text as seen, opened_at as "openedAt", completed_at as "completedAt"`;

export function lessonProgressOf(tx: Tx, personId: string, courseId: string): Promise<LessonProgressRow[]> {
  return rows<LessonProgressRow>(
    tx,
    `select ${LESSON_PROGRESS} from lesson_progress where person_id = $1 and course_id = $2`,
    [personId, courseId],
  );
}

/** Adds what was seen to what is known: the union, so the order and number of saves make no difference. */
export function saveLessonProgress(
  tx: Tx,
  p: CoursePair & { lessonId: string; place: number; seen: string; now: Date },
): Promise<LessonProgressRow> {
  return one<LessonProgressRow>(
    tx,
    `insert into lesson_progress (person_id, lesson_id, course_id, place, furthest, seen, opened_at, last_at)
     values ($1, $2, $3, $4, $4, $5::int4multirange, $6, $6)
     on conflict (person_id, lesson_id) do update
       set place = excluded.place, furthest = greatest(lesson_progress.furthest, excluded.furthest),
           seen = lesson_progress.seen + excluded.seen, last_at = excluded.last_at
     returning ${LESSON_PROGRESS}`,
    [p.personId, p.lessonId, p.courseId, p.place, p.seen, p.now],
  );
}

export function openLessonProgress(
  tx: Tx,
  p: CoursePair & { lessonId: string; now: Date },
): Promise<LessonProgressRow> {
  return one<LessonProgressRow>(
    tx,
    `insert into lesson_progress (person_id, lesson_id, course_id, opened_at, last_at) values ($1, $2, $3, $4, $4)
     on conflict (person_id, lesson_id) do update set last_at = excluded.last_at
     returning ${LESSON_PROGRESS}`,
    [p.personId, p.lessonId, p.courseId, p.now],
  );
}

export async function setResume(tx: Tx, p: CoursePair & { lessonId: string; now: Date }): Promise<void> {
  await execute(
    tx,
    `update course_progress set resume_lesson_id = $3, last_at = greatest(last_at, $4::timestamptz) where person_id = $1 and course_id = $2`,
    [p.personId, p.courseId, p.lessonId, p.now],
  );
}

export interface ClearedLevel {
  levelId: string;
  scoreBp: number | null;
  clearedAt: Date;
}

export function clearedLevels(tx: Tx, personId: string, courseId: string): Promise<ClearedLevel[]> {
  return rows<ClearedLevel>(
    tx,
    `select level_id as "levelId", score_bp as "scoreBp", cleared_at as "clearedAt" from course_level_progress where person_id = $1 and course_id = $2`,
    [personId, courseId],
  );
}

/** The levels that checkpoint quizzes end, for people who are in the course and in the version they are on; by '<person>/<quiz>'. */
export async function levelsOfCheckpoints(
  tx: Tx,
  list: readonly { personId: string; assessmentId: string }[],
): Promise<Map<string, { courseId: string; levelId: string }>> {
  if (list.length === 0) return new Map();
  const found = await rows<{ personId: string; assessmentId: string; courseId: string; levelId: string }>(
    tx,
    `select distinct asked.person_id as "personId", asked.assessment_id as "assessmentId", p.course_id as "courseId", l.level_id as "levelId"
     from jsonb_to_recordset($1::jsonb) as asked(person_id uuid, assessment_id uuid)
     join course_version_level l on l.checkpoint_assessment_id = asked.assessment_id
     join course_progress p on p.version_id = l.version_id and p.person_id = asked.person_id`,
    [JSON.stringify(list.map((x) => ({ person_id: x.personId, assessment_id: x.assessmentId })))],
  );
  return new Map(found.map((f) => [`${f.personId}/${f.assessmentId}`, f]));
}
