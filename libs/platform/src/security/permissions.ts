/** Permission roles of a grant, and the two that follow from supervision. */
export const GRANT_ROLES = ['learner', 'author', 'steward', 'judge', 'trainer', 'ld-lead', 'admin'] as const;
export type GrantRole = (typeof GRANT_ROLES)[number] | 'mentor' | 'manager';

/** Everybody who is signed in; object policies in the service then decide. */
export const SIGNED_IN = 'signed-in';

/** Which roles hold a permission. A permission that is not listed here stops the app at boot. Sorted by name. */
export const ROLE_PERMISSIONS = {
  'assessment:edit': ['author', 'ld-lead'],
  'assessment:grade': ['judge', 'trainer', 'ld-lead'],
  'assessment:grant-retake': ['ld-lead'],
  'assessment:publish': ['ld-lead'],
  'assessment:results': ['trainer', 'ld-lead'],
  'certification:edit': ['ld-lead'],
  'certification:see': ['trainer', 'ld-lead'],
  'identity:edit-audiences': ['ld-lead', 'admin'],
  'identity:edit-grants': ['admin'],
  'identity:edit-org': ['ld-lead', 'admin'],
  'identity:edit-people': ['ld-lead', 'admin'],
  'identity:edit-settings': ['admin'],
  'identity:edit-supervision': ['ld-lead', 'admin'],
  'identity:edit-work-calendar': ['ld-lead', 'admin'],
  'identity:erase-people': ['admin'],
  'identity:export-people': ['ld-lead', 'admin'],
  'identity:find-people': ['mentor', 'manager', 'author', 'steward', 'judge', 'trainer', 'ld-lead', 'admin'],
  'identity:import-people': ['ld-lead', 'admin'],
  'identity:invite-people': ['ld-lead', 'admin'],
  'identity:rate-competencies': ['mentor', 'manager'],
  'identity:see-audiences': ['author', 'ld-lead', 'admin'],
  'identity:see-audit': ['admin'],
  'identity:see-competencies': ['mentor', 'manager', 'ld-lead'],
  'identity:see-grants': ['admin'],
  'identity:see-people': ['ld-lead', 'admin'],
  'identity:see-settings': ['ld-lead', 'admin'],
  'identity:see-team': ['mentor', 'manager'],
  'identity:view-as-learner': ['ld-lead', 'admin'],
  'mentoring:allowance': ['ld-lead'],
  'mentoring:pair': ['ld-lead'],
  'mentoring:pairings': ['ld-lead'],
  'notifications:announce': ['ld-lead'],
  'platform:read-mailbox': ['admin'],
  'review:settings': ['ld-lead'],
  'rewards:edit-rules': ['ld-lead'],
  'rewards:edit-store': ['ld-lead'],
  'rewards:fulfil-orders': ['ld-lead'],
  'rewards:grant-points': ['ld-lead'],
  'rewards:handle-orders': ['manager', 'ld-lead'],
  'rewards:read-stats': ['ld-lead'],
  'signed-in': ['learner', 'mentor', 'manager', 'author', 'steward', 'judge', 'trainer', 'ld-lead', 'admin'],
} as const satisfies Record<string, readonly GrantRole[]>;
