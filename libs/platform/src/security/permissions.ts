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
  'assessment:read-bank': ['author', 'ld-lead'],
  'assessment:results': ['trainer', 'ld-lead'],
  'catalog:edit': ['author', 'ld-lead'],
  'catalog:publish': ['ld-lead'],
  'catalog:read-drafts': ['author', 'ld-lead'],
  'catalog:transcripts': ['trainer', 'ld-lead'],
  'certification:edit': ['ld-lead'],
  'certification:revoke': ['ld-lead'],
  'certification:see': ['trainer', 'ld-lead'],
  'identity:edit-audiences': ['ld-lead', 'admin'],
  'identity:edit-competencies': ['ld-lead'],
  'identity:edit-grants': ['admin'],
  'identity:edit-job-roles': ['ld-lead', 'admin'],
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
  'identity:see-skills': ['ld-lead'],
  'identity:see-talent-files': ['ld-lead'],
  'identity:see-team': ['mentor', 'manager'],
  'identity:view-as-learner': ['ld-lead', 'admin'],
  'learning:assign': ['ld-lead'],
  'learning:edit-maps': ['author', 'ld-lead'],
  'learning:nudge': ['ld-lead'],
  'learning:progress': ['trainer', 'ld-lead'],
  'learning:publish-maps': ['ld-lead'],
  'learning:read-maps': ['author', 'trainer', 'ld-lead'],
  'learning:waive': ['ld-lead'],
  'mentoring:allowance': ['ld-lead'],
  'mentoring:pair': ['ld-lead'],
  'mentoring:pairings': ['ld-lead'],
  'mentoring:performance': ['ld-lead'],
  'notifications:announce': ['ld-lead'],
  'platform:read-mailbox': ['admin'],
  'review:see-settings': ['ld-lead'],
  'review:settings': ['ld-lead'],
  'rewards:edit-rules': ['ld-lead'],
  'rewards:edit-store': ['ld-lead'],
  'rewards:fulfil-orders': ['ld-lead'],
  'rewards:grant-points': ['ld-lead'],
  'rewards:handle-orders': ['manager', 'ld-lead'],
  'rewards:read-stats': ['ld-lead'],
  'rewards:see-rules': ['ld-lead'],
  'rewards:see-store': ['ld-lead'],
  'signed-in': ['learner', 'mentor', 'manager', 'author', 'steward', 'judge', 'trainer', 'ld-lead', 'admin'],
} as const satisfies Record<string, readonly GrantRole[]>;

type Permission = keyof typeof ROLE_PERMISSIONS;

/**
 * What everybody in the company meets: content and settings there is only one of. A grant that covers a part of the
 * company does not give these; it gives what reaches people (assigning, announcing, grading), within that part.
 */
export const COMPANY_WIDE: ReadonlySet<string> = new Set<Permission>([
  'assessment:edit',
  'assessment:publish',
  'catalog:edit',
  'catalog:publish',
  'certification:edit',
  'identity:edit-job-roles',
  'identity:edit-settings',
  'identity:edit-work-calendar',
  'learning:edit-maps',
  'learning:publish-maps',
  'review:settings',
  'rewards:edit-rules',
  'rewards:edit-store',
]);
