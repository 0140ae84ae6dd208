import { describe, expect, it } from 'vitest';
import { COMPANY_WIDE, ROLE_PERMISSIONS } from './permissions.js';
import { permissionsOf, requirePermission, type Viewer, type ViewerGrant } from './viewer.js';

const viewer = (...grants: ViewerGrant[]): Viewer => ({
  personId: 'p',
  sessionId: 's',
  locale: 'en',
  zone: 'UTC',
  orgUnitId: null,
  permissions: permissionsOf(grants),
  grants,
  viewAsBy: null,
});

describe('a grant for a part of the company', () => {
  const regional = viewer({ role: 'ld-lead', orgUnitId: 'east' });
  const whole = viewer({ role: 'ld-lead', orgUnitId: null });

  it('gives everything of its role but what the whole company shares', () => {
    const missing = [...whole.permissions].filter((p) => !regional.permissions.has(p)).sort();
    const shared = Object.entries(ROLE_PERMISSIONS)
      .filter(([name, roles]) => COMPANY_WIDE.has(name) && (roles as readonly string[]).includes('ld-lead'))
      .map(([name]) => name);
    expect(missing).toEqual(shared.sort());
    expect(missing).toContain('learning:publish-maps');
    for (const within of ['learning:assign', 'notifications:announce', 'learning:read-maps', 'catalog:read-drafts'])
      expect(regional.permissions.has(within), within).toBe(true);
  });

  it('is refused in words of its own, apart from somebody without the role', () => {
    const refused = (who: Viewer): unknown => {
      try {
        requirePermission(who, 'review:settings');
        return null;
      } catch (e) {
        return (e as { code: string }).code;
      }
    };
    expect(refused(regional)).toBe('company-grant-needed');
    expect(refused(viewer({ role: 'learner', orgUnitId: null }))).toBe('permission-missing');
    expect(refused(viewer({ role: 'trainer', orgUnitId: 'east' }))).toBe('permission-missing');
    expect(refused(whole)).toBeNull();
  });

  it('does not take away from a second grant that covers the company', () => {
    const both = viewer({ role: 'author', orgUnitId: 'east' }, { role: 'author', orgUnitId: null });
    expect(both.permissions.has('catalog:edit')).toBe(true);
  });
});
