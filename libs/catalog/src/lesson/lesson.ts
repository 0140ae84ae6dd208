export const LESSON_KINDS = ['article', 'video', 'pdf', 'acknowledge', 'audio', 'image', 'embed', 'package'] as const;
export type LessonKind = (typeof LESSON_KINDS)[number];

/** The kinds that can be written and learned today; the others have a name in the data only. */
export const OPEN_KINDS = ['article', 'video', 'pdf', 'acknowledge'] as const satisfies readonly LessonKind[];

export const CRITERIA = ['read-to-end', 'watched', 'all-pages', 'acknowledged', 'package-completed'] as const;
export type Criterion = (typeof CRITERIA)[number];

const CRITERION: Record<LessonKind, Criterion> = {
  article: 'read-to-end',
  video: 'watched',
  pdf: 'all-pages',
  acknowledge: 'acknowledged',
  audio: 'watched',
  image: 'read-to-end',
  embed: 'acknowledged',
  package: 'package-completed',
};

/** What completes a lesson of that kind. */
export function criterionOf(kind: LessonKind): Criterion {
  return CRITERION[kind];
}

/** The kind of file a lesson shows; null for lessons without one. */
export function mediaKindOf(kind: LessonKind): 'video' | 'document' | 'audio' | 'image' | 'package' | null {
  switch (kind) {
    case 'video':
      return 'video';
    case 'pdf':
      return 'document';
    case 'audio':
      return 'audio';
    case 'image':
      return 'image';
    case 'package':
      return 'package';
    default:
      return null;
  }
}

export function isLessonKind(value: string): value is LessonKind {
  return (LESSON_KINDS as readonly string[]).includes(value);
}

export function isOpenKind(kind: LessonKind): boolean {
  return (OPEN_KINDS as readonly LessonKind[]).includes(kind);
}
