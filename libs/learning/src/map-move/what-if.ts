export interface WhatIfPerson {
  enrolmentId: string;
  personId: string;
  slipDays: number;
  lateAfter: number;
  newlyOverdue: number;
  minutesAdded: number;
  finishes: boolean;
}
/** First day of each group of slips; a group ends where the next begins. */
export const SLIP_FROM = [1, 3, 7, 14, 30] as const;
/** So many of those who are hit hardest are named. */
export const WORST = 50;

export interface WhatIf {
  people: number;
  slipping: number;
  /** People per group of `SLIP_FROM`. */
  slips: number[];
  maxSlip: number;
  newlyOverdue: number;
  /** People whose open work grows, and by how many minutes in all and at most; people whose work shrinks. */
  moreWork: number;
  minutesAdded: number;
  maxMinutesAdded: number;
  lessWork: number;
  finishing: number;
  worst: WhatIfPerson[];
}

export function emptyWhatIf(): WhatIf {
  return {
    people: 0,
    slipping: 0,
    slips: SLIP_FROM.map(() => 0),
    maxSlip: 0,
    newlyOverdue: 0,
    moreWork: 0,
    minutesAdded: 0,
    maxMinutesAdded: 0,
    lessWork: 0,
    finishing: 0,
    worst: [],
  };
}

/** Counts one person in; memory does not grow with the number of people. */
export function addPerson(into: WhatIf, p: WhatIfPerson): void {
  into.people += 1;
  into.minutesAdded += p.minutesAdded;
  into.maxMinutesAdded = Math.max(into.maxMinutesAdded, p.minutesAdded);
  if (p.minutesAdded > 0) into.moreWork += 1;
  if (p.minutesAdded < 0) into.lessWork += 1;
  if (p.newlyOverdue > 0) into.newlyOverdue += 1;
  if (p.finishes) into.finishing += 1;
  if (p.slipDays > 0) {
    into.slipping += 1;
    into.maxSlip = Math.max(into.maxSlip, p.slipDays);
    const group = SLIP_FROM.findLastIndex((from) => p.slipDays >= from);
    into.slips[group] = (into.slips[group] ?? 0) + 1;
  }
  if (p.slipDays === 0 && p.newlyOverdue === 0) return;
  const last = into.worst.at(-1);
  if (into.worst.length === WORST && last && harder(last, p) <= 0) return;
  const at = into.worst.findIndex((w) => harder(p, w) < 0);
  into.worst.splice(at < 0 ? into.worst.length : at, 0, p);
  if (into.worst.length > WORST) into.worst.pop();
}

/** Who slips furthest first, then who has most nodes newly overdue. */
function harder(a: WhatIfPerson, b: WhatIfPerson): number {
  return (
    b.slipDays - a.slipDays ||
    b.newlyOverdue - a.newlyOverdue ||
    b.minutesAdded - a.minutesAdded ||
    (a.enrolmentId < b.enrolmentId ? -1 : 1)
  );
}
