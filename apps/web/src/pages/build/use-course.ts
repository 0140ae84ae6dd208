import { computed } from 'vue';
import { mutate, query } from '../../app/api.js';
import { toastError } from '../../app/toasts.js';
import {
  AddCourseLevelMutation,
  AddLessonMutation,
  CourseForEditQuery,
  MoveCourseLevelMutation,
  MoveLessonMutation,
  RemoveCourseLevelMutation,
  RemoveLessonMutation,
  SaveCheckpointMutation,
  SaveCourseLevelMutation,
  SaveCourseMetaMutation,
  SaveLessonMutation,
  type CourseView,
} from '../../data/course-build.js';
import {
  afterStep,
  courseDoc,
  nextStep,
  problemsOf,
  type CourseDoc,
  type LessonDoc,
  type LevelDoc,
  type Step,
} from './course-doc.js';
import { useSavedDraft } from './parts/use-saved-draft.js';
import { noWords } from './parts/words.js';

export interface CourseProblemView {
  code: string;
  params: unknown;
  levelKey: string | null;
  lessonKey: string | null;
}

interface Known {
  course: CourseView;
  /** What the server has, with the keys this page uses for levels. */
  doc: CourseDoc;
}

const lessonInput = (lesson: LessonDoc) => ({
  kind: lesson.kind,
  title: lesson.title,
  body: lesson.body,
  minutes: Math.min(600, Math.max(1, Math.round(lesson.minutes) || 1)),
  fileId: lesson.media?.fileId ?? null,
  captions: lesson.captions.map(({ locale, fileId }) => ({ locale, fileId })),
  keyPointFront: lesson.keyPointFront,
  keyPointBack: lesson.keyPointBack,
});

