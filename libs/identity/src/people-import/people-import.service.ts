import { Inject, Injectable, Logger } from '@nestjs/common';
import { DomainError, InvalidInput, newId, NotFound, RuleViolation, type Clock } from '@waymark/kernel';
import {
  CLOCK,
  Db,
  HandlesJob,
  Jobs,
  readTable,
  SESSION_RESOLVER,
  type JobRun,
  type SessionResolver,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { Settings } from '../company/company-settings.service.js';
import { Scope } from '../grant/scope.service.js';
import { Persons, type Placement } from '../person/person.service.js';
import { employeeNumberKey } from '../sign-in/identifier.js';
import {
  checkImport,
  type CheckedRow,
  type ImportCells,
  type ImportCheck,
  type ImportSnapshot,
  type InputRow,
  type Reference,
} from './import-check.js';
import { IMPORT_FIELDS, mapHeadings, missingFields, type ImportField } from './import-columns.js';
import { MissingThings } from './missing-things.service.js';
import { commitPeopleImport } from './people-import.jobs.js';
import {
  addTags,
  correctHireDates,
  findRun,
  insertRun,
  linkAdded,
  listRuns,
  noteProgress,
  rawRows,
  requestCancel,
  saveRepairs,
  setChecked,
  setCommitting,
  setEnded,
  setFields,
  setOptions,
  snapshotParts,
  writeResults,
  type ImportMode,
  type ImportRun,
  type ImportSummary,
} from './people-import.repository.js';

export const IMPORT_LIMITS = { maxBytes: 5 * 1024 * 1024, maxRows: 20_000 };
const PERMISSION = 'identity:import-people';
const CHUNK = 1_000;
const LEAVERS_CHUNK = 50;

class ImportCancelled extends Error {}

/**
 * People from a list: upload, map, check (as often as wanted, nothing is changed), commit in the background. The commit
 * checks again under a lock and is one transaction: it happens whole, or, when cancelled, not at all.
 */
@Injectable()
export class PeopleImports {
  private readonly logger = new Logger(PeopleImports.name);

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(Persons) private readonly persons: Persons,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(MissingThings) private readonly missing: MissingThings,
    @Inject(SESSION_RESOLVER) private readonly resolver: SessionResolver,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Reads the file, keeps its rows and checks them at once when the headings say enough. */
  async upload(viewer: Viewer, fileName: string, bytes: Buffer): Promise<string> {
    const table = await readTable(bytes, IMPORT_LIMITS);
    const id = newId();
    await this.db.transaction(async (tx) => {
      const fields = mapHeadings(table.headings);
      const run = {
        id,
        createdBy: viewer.personId,
        fileName: fileName.slice(0, 200) || 'people',
        headings: table.headings,
        fields,
        createdAt: this.clock.now(),
      };
      await insertRun(tx, run, table.rows);
      await this.check(tx, viewer, id);
    });
    return id;
  }

  async find(tx: Tx, viewer: Viewer, id: string): Promise<ImportRun> {
    const run = await findRun(tx, id);
    if (!run || !this.mayOpen(viewer, run)) throw new NotFound('import-unknown');
    return run;
  }

  async list(tx: Tx, viewer: Viewer): Promise<ImportRun[]> {
    return listRuns(tx, this.scope.unitsOf(viewer, PERMISSION) === null ? null : viewer.personId);
  }

  async map(
    viewer: Viewer,
    id: string,
    columns: readonly { index: number; field: ImportField | null }[],
  ): Promise<void> {
    await this.change(viewer, id, async (tx, run) => {
      const fields = run.headings.map((_, i) => columns.find((c) => c.index === i)?.field ?? null);
      const given = fields.filter((f) => f !== null);
      if (new Set(given).size !== given.length) throw new InvalidInput('import-field-twice');
      await setFields(tx, id, fields);
    });
  }

  async setOptions(viewer: Viewer, id: string, mode: ImportMode, createMissing: boolean): Promise<void> {
    await this.change(viewer, id, (tx) => setOptions(tx, id, mode, createMissing));
  }

  /** Takes corrected cells instead of what the file says. */
  async repair(
    viewer: Viewer,
    id: string,
    cells: readonly { line: number; field: string; value: string }[],
  ): Promise<void> {
    const known = cells.map((c) => {
      const field = IMPORT_FIELDS.find((f) => f === c.field);
      if (!field) throw new InvalidInput('import-field-unknown', { field: c.field });
      return { line: c.line, field, value: c.value };
    });
    await this.change(viewer, id, async (tx) => void (await saveRepairs(tx, id, known)));
  }

  /** @throws RuleViolation 'import-leavers-not-confirmed' | 'import-not-ready' | 'import-nothing-to-do' */
  async commit(viewer: Viewer, id: string, confirmLeavers: boolean): Promise<void> {
    await this.db.transaction(async (tx) => {
      const run = await this.open(tx, viewer, id);
      if (run.state !== 'checked') throw new RuleViolation('import-not-ready', { missing: missingFields(run.fields) });
      const s = run.summary;
      if (s.leavingTooMany && !confirmLeavers)
        throw new RuleViolation('import-leavers-not-confirmed', { leaving: s.leaving ?? 0 });
      await setCommitting(tx, id, confirmLeavers);
    });
    await this.jobs.enqueue(commitPeopleImport, { importId: id }, { key: `people-import-${id}` });
  }

  /** Before the commit the import is closed; during it, it is stopped and nothing of it stays. */
  async cancel(viewer: Viewer, id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const run = await this.find(tx, viewer, id);
      if (run.state === 'committed') throw new RuleViolation('import-already-committed');
      await requestCancel(tx, id);
    });
  }

  @HandlesJob(commitPeopleImport)
  async runCommit(payload: { importId: string }, job: JobRun): Promise<void> {
    const { importId } = payload;
    const run = await this.db.read((tx) => findRun(tx, importId));
    if (!run || run.state !== 'committing') return;
    try {
      const viewer = await this.resolver.viewerFor(run.createdBy);
      await this.db.transaction((tx) => this.apply(tx, viewer, run, job.signal));
    } catch (error) {
      if (error instanceof ImportCancelled) {
        await this.db.transaction((tx) => setEnded(tx, importId, 'cancelled', null, null, this.clock.now()));
        return;
      }
      if (error instanceof DomainError && error.kind !== 'transient') {
        this.logger.warn({ msg: 'people import failed', importId, reason: error.code });
        await this.db.transaction((tx) => setEnded(tx, importId, 'failed', null, error.code, this.clock.now()));
        return;
      }
      throw error;
    }
  }

  private async apply(tx: Tx, viewer: Viewer, run: ImportRun, signal: AbortSignal): Promise<void> {
    // Two lists at once would each be checked against a company the other is changing.
    await tx.query(`select pg_advisory_xact_lock(hashtext('identity.people-import'))`);
    if (run.createMissing) {
      const first = await this.checkRows(tx, viewer, run);
      await this.missing.create(tx, first.missingUnits, first.missingRoles, viewer);
    }
    const check = await this.checkRows(tx, viewer, run);
    if (check.leavingTooMany && !run.confirmLeavers)
      throw new RuleViolation('import-leavers-not-confirmed', { leaving: check.leaving.length });
    const todo = check.rows.filter((r) => r.outcome === 'added' || r.outcome === 'changed');
    const total = todo.length + check.leaving.length;
    let done = 0;
    const step = async (n: number): Promise<void> => {
      done += n;
      if (signal.aborted) throw new Error('The worker is stopping; the import will be taken up again');
      if (await this.db.read((other) => noteProgress(other, run.id, done, total))) throw new ImportCancelled();
    };
    await step(0);
    const ids = await this.addPeople(tx, viewer, check, step);
    await this.changePeople(tx, viewer, check, ids, step);
    const today = await this.settings.today(tx);
    for (const [i, person] of check.leaving.entries()) {
      await this.persons.leave(tx, person.id, today, viewer.personId);
      if (i % LEAVERS_CHUNK === LEAVERS_CHUNK - 1) await step(LEAVERS_CHUNK);
    }
    await writeResults(tx, run.id, check.rows, check.leaving);
    await linkAdded(
      tx,
      run.id,
      check.rows.flatMap((r) =>
        r.outcome === 'added' ? [{ line: r.line, personId: ids.get(r.plan.number) as string }] : [],
      ),
    );
    const summary = summaryOf(check);
    await this.audit.record(tx, {
      actorId: viewer.personId,
      action: 'people.imported',
      subjectType: 'people-import',
      subjectId: run.id,
      changes: (['added', 'changed', 'kept', 'refused', 'leaving'] as const).map((field) => ({
        field,
        from: null,
        to: summary[field],
      })),
    });
    await setEnded(tx, run.id, 'committed', summary, null, this.clock.now());
  }

  /** Adds new people, managers before those who report to them. Answers the person id of every number in the list. */
  private async addPeople(
    tx: Tx,
    viewer: Viewer,
    check: ImportCheck,
    step: (n: number) => Promise<void>,
  ): Promise<Map<string, string>> {
    const ids = new Map<string, string>();
    for (const row of check.rows) if (row.person) ids.set(row.plan.number, row.person.id);
    for (const p of check.snapshot.persons) ids.set(employeeNumberKey(p.employeeNumber), p.id);
    const added = managersFirst(check.rows.filter((r) => r.outcome === 'added'));
    for (const row of added) if (!ids.has(row.plan.number)) ids.set(row.plan.number, newId());
    const managerOf = (row: CheckedRow): string | null =>
      row.plan.manager === undefined ? null : (ids.get(row.plan.manager) ?? null);
    const fresh = added.filter((r) => r.person === null);
    for (const row of added.filter((r) => r.person !== null)) {
      const personId = row.person?.id as string;
      const { plan } = row;
      await this.persons.rehire(
        tx,
        {
          personId,
          hireDate: plan.hireDate as string,
          orgUnitId: idOf(plan.unit) as string,
          jobRoleId: idOf(plan.role),
          managerId: null,
        },
        viewer.personId,
      );
      await this.persons.updateProfiles(tx, [{ personId, patch: profileOf(row) }], viewer.personId);
    }
    for (let i = 0; i < fresh.length; i += CHUNK) {
      const chunk = fresh.slice(i, i + CHUNK);
      await this.persons.createMany(
        tx,
        chunk.map((row) => ({
          employeeNumber: row.cells.employeeNumber?.trim() ?? '',
          ...profileOf(row),
          name: row.plan.name as string,
          hireDate: row.plan.hireDate as string,
          orgUnitId: idOf(row.plan.unit) as string,
          jobRoleId: idOf(row.plan.role),
          managerId: managerOf(row),
        })),
        viewer.personId,
        chunk.map((row) => ids.get(row.plan.number) as string),
      );
      await step(chunk.length);
    }
    // Somebody who came back may report to somebody who was only just added.
    const back = added.filter((r) => r.person !== null && r.plan.manager !== undefined);
    await this.persons.place(
      tx,
      back.map((row) => ({
        personId: row.person?.id as string,
        fromDay: row.plan.hireDate as string,
        orgUnitId: idOf(row.plan.unit) as string,
        jobRoleId: idOf(row.plan.role),
        managerId: managerOf(row),
      })),
      viewer.personId,
    );
    await addTags(
      tx,
      added.map((row) => ({ personId: ids.get(row.plan.number) as string, tagIds: row.plan.tagIds })),
    );
    return ids;
  }

  private async changePeople(
    tx: Tx,
    viewer: Viewer,
    check: ImportCheck,
    ids: ReadonlyMap<string, string>,
    step: (n: number) => Promise<void>,
  ): Promise<void> {
    const { today } = check.snapshot;
    const changed = check.rows.filter((r) => r.outcome === 'changed');
    // All at once: two people may swap their addresses.
    await this.persons.updateProfiles(
      tx,
      changed
        .filter((r) => touches(r, ['name', 'nameEn', 'email', 'mobile', 'locale', 'zone']))
        .map((row) => ({ personId: row.person?.id as string, patch: profileOf(row) })),
      viewer.personId,
    );
    await correctHireDates(
      tx,
      changed
        .filter((r) => touches(r, ['hireDate']))
        .map((r) => ({ personId: r.person?.id as string, hireDate: r.plan.hireDate as string })),
    );
    const moved = changed.filter((r) => touches(r, ['orgUnit', 'jobRole', 'manager']));
    const placements = moved.flatMap((row): Placement[] => {
      const p = row.person;
      const orgUnitId = idOf(row.plan.unit) ?? p?.orgUnitId;
      if (!p || !orgUnitId) return [];
      return [
        {
          personId: p.id,
          fromDay: p.positionFrom !== null && p.positionFrom > today ? p.positionFrom : today,
          orgUnitId,
          jobRoleId: row.plan.role ? idOf(row.plan.role) : p.jobRoleId,
          managerId: row.plan.manager === undefined ? p.managerId : (ids.get(row.plan.manager) ?? p.managerId),
        },
      ];
    });
    for (let i = 0; i < placements.length; i += CHUNK)
      await this.persons.place(tx, placements.slice(i, i + CHUNK), viewer.personId);
    await addTags(
      tx,
      changed.map((row) => ({ personId: row.person?.id as string, tagIds: row.plan.tagIds })),
    );
    await step(changed.length);
  }

  private async change(viewer: Viewer, id: string, work: (tx: Tx, run: ImportRun) => Promise<void>): Promise<void> {
    await this.db.transaction(async (tx) => {
      await work(tx, await this.open(tx, viewer, id));
      await this.check(tx, viewer, id);
    });
  }

  /** The import, locked, while it can still be changed. */
  private async open(tx: Tx, viewer: Viewer, id: string): Promise<ImportRun> {
    const run = await findRun(tx, id, true);
    if (!run || !this.mayOpen(viewer, run)) throw new NotFound('import-unknown');
    if (run.state !== 'mapping' && run.state !== 'checked')
      throw new RuleViolation('import-closed', { state: run.state });
    return run;
  }

  private mayOpen(viewer: Viewer, run: ImportRun): boolean {
    return run.createdBy === viewer.personId || this.scope.unitsOf(viewer, PERMISSION) === null;
  }

  private async check(tx: Tx, viewer: Viewer, id: string): Promise<void> {
    const run = (await findRun(tx, id)) as ImportRun;
    if (missingFields(run.fields).length > 0) {
      await setChecked(tx, id, 'mapping', {});
      return;
    }
    const check = await this.checkRows(tx, viewer, run);
    await writeResults(tx, id, check.rows, check.leaving);
    await setChecked(tx, id, 'checked', summaryOf(check));
  }

  private async checkRows(tx: Tx, viewer: Viewer, run: ImportRun): Promise<ImportCheck> {
    const input = (await rawRows(tx, run.id)).map((r): InputRow => ({
      line: r.line,
      cells: cellsOf(r.raw, run.fields, r.repairs),
    }));
    return checkImport(input, await this.snapshot(tx, viewer), { mode: run.mode, createMissing: run.createMissing });
  }

  private async snapshot(tx: Tx, viewer: Viewer): Promise<ImportSnapshot> {
    const parts = await snapshotParts(tx);
    const scope = this.scope.unitsOf(viewer, PERMISSION);
    const tops = scope?.flatMap((id) => parts.paths.get(id) ?? []) ?? [];
    return {
      today: await this.settings.today(tx),
      actorId: viewer.personId,
      wholeCompany: scope === null,
      widerGrants: await this.scope.holdersBeyond(tx, viewer, PERMISSION),
      persons: parts.persons,
      units: parts.units.map((u) => ({
        ...u,
        covered: scope === null || tops.some((top) => parts.paths.get(u.id)?.startsWith(top)),
      })),
      jobRoles: parts.jobRoles,
      tags: parts.tags,
    };
  }
}

