import { Inject, Injectable } from '@nestjs/common';
import { NotFound, type LocalDay } from '@waymark/kernel';
import { type Tx, type Viewer } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { Competencies, type CompetencyProfileRow } from '../competency/competency.service.js';
import { Scope } from '../grant/scope.service.js';
import { Persons } from '../person/person.service.js';
import { seesTopics, talentParts, type Standing, type TalentPart } from './talent-file.js';
import { TalentFileRegistry, type TalentSections } from './talent-file.registry.js';

export interface TalentFile extends Partial<TalentSections> {
  personId: string;
  jobRoleId: string | null;
  hireDate: LocalDay | null;
  parts: TalentPart[];
  skills?: CompetencyProfileRow[];
}

/** What the house knows of somebody's growth, for those who may see it; each only their parts. */
@Injectable()
export class TalentFiles {
  constructor(
    @Inject(TalentFileRegistry) private readonly registry: TalentFileRegistry,
    @Inject(Competencies) private readonly competencies: Competencies,
    @Inject(Persons) private readonly persons: Persons,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  /** @throws NotFound 'person-unknown' to whom no part is open */
  async open(tx: Tx, viewer: Viewer, personId: string): Promise<TalentFile> {
    const standings = await this.standings(tx, viewer, personId);
    const parts = talentParts(standings);
    if (parts.length === 0) throw new NotFound('person-unknown');
    const facts = (await this.persons.facts(tx, [personId])).get(personId);
    const request = { personId, locale: viewer.locale, topics: seesTopics(standings) };
    const file: TalentFile = {
      personId,
      jobRoleId: facts?.jobRoleId ?? null,
      hireDate: facts?.hireDate ?? null,
      parts,
    };
    for (const part of parts) {
      if (part === 'skills') file.skills = await this.competencies.profile(tx, personId);
      else Object.assign(file, { [part]: await this.registry.load(tx, part, request) });
    }
    return file;
  }

  /** The file leaves the house, on paper or as a table: who took whose, and which parts, is on record. */
  async export(tx: Tx, viewer: Viewer, personId: string, as: 'print' | 'xlsx'): Promise<TalentFile> {
    const file = await this.open(tx, viewer, personId);
    await this.audit.record(tx, {
      actorId: viewer.personId,
      action: 'talent-file.exported',
      subjectType: 'person',
      subjectId: personId,
      personId,
      changes: [
        { field: 'as', from: null, to: as },
        { field: 'parts', from: null, to: file.parts.join(' ') },
      ],
    });
    return file;
  }

  private async standings(tx: Tx, viewer: Viewer, personId: string): Promise<ReadonlySet<Standing>> {
    const out = new Set<Standing>();
    if (viewer.personId === personId) out.add('self');
    if (await this.scope.canSee(tx, viewer, personId, ['mentor', 'delegate'])) out.add('mentor');
    if (await this.scope.canSee(tx, viewer, personId, ['manager'])) out.add('manager');
    if (await this.scope.canSee(tx, viewer, personId, ['identity:see-talent-files'])) out.add('staff');
    return out;
  }
}
