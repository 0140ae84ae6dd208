/** Permission roles of a grant, and the two that follow from supervision. */
export const GRANT_ROLES = ['learner', 'author', 'steward', 'judge', 'trainer', 'ld-lead', 'admin'] as const;
export type GrantRole = (typeof GRANT_ROLES)[number] | 'mentor' | 'manager';

/** Everybody who is signed in; object policies in the service then decide. */
export const SIGNED_IN = 'signed-in';

/** Which roles hold a permission. A permission that is not listed here stops the app at boot. Sorted by name. */
export const ROLE_PERMISSIONS = {
  'signed-in': ['learner', 'mentor', 'manager', 'author', 'steward', 'judge', 'trainer', 'ld-lead', 'admin'],
} as const satisfies Record<string, readonly GrantRole[]>;
