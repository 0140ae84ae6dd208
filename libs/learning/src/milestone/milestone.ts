import { workingDaysBetween, type LocalDay, type WorkCalendarRule } from '@waymark/kernel';

/** Working days a decision may take before the mentor is reminded; a decision within them counts as timely. */
export const DECISION_WORKING_DAYS = 3;

export interface MilestoneContent {
  text: string;
  number: number | null;
  /** Dated entries of the counter. */
  entries: number;
  /** Files and links. */
  files: number;
}
export type MissingEvidence = 'text' | 'entries' | 'number' | 'files';

/** What is missing before a milestone can be handed in; empty = complete. */
export function missingEvidence(
  required: { kind: 'text' | 'counter' | 'number'; target: number | null; needsText: boolean; minFiles: number },
  content: MilestoneContent,
): MissingEvidence[] {
  const missing: MissingEvidence[] = [];
  if ((required.needsText || required.kind === 'text') && content.text.trim() === '') {
    // Where only files are asked for, words are welcome but not required.
    if (required.needsText || required.minFiles === 0) missing.push('text');
  }
  if (required.kind === 'counter' && content.entries < (required.target ?? 1)) missing.push('entries');
  if (required.kind === 'number' && (content.number === null || content.number < (required.target ?? 0)))
    missing.push('number');
  if (content.files < required.minFiles) missing.push('files');
  return missing;
}

export function isTimely(calendar: WorkCalendarRule, submittedOn: LocalDay, decidedOn: LocalDay): boolean {
  return workingDaysBetween(calendar, submittedOn, decidedOn) <= DECISION_WORKING_DAYS;
}
