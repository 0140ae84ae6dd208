import { COOKIE_BASE, secureCookies, SESSION_COOKIE, type GqlContext } from '@waymark/platform';
import type { SignedIn, Visitor } from './sign-in.service.js';

const DEVICE_COOKIE = 'waymark_device';
const DAY_SECONDS = 86_400;

export function visitorOf(ctx: GqlContext): Visitor {
  const device = ctx.cookies[DEVICE_COOKIE];
  return { ip: ctx.ip, userAgent: ctx.userAgent, device: device && /^[\w-]{22}$/.test(device) ? device : null };
}

export function setSignInCookies(ctx: GqlContext, signedIn: SignedIn): void {
  ctx.setCookie(SESSION_COOKIE, signedIn.token, { ...COOKIE_BASE, secure: secureCookies(), maxAge: 30 * DAY_SECONDS });
  ctx.setCookie(DEVICE_COOKIE, signedIn.device, { ...COOKIE_BASE, secure: secureCookies(), maxAge: 365 * DAY_SECONDS });
}
