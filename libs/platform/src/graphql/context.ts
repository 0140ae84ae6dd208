import type { CookieSerializeOptions } from '@fastify/cookie';
import type { Viewer } from '../security/viewer.js';
import type { Loaders } from './loaders.js';

/** What every resolver can reach. One per request, and one per event of a subscription. */
export interface GqlContext {
  viewer: Viewer | null;
  loaders: Loaders;
  requestId: string;
  /** The client's address, behind a trusted proxy the one it names. */
  ip: string;
  userAgent: string;
  acceptLanguage: string;
  cookies: Readonly<Record<string, string | undefined>>;
  setCookie(name: string, value: string, options: CookieSerializeOptions): void;
  clearCookie(name: string): void;
}