/** One course as its authors edit it: a document here, single changes at the server. */
export function useCourse(code: string) {
  // A level gets its key from the server; here it keeps the one it was made with, so that undo finds it again.
  const keyThere = new Map<string, string>();
  const there = (key: string): string => keyThere.get(key) ?? key;
  function here(course: CourseView): CourseDoc {
    const back = new Map([...keyThere].map(([local, remote]) => [remote, local]));
    const doc = courseDoc(course);
    return { ...doc, levels: doc.levels.map((l) => ({ ...l, key: back.get(l.key) ?? l.key })) };
  }

  async function tell(step: Step, wanted: CourseDoc, known: Known): Promise<CourseView> {
    const at = { courseId: known.course.id, revision: known.course.revision };
    const level = (key: string): LevelDoc => wanted.levels.find((l) => l.key === key) as LevelDoc;
    const lesson = (key: string): LessonDoc =>
      wanted.levels.flatMap((l) => l.lessons).find((l) => l.key === key) as LessonDoc;
    switch (step.op) {
      case 'meta': {
        const { title, summary, module, minutes, competencies } = wanted;
        const meta = { title, summary, module, minutes, competencies };
        return (await mutate(SaveCourseMetaMutation, { ...at, meta })).changed;
      }
      case 'add-level': {
        const { title } = level(step.level);
        const before = new Set(known.course.levels.map((l) => l.key));
        const { changed } = await mutate(AddCourseLevelMutation, { ...at, title, position: step.position });
        const made = changed.levels.find((l) => !before.has(l.key));
        if (made) keyThere.set(step.level, made.key);
        return changed;
      }
      case 'save-level': {
        const { title } = level(step.level);
        return (await mutate(SaveCourseLevelMutation, { ...at, levelKey: there(step.level), title })).changed;
      }
      case 'move-level': {
        const { position } = step;
        return (await mutate(MoveCourseLevelMutation, { ...at, levelKey: there(step.level), position })).changed;
      }
      case 'remove-level':
        return (await mutate(RemoveCourseLevelMutation, { ...at, levelKey: there(step.level) })).changed;
      case 'add-lesson':
        return (
          await mutate(AddLessonMutation, {
            ...at,
            levelKey: there(step.level),
            key: step.lesson,
            position: step.position,
            lesson: lessonInput(lesson(step.lesson)),
          })
        ).changed;
      case 'save-lesson':
        return (
          await mutate(SaveLessonMutation, { ...at, lessonKey: step.lesson, lesson: lessonInput(lesson(step.lesson)) })
        ).changed;
      case 'move-lesson':
        return (
          await mutate(MoveLessonMutation, {
            ...at,
            lessonKey: step.lesson,
            levelKey: there(step.level),
            position: step.position,
          })
        ).changed;
      case 'remove-lesson':
        return (await mutate(RemoveLessonMutation, { ...at, lessonKey: step.lesson })).changed;
      case 'checkpoint': {
        const checkpoint = level(step.level).checkpoint ?? { title: noWords(), passMark: 80, questionIds: [] };
        return (await mutate(SaveCheckpointMutation, { ...at, levelKey: there(step.level), checkpoint })).changed;
      }
    }
  }

  const draft = useSavedDraft<CourseDoc, Known>({
    load: async () => {
      const { courseForEdit } = await query(CourseForEditQuery, { code });
      const remote = new Set(courseForEdit.levels.map((l) => l.key));
      for (const [local, key] of keyThere) if (!remote.has(key)) keyThere.delete(local);
      return { course: courseForEdit, doc: here(courseForEdit) };
    },
    doc: (known) => known.doc,
    savedAt: (known) => known.course.updatedAt,
    step: async (wanted, known) => {
      const step = nextStep(known.doc, wanted);
      if (!step) return null;
      const course = await tell(step, wanted, known);
      const answer = here(course);
      // Words that were told in earlier steps stay as they were told; only this step's part is news.
      return { course, doc: afterStep(keepTold(answer, known.doc), wanted, step) };
    },
  });

  /** Takes what the server answered outside the flow of edits: published, archived, discarded. */
  function showCourse(course: CourseView): void {
    keyThere.clear();
    draft.show({ course, doc: courseDoc(course) });
  }
  /** The same course, whose document did not change: its audience. */
  function takeCourse(course: CourseView): void {
    const known = draft.view.value;
    if (known) draft.view.value = { ...known, course };
  }

  /** Asks the server what it says of the questions, which change outside the course. */
  async function refreshProblems(): Promise<void> {
    try {
      const { courseForEdit } = await query(CourseForEditQuery, { code });
      const known = draft.view.value;
      if (known) draft.view.value = { ...known, course: { ...known.course, problems: courseForEdit.problems } };
    } catch (e) {
      await toastError(e);
    }
  }

  const course = computed(() => draft.view.value?.course ?? null);
  const problems = computed<CourseProblemView[]>(() => {
    const doc = draft.doc.value;
    if (!doc) return [];
    const back = new Map([...keyThere].map(([local, remote]) => [remote, local]));
    const onlyServer = (course.value?.problems ?? [])
      .filter((p) => p.code === 'questions-not-published')
      .map((p) => ({ ...p, levelKey: p.levelKey ? (back.get(p.levelKey) ?? p.levelKey) : null }))
      .filter((p) => doc.levels.some((l) => l.key === p.levelKey && l.checkpoint));
    return [...problemsOf(doc), ...onlyServer];
  });
  return { ...draft, course, problems, showCourse, takeCourse, refreshProblems };
}
export type CourseEditing = ReturnType<typeof useCourse>;

/** The order and the files of the answer, the words as they were told. */
function keepTold(answer: CourseDoc, told: CourseDoc): CourseDoc {
  const levels = new Map(told.levels.map((l) => [l.key, l]));
  const lessons = new Map(told.levels.flatMap((l) => l.lessons.map((x) => [x.key, x])));
  const { title, summary, module, minutes, competencies } = told;
  return {
    title,
    summary,
    module,
    minutes,
    competencies,
    levels: answer.levels.map((level) => {
      const before = levels.get(level.key);
      return {
        ...level,
        title: before?.title ?? level.title,
        checkpoint: before ? before.checkpoint : level.checkpoint,
        lessons: level.lessons.map((l) => lessons.get(l.key) ?? l),
      };
    }),
  };
}
