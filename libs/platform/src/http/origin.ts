import { platformConfig } from '../config/platform.config.js';

/**
 * Whether a browser page at `origin` may send requests that change something: the address the app is served at, or
 * PUBLIC_URL. No Origin header means no browser page sent it.
 */
export function originAllowed(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  try {
    const from = new URL(origin);
    const publicUrl = platformConfig().PUBLIC_URL;
    return from.host === host || (publicUrl !== undefined && new URL(publicUrl).host === from.host);
  } catch {
    return false;
  }
}
