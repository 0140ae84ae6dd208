import { addDays, addMonths, daysBetween, type LocalDay } from '@waymark/kernel';

export type CertificateState = 'issued' | 'expiring' | 'lapsed' | 'renewed' | 'revoked';

export interface CertificateDays {
  issuedOn: LocalDay;
  /** The last day it is valid; null = for ever. */
  expiresOn: LocalDay | null;
  revoked: boolean;
  /** A newer cycle follows. */
  followed: boolean;
}

export interface Validity {
  validityMonths: number | null;
  warnDays: readonly number[];
  renewalOpensDays: number;
}

/** The last valid day. A renewal before the end adds to it, so nobody loses days by being early. */
export function expiryOf(
  issuedOn: LocalDay,
  validityMonths: number | null,
  previousExpiry: LocalDay | null = null,
): LocalDay | null {
  if (validityMonths === null) return null;
  if (previousExpiry !== null && previousExpiry >= issuedOn) return addMonths(previousExpiry, validityMonths);
  return addDays(addMonths(issuedOn, validityMonths), -1);
}

export function stateOf(c: CertificateDays, today: LocalDay, warnDays: readonly number[]): CertificateState {
  if (c.revoked) return 'revoked';
  if (c.followed) return 'renewed';
  if (c.expiresOn === null) return 'issued';
  if (c.expiresOn < today) return 'lapsed';
  return daysBetween(today, c.expiresOn) <= Math.max(0, ...warnDays) ? 'expiring' : 'issued';
}

/** Renewal is open from this day on; null for a certificate that never ends. */
export function renewalOpensOn(expiresOn: LocalDay | null, renewalOpensDays: number): LocalDay | null {
  return expiresOn === null ? null : addDays(expiresOn, -renewalOpensDays);
}

export interface Notices {
  /** The warning to give now, if any: the closest to the end. Earlier ones that were missed are not made up for. */
  warn: number | null;
  openRenewal: boolean;
  lapse: boolean;
}

/** What the daily check has to say about a current certificate. What was said before is not said again. */
export function dueNotices(
  c: { issuedOn: LocalDay; expiresOn: LocalDay },
  given: { warned: readonly number[]; renewalOpened: boolean; lapsed: boolean },
  today: LocalDay,
  v: Validity,
): Notices {
  const left = daysBetween(today, c.expiresOn);
  if (left < 0) return { warn: null, openRenewal: false, lapse: !given.lapsed };
  const length = daysBetween(c.issuedOn, c.expiresOn);
  const reached = v.warnDays.filter((d) => left <= d && d < length);
  const closest = reached.length > 0 ? Math.min(...reached) : null;
  const said = closest !== null && given.warned.some((d) => d <= closest);
  return {
    warn: closest === null || said ? null : closest,
    openRenewal: !given.renewalOpened && left <= v.renewalOpensDays,
    lapse: false,
  };
}

export type Cycle = { number: number; use: 'first' | 'renewal'; since: LocalDay | null };

/**
 * Which cycle a person can reach today and from which day on results count (exclusive); null when nothing is open.
 * Too late for a renewal, the full requirements are asked again, with results after the lapse.
 */
export function openCycle(
  current: (CertificateDays & { cycle: number }) | null,
  today: LocalDay,
  rule: { renewalOpensDays: number; renewalWithinMonths: number | null },
): Cycle | null {
  if (current === null) return { number: 1, use: 'first', since: null };
  if (current.revoked || current.expiresOn === null) return null;
  const opens = renewalOpensOn(current.expiresOn, rule.renewalOpensDays) as LocalDay;
  if (today < opens) return null;
  const within = rule.renewalWithinMonths;
  if (within !== null && today > addMonths(current.expiresOn, within)) {
    return { number: current.cycle + 1, use: 'first', since: current.expiresOn };
  }
  const recent = within === null ? null : addDays(addMonths(today, -within), -1);
  return {
    number: current.cycle + 1,
    use: 'renewal',
    since: recent !== null && recent > current.issuedOn ? recent : current.issuedOn,
  };
}

/** '{year}' and '{seq}' or '{seq5}' (padded) in a pattern. */
export function certificateNumber(pattern: string, year: number, seq: number): string {
  return pattern
    .replace('{year}', String(year))
    .replace(/\{seq(\d?)\}/, (_, width: string) => String(seq).padStart(Number(width || 1), '0'));
}

/** A pattern must number: without a sequence two certificates would be the same. */
export function isNumberPattern(pattern: string): boolean {
  return (
    /^[A-Za-z0-9_\-/.]*(\{year\}[A-Za-z0-9_\-/.]*)?\{seq\d?\}[A-Za-z0-9_\-/.]*$/.test(pattern) && pattern.length <= 60
  );
}
