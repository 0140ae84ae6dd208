import type { PaperEntry } from '../attempt/paper.js';
import type { Mark } from '../grading/grading.js';
import type { ItemAnswers } from './responses.js';

const WITH_CHOICES: ReadonlySet<string> = new Set(['single', 'multiple', 'truefalse']);

export function hasChoices(type: string): boolean {
  return WITH_CHOICES.has(type);
}

/** Attempts turned round: question version by question version instead of person by person. */
export class CollectedAnswers {
  people = 0;
  readonly items = new Map<string, ItemAnswers>();

  add(attempt: {
    paper: readonly PaperEntry[];
    marks: readonly Mark[];
    choices: Readonly<Record<string, string[]>>;
  }): void {
    const person = this.people;
    this.people += 1;
    attempt.paper.forEach((entry, i) => {
      const mark = attempt.marks[i];
      if (!mark || mark.s === 'pending' || mark.s === 'dropped') return;
      let item = this.items.get(entry.v);
      if (!item) {
        item = { person: [], share: [], points: [], choices: hasChoices(entry.k) ? [] : null, blanks: 0 };
        this.items.set(entry.v, item);
      }
      item.person.push(person);
      item.share.push(mark.n / mark.d);
      item.points.push(entry.p);
      item.choices?.push(attempt.choices[String(i + 1)] ?? []);
      if (mark.s === 'blank') item.blanks += 1;
    });
  }
}