function cellsOf(raw: readonly string[], fields: readonly (ImportField | null)[], repairs: ImportCells): ImportCells {
  const cells: ImportCells = {};
  fields.forEach((field, i) => {
    const text = raw[i];
    if (field !== null && text) cells[field] = text;
  });
  return { ...cells, ...repairs };
}

function summaryOf(check: ImportCheck): ImportSummary {
  const count = (outcome: string): number => check.rows.filter((r) => r.outcome === outcome).length;
  return {
    added: count('added'),
    changed: count('changed'),
    kept: count('kept'),
    refused: count('refused'),
    leaving: check.leaving.length,
    leavingTooMany: check.leavingTooMany,
    missingUnits: check.missingUnits,
    missingRoles: check.missingRoles,
  };
}

function idOf(ref: Reference | undefined): string | null {
  return ref && 'id' in ref ? ref.id : null;
}

function touches(row: CheckedRow, fields: readonly ImportField[]): boolean {
  return row.changes.some((c) => fields.includes(c.field));
}

/** Only what the list says; the rest keeps its value. */
function profileOf(row: CheckedRow): {
  name?: string;
  nameEn?: string;
  email?: string;
  mobile?: string;
  locale?: 'zh-CN' | 'zh-TW' | 'en';
  zone?: string;
} {
  const { name, nameEn, email, mobile, locale, zone } = row.plan;
  return Object.fromEntries(
    Object.entries({ name, nameEn, email, mobile, locale, zone }).filter(([, value]) => value !== undefined),
  );
}

/** A new manager must exist before the position that names them. Loops were refused before. */
function managersFirst(rows: readonly CheckedRow[]): CheckedRow[] {
  const byNumber = new Map(rows.map((r) => [r.plan.number, r]));
  const out: CheckedRow[] = [];
  const placed = new Set<string>();
  for (const row of rows) {
    const chain: CheckedRow[] = [];
    for (
      let at: CheckedRow | undefined = row;
      at && !placed.has(at.plan.number);
      at = at.plan.manager ? byNumber.get(at.plan.manager) : undefined
    ) {
      placed.add(at.plan.number);
      chain.push(at);
    }
    out.push(...chain.reverse());
  }
  return out;
}
