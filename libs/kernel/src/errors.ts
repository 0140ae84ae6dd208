/** What kind of refusal an error is; the API maps each kind to one GraphQL code. */
export type ErrorKind =
  | 'invalid-input'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'rule-violation'
  | 'conflict'
  | 'rate-limited'
  | 'transient';

export type ErrorParam = string | number | boolean | null | readonly string[];
export type ErrorParams = Record<string, ErrorParam>;

/** A refusal with a stable kebab-case code; the web app words it by the message key `error.<code>`. */
export abstract class DomainError extends Error {
  abstract readonly kind: ErrorKind;

  constructor(
    readonly code: string,
    readonly params: ErrorParams = {},
  ) {
    super(code);
    this.name = new.target.name;
  }
}

export class InvalidInput extends DomainError {
  readonly kind = 'invalid-input';
}
export class Unauthenticated extends DomainError {
  readonly kind = 'unauthenticated';
  constructor(code = 'sign-in-required', params: ErrorParams = {}) {
    super(code, params);
  }
}
export class Forbidden extends DomainError {
  readonly kind = 'forbidden';
  constructor(code = 'not-allowed', params: ErrorParams = {}) {
    super(code, params);
  }
}
export class NotFound extends DomainError {
  readonly kind = 'not-found';
  constructor(code = 'not-found', params: ErrorParams = {}) {
    super(code, params);
  }
}
export class RuleViolation extends DomainError {
  readonly kind = 'rule-violation';
}
export class Conflict extends DomainError {
  readonly kind = 'conflict';
}
export class RateLimited extends DomainError {
  readonly kind = 'rate-limited';
}
export class Transient extends DomainError {
  readonly kind = 'transient';
  constructor(code = 'try-again', params: ErrorParams = {}) {
    super(code, params);
  }
}

/** The code clients see in `extensions.code`. Total: a new kind does not compile until it is mapped. */
export const GRAPHQL_CODE: Record<ErrorKind, string> = {
  'invalid-input': 'BAD_USER_INPUT',
  unauthenticated: 'UNAUTHENTICATED',
  forbidden: 'FORBIDDEN',
  'not-found': 'NOT_FOUND',
  'rule-violation': 'RULE_VIOLATION',
  conflict: 'CONFLICT',
  'rate-limited': 'RATE_LIMITED',
  transient: 'TRANSIENT',
};

/** The HTTP status of the same refusal on plain HTTP routes (files, exports, documents). */
export const HTTP_STATUS: Record<ErrorKind, number> = {
  'invalid-input': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'rule-violation': 422,
  conflict: 409,
  'rate-limited': 429,
  transient: 503,
};
