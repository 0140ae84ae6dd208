import type { RouteLocationRaw, Router } from 'vue-router';
import { hasRole } from '../app/viewer.js';
import { workspaces } from './nav.js';
import type { Workspace } from './nav.js';

const KEY = 'waymark.workspace';

/** Remembers where a person with several jobs was last. */
export function rememberWorkspace(workspace: Workspace): void {
  try {
    localStorage.setItem(KEY, workspace);
  } catch {
    // Then the next sign-in begins where the roles say.
  }
}

/** The next person on this device has work of their own. */
export function forgetWorkspace(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept then.
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Where signing in leads: the workspace of last time, else by role: staff to their desk, mentors to what waits for them, managers to their people. */
export function homeRoute(router: Router): RouteLocationRaw {
  const spaces = workspaces(router);
  const last = remembered();
  // What one does now and then, like judging, leads nowhere: that is one entry among others.
  const byRole = hasRole('ld-lead', 'admin', 'author')
    ? 'staff'
    : hasRole('mentor', 'manager')
      ? 'mentor'
      : hasRole('steward', 'trainer', 'judge')
        ? 'staff'
        : 'learn';
  const space = spaces.find((s) => s.key === last) ?? spaces.find((s) => s.key === byRole) ?? spaces[0];
  return { name: space?.home ?? 'today' };
}
