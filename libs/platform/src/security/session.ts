import type { Viewer } from './viewer.js';

export const SESSION_COOKIE = 'waymark_session';
/** Injection token; the identity lib provides it. */
export const SESSION_RESOLVER = Symbol('waymark:session-resolver');

/** Published for a person whose sessions ended or whose rights changed. */
export const SESSIONS_CHANGED = 'sessions.changed';

export interface ResolvedSession {
  viewer: Viewer;
  /** A new cookie value when the token was rotated. */
  newToken?: string;
}

export interface SessionResolver {
  /**
   * The viewer of a cookie value, or null when the session is unknown, ended or expired.
   * @param options rotate: false where no cookie can be set, as on a socket
   */
  resolve(token: string, options?: { rotate?: boolean }): Promise<ResolvedSession | null>;
  /** The viewers of sessions that are still open, by session id. */
  current(sessionIds: readonly string[]): Promise<Map<string, Viewer>>;
  /** The viewer a person would be, without a session; for tests and work done in a person's name. */
  viewerFor(personId: string): Promise<Viewer>;
}

export const ANONYMOUS_RESOLVER: SessionResolver = {
  resolve: () => Promise.resolve(null),
  current: () => Promise.resolve(new Map()),
  viewerFor: () => Promise.reject(new Error('No session resolver is installed')),
};
