import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@waymark/kernel';
import type { Tx, Viewer } from '@waymark/platform';
import { JobRoles } from '../job-role/job-role.service.js';
import { OrgUnits, type OrgUnitKind, type OrgUnitRecord } from '../org-unit/org-unit.service.js';
import { sortKeyOf } from '../person/person-name.js';
import { nameKey } from './import-values.js';

const BELOW: Record<OrgUnitKind, OrgUnitKind> = {
  company: 'region',
  region: 'department',
  department: 'team',
  team: 'team',
};

/** A code people can recognise: the name in pinyin, with a tail where that is taken. */
function codeFor(name: string, taken: ReadonlySet<string>): string {
  const slug = sortKeyOf(name)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48);
  const base = slug === '' ? 'unit' : slug;
  return taken.has(base) ? `${base}-${newId().slice(-8)}` : base;
}

/** Units and job roles that a list names and the company does not have yet. */
@Injectable()
export class MissingThings {
  constructor(
    @Inject(OrgUnits) private readonly orgUnits: OrgUnits,
    @Inject(JobRoles) private readonly jobRoles: JobRoles,
  ) {}

  async create(tx: Tx, unitPaths: readonly string[], roleNames: readonly string[], viewer: Viewer): Promise<void> {
    const units = await this.orgUnits.list(tx);
    const codes = new Set(units.map((u) => u.code));
    for (const path of unitPaths) {
      let parent: OrgUnitRecord | null = null;
      for (const name of path.split(' / ')) {
        const known: OrgUnitRecord | undefined = units.find(
          (u) => hasName(u, name) && (parent === null ? true : u.parentId === parent.id),
        );
        parent = known ?? (await this.add(tx, name, parent ?? onlyTop(units), codes, viewer));
        if (!known) units.push(parent);
      }
    }
    const roles = new Set((await this.jobRoles.list(tx)).map((r) => r.code));
    for (const name of roleNames) {
      const code = codeFor(name, roles);
      roles.add(code);
      await this.jobRoles.save(tx, { code, name: { [viewer.locale]: name } }, viewer.personId);
    }
  }

  private async add(
    tx: Tx,
    name: string,
    parent: OrgUnitRecord | null,
    codes: Set<string>,
    viewer: Viewer,
  ): Promise<OrgUnitRecord> {
    const code = codeFor(name, codes);
    codes.add(code);
    const kind = parent ? BELOW[parent.kind] : 'department';
    return this.orgUnits.save(
      tx,
      { code, name: { [viewer.locale]: name }, kind, parentId: parent?.id ?? null },
      viewer.personId,
    );
  }
}

function hasName(unit: OrgUnitRecord, name: string): boolean {
  return Object.values(unit.name).some((n) => nameKey(n) === nameKey(name));
}

function onlyTop(units: readonly OrgUnitRecord[]): OrgUnitRecord | null {
  const tops = units.filter((u) => u.parentId === null);
  return tops.length === 1 ? (tops[0] ?? null) : null;
}
