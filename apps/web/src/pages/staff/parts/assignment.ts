import { fullDay } from '../../../app/format.js';
import { t } from '../../../app/i18n.js';
import type { Assignment } from '../../../data/assign.js';

export function dueWords(
  assignment: Pick<Assignment, 'dueOn' | 'dueDays' | 'recurrence' | 'targetKind' | 'startFrom'>,
): string {
  const due = assignment.dueOn
    ? t('assign.dueOn', { day: fullDay(assignment.dueOn) })
    : assignment.dueDays !== null
      ? t('assign.dueAfter', { n: assignment.dueDays }, assignment.dueDays)
      : assignment.targetKind === 'map'
        ? t(assignment.startFrom === 'hire-date' ? 'assign.countsFromHire' : 'assign.countsFromAssigned')
        : t('assign.noDue');
  return assignment.recurrence === 'yearly' ? t('assign.everyYear', { due }) : due;
}
