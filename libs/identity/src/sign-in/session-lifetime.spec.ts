import { describe, expect, it } from 'vitest';
import { OVERLAP_MS, ROTATE_MS, sessionUpkeep, TOUCH_MS } from './session-lifetime.js';

const now = new Date('2026-03-02T08:00:00Z');
const ago = (ms: number): Date => new Date(now.getTime() - ms);
const session = {
  lastSeenAt: ago(1000),
  rotatedAt: ago(1000),
  expiresAt: new Date('2026-04-01T00:00:00Z'),
  currentToken: true,
  confirmed: true,
};

describe('session upkeep', () => {
  it('costs no write while the session is fresh', () => expect(sessionUpkeep(session, now)).toBe('none'));
  it('notes the visit every few minutes', () =>
    expect(sessionUpkeep({ ...session, lastSeenAt: ago(TOUCH_MS) }, now)).toBe('touch'));
  it('replaces the token after a day', () =>
    expect(sessionUpkeep({ ...session, rotatedAt: ago(ROTATE_MS) }, now)).toBe('rotate'));
  it('notes that the new token arrived', () =>
    expect(sessionUpkeep({ ...session, confirmed: false }, now)).toBe('confirm'));
  it('gives another token to a client that lost the answer', () =>
    expect(sessionUpkeep({ ...session, rotatedAt: ago(OVERLAP_MS), currentToken: false, confirmed: false }, now)).toBe(
      'rotate',
    ));
  it('gives none to requests that came together with the one that was given it', () =>
    expect(sessionUpkeep({ ...session, currentToken: false, confirmed: false }, now)).toBe('none'));
  it('lets requests that were under way finish with the old token', () =>
    expect(sessionUpkeep({ ...session, currentToken: false }, now)).toBe('none'));
});
