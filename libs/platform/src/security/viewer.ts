import { Forbidden, type Locale } from '@waymark/kernel';
import { COMPANY_WIDE, ROLE_PERMISSIONS, type GrantRole } from './permissions.js';

export interface ViewerGrant {
  role: GrantRole;
  /** The subtree of org units the grant covers; null = the whole company. */
  orgUnitId: string | null;
}

/** Who asks. */
export interface Viewer {
  personId: string;
  sessionId: string;
  locale: Locale;
  zone: string;
  orgUnitId: string | null;
  permissions: ReadonlySet<string>;
  grants: readonly ViewerGrant[];
  /** The staff member who looks as this learner; such a viewer may read and nothing else. */
  viewAsBy: string | null;
}

const byRole = new Map<GrantRole, string[]>();
for (const [permission, roles] of Object.entries(ROLE_PERMISSIONS) as [string, readonly GrantRole[]][]) {
  for (const role of roles) byRole.set(role, [...(byRole.get(role) ?? []), permission]);
}

/** All permissions that the grants give together. A grant for a part of the company gives no company-wide one. */
export function permissionsOf(grants: Iterable<ViewerGrant>): Set<string> {
  const out = new Set<string>();
  for (const { role, orgUnitId } of grants)
    for (const p of byRole.get(role) ?? []) if (orgUnitId === null || !COMPANY_WIDE.has(p)) out.add(p);
  return out;
}

export function isKnownPermission(permission: string): boolean {
  return permission in ROLE_PERMISSIONS;
}

export function can(viewer: Viewer, permission: string): boolean {
  return viewer.permissions.has(permission);
}

/** @throws Forbidden 'company-grant-needed' when the role would do but covers a part of the company only, else 'permission-missing' */
export function requirePermission(viewer: Viewer, permission: string): void {
  if (can(viewer, permission)) return;
  const inPart = viewer.grants.some((g) => g.orgUnitId !== null && byRole.get(g.role)?.includes(permission));
  throw new Forbidden(inPart ? 'company-grant-needed' : 'permission-missing', { permission });
}
