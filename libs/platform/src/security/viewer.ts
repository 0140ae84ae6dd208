import { Forbidden, type Locale } from '@waymark/kernel';
import { ROLE_PERMISSIONS, type GrantRole } from './permissions.js';

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

/** All permissions that the roles give together. */
export function permissionsOf(roles: Iterable<GrantRole>): Set<string> {
  const out = new Set<string>();
  for (const role of roles) for (const p of byRole.get(role) ?? []) out.add(p);
  return out;
}

export function isKnownPermission(permission: string): boolean {
  return permission in ROLE_PERMISSIONS;
}

export function can(viewer: Viewer, permission: string): boolean {
  return viewer.permissions.has(permission);
}

/** @throws Forbidden 'permission-missing' */
export function requirePermission(viewer: Viewer, permission: string): void {
  if (!can(viewer, permission)) throw new Forbidden('permission-missing', { permission });
}
