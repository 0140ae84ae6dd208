import { hasMessage, loadAreas, t } from './i18n.js';

export type ErrorParams = Record<string, string | number | boolean | null | string[]>;

/** What the server, or the way to it, answered instead of data. `reason` is the key of its words. */
export class ApiError extends Error {
  constructor(
    /** UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, RULE_VIOLATION, CONFLICT, RATE_LIMITED, TRANSIENT, OFFLINE, INTERNAL. */
    readonly code: string,
    readonly reason: string,
    readonly params: ErrorParams = {},
    readonly requestId: string | null = null,
  ) {
    super(reason);
    this.name = 'ApiError';
  }
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError('INTERNAL', 'unexpected', {}, null);
}

function joined(params: ErrorParams): Record<string, string | number> {
  const out: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(params)) {
    out[key] = Array.isArray(value)
      ? value.join(t('common.listComma'))
      : typeof value === 'number'
        ? value
        : String(value ?? '');
  }
  return out;
}

/** The words for an error: its reason, else its class, else a last resort. Load the area first (`errorText` does). */
export function wordError(error: unknown): string {
  const known = asApiError(error);
  const params = joined(known.params);
  for (const key of [`error.${known.reason}`, `error.class.${known.code}`]) {
    if (hasMessage(key)) {
      const count = params['count'];
      return typeof count === 'number' ? t(key, params, count) : t(key, params);
    }
  }
  return t('error.class.INTERNAL');
}

export async function errorText(error: unknown): Promise<string> {
  await loadAreas(['errors']);
  return wordError(error);
}
