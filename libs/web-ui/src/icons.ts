import IconBookOpen from '~icons/lucide/book-open';
import IconBookText from '~icons/lucide/book-text';
import IconCalendarDays from '~icons/lucide/calendar-days';
import IconClipboardList from '~icons/lucide/clipboard-list';
import IconDrama from '~icons/lucide/drama';
import IconFileCheck from '~icons/lucide/file-check';
import IconHandshake from '~icons/lucide/handshake';
import IconListChecks from '~icons/lucide/list-checks';
import IconNotebookPen from '~icons/lucide/notebook-pen';
import IconPresentation from '~icons/lucide/presentation';
import IconRotate from '~icons/lucide/rotate-3d';
import IconSignpost from '~icons/lucide/signpost';
import type { Component } from 'vue';

export type NodeState = 'locked' | 'available' | 'in-progress' | 'submitted' | 'completed' | 'waived';
/** In the order of the numbers that maps carry in their state column. */
export const NODE_STATES: readonly NodeState[] = [
  'locked',
  'available',
  'in-progress',
  'submitted',
  'completed',
  'waived',
];

const kinds: Record<string, Component> = {
  course: IconBookOpen,
  quiz: IconListChecks,
  exam: IconFileCheck,
  practical: IconDrama,
  showcase: IconPresentation,
  milestone: IconSignpost,
  homework: IconNotebookPen,
  reading: IconBookText,
  survey: IconClipboardList,
  'class-session': IconCalendarDays,
  '360': IconRotate,
  'mentor-meetings': IconHandshake,
};

/** The icon of a kind of node. */
export function kindIcon(kind: string): Component {
  return kinds[kind] ?? IconSignpost;
}
