export type EmbeddedPostgresFailure =
  | 'unsupported-platform'
  | 'binaries-unusable'
  | 'no-account'
  | 'folder-unusable'
  | 'version-mismatch'
  | 'initdb-failed'
  | 'start-failed'
  | 'not-answering'
  | 'password-lost'
  | 'stop-failed';

/** Its message is written for the person who starts Waymark and says what to do next. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(
    readonly failure: EmbeddedPostgresFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
