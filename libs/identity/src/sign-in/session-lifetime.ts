const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A session ends this long after it was last used … */
export const IDLE_MS = 14 * DAY;
/** … and this long after signing in, however busy it was. */
export const ABSOLUTE_MS = 60 * DAY;
/** A token is replaced after this time; the old one stays valid this long after the new one was first seen. */
export const ROTATE_MS = DAY;
export const OVERLAP_MS = 60_000;
/** last_seen_at is written at most this often, so that reading costs no write. */
export const TOUCH_MS = 5 * 60_000;

export interface SessionTimes {
  lastSeenAt: Date;
  expiresAt: Date;
  rotatedAt: Date;
  /** The presented token is the current one (not the one before). */
  currentToken: boolean;
  /** The current token has been seen from the client. */
  confirmed: boolean;
}

export type SessionUpkeep = 'none' | 'touch' | 'confirm' | 'rotate';

/**
 * What a request does to its session besides being let in.
 * A client that a minute later still shows the old token, while the new one was never seen, lost the answer that carried
 * it: it gets another one, so a dropped connection signs nobody out. Within the minute the requests that were under way
 * together go on with the old token: each replacing it again would make the browser keep one that is no longer valid.
 */
export function sessionUpkeep(s: SessionTimes, now: Date): SessionUpkeep {
  const sinceRotation = now.getTime() - s.rotatedAt.getTime();
  if (!s.currentToken) return !s.confirmed && sinceRotation >= OVERLAP_MS ? 'rotate' : 'none';
  if (!s.confirmed) return 'confirm';
  if (sinceRotation >= ROTATE_MS) return 'rotate';
  return now.getTime() - s.lastSeenAt.getTime() >= TOUCH_MS ? 'touch' : 'none';
}
