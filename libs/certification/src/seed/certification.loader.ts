import { Inject, Injectable } from '@nestjs/common';
import { addDays, NotFound, type Clock, type LocalDay, type Text } from '@waymark/kernel';
import { CLOCK, Db, maybeOne, rows, type Tx } from '@waymark/platform';
import { Audiences, Settings } from '@waymark/identity';
import { CertificateRepository, type EventKind } from '../certificate/certificate.repository.js';
import { Certificates } from '../certificate/certificates.service.js';
import { CertificationRepository, type CertificationRow } from '../certification/certification.repository.js';
import { Certifications, type RequirementInput } from '../certification/certifications.service.js';

interface Needs {
  exams?: string[];
  courses?: string[];
  nodes?: string[];
  training_hours?: number;
}

/** An entry of seeds/demo/certifications.yaml. */
export interface CertificationSeed {
  code: string;
  title: Text;
  summary: Text;
  issuer: Text;
  audience?: { job_roles?: string[] };
  requires: Needs;
  validity_months: number | null;
  warn_days: number[];
  renewal?: { opens_days_before: number; requires?: Needs; within_months?: number };
  number_pattern: string;
  skills?: string[];
}

export interface CertificateHistory {
  personId: string;
  certificationCode: string;
  issuedOn: LocalDay;
}

const needs = (n: Needs | undefined): RequirementInput[] => [
  ...(n?.exams ?? []).map((code) => ({ kind: 'exam' as const, code })),
  ...(n?.courses ?? []).map((code) => ({ kind: 'course' as const, code })),
  ...(n?.nodes ?? []).map((code) => ({ kind: 'node' as const, code })),
  ...(n?.training_hours ? [{ kind: 'hours' as const, hours: n.training_hours }] : []),
];

/** Loads certifications from files and certificates with explicit days. Running it twice changes nothing. */
@Injectable()
export class CertificationLoader {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CertificationRepository) private readonly repository: CertificationRepository,
    @Inject(CertificateRepository) private readonly certificateRepository: CertificateRepository,
    @Inject(Certifications) private readonly certifications: Certifications,
    @Inject(Certificates) private readonly certificates: Certificates,
    @Inject(Audiences) private readonly audiences: Audiences,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Exams, courses and job roles must be there. An audience by job roles is made beside the certification. */
  async loadCertifications(
    list: readonly CertificationSeed[],
    actorId: string | null = null,
  ): Promise<{ certifications: number }> {
    return this.db.transaction(async (tx) => {
      let added = 0;
      for (const seed of list) {
        if (await this.repository.byCode(tx, seed.code)) continue;
        await this.certifications.write(tx, actorId, null, {
          code: seed.code,
          title: seed.title,
          summary: seed.summary,
          issuer: seed.issuer,
          validityMonths: seed.validity_months,
          warnDays: seed.warn_days,
          renewalOpensDays: seed.renewal?.opens_days_before ?? 60,
          renewalWithinMonths: seed.renewal?.within_months ?? null,
          numberPattern: seed.number_pattern,
          skills: seed.skills ?? [],
          audienceId: await this.audienceOf(tx, seed, actorId),
          requirements: needs(seed.requires),
          renewalRequirements: needs(seed.renewal?.requires),
        });
        added += 1;
      }
      return { certifications: added };
    });
  }

  private async audienceOf(tx: Tx, seed: CertificationSeed, actorId: string | null): Promise<string | null> {
    const codes = seed.audience?.job_roles ?? [];
    if (codes.length === 0) return null;
    const code = `certification-${seed.code}`.slice(0, 63);
    const known = await maybeOne<{ id: string }>(tx, `select id from audience where code = $1`, [code]);
    if (known) return known.id;
    const roles = await rows<{ id: string }>(tx, `select id from job_role where code = any ($1)`, [codes]);
    return (
      await this.audiences.save(tx, { code, name: seed.title, rule: { jobRoleIds: roles.map((r) => r.id) } }, actorId)
    ).id;
  }

  /**
   * Cycles on explicit days, requirements not asked. What the daily check would have said in the past is marked as said, so that
   * no warning of last year goes out today; a lapse or a warning due since yesterday is left to the check.
   */
  async loadCertificates(list: readonly CertificateHistory[]): Promise<{ certificates: number }> {
    return this.db.transaction(async (tx) => {
      const today = await this.settings.today(tx);
      const kinds = new Map((await this.repository.list(tx)).map((c) => [c.code, c]));
      const byPerson = new Map<string, CertificateHistory[]>();
      for (const l of list)
        byPerson.set(`${l.personId} ${l.certificationCode}`, [
          ...(byPerson.get(`${l.personId} ${l.certificationCode}`) ?? []),
          l,
        ]);
      let issued = 0;
      for (let cycle = 1; ; cycle += 1) {
        const wave = [...byPerson.values()].flatMap((all) => {
          const entry = [...all].sort((a, b) => a.issuedOn.localeCompare(b.issuedOn))[cycle - 1];
          return entry ? [entry] : [];
        });
        if (wave.length === 0) break;
        const ready = wave.map((w) => {
          const certification = kinds.get(w.certificationCode);
          if (!certification) throw new NotFound('certification-unknown', { code: w.certificationCode });
          return { personId: w.personId, certificationId: certification.id, certification, issuedOn: w.issuedOn };
        });
        const current = new Map(
          (await this.certificateRepository.current(tx, ready)).map((c) => [`${c.personId} ${c.certificationId}`, c]),
        );
        const fresh = ready
          .map((r) => ({ ...r, cycle, previous: current.get(`${r.personId} ${r.certificationId}`) ?? null }))
          .filter((r) => (r.previous?.cycle ?? 0) === cycle - 1);
        issued += await this.certificates.issue(
          tx,
          fresh.map((f) => ({ ...f, occurredAt: new Date(`${f.issuedOn}T04:00:00Z`) })),
        );
      }
      await this.markPast(tx, [...new Set(list.map((l) => l.personId))], kinds, today);
      return { certificates: issued };
    });
  }

  private async markPast(
    tx: Tx,
    personIds: readonly string[],
    kinds: ReadonlyMap<string, CertificationRow>,
    today: LocalDay,
  ): Promise<void> {
    const yesterday = addDays(today, -1);
    const events: { certificateId: string; kind: EventKind; days: number; day: LocalDay }[] = [];
    for (const personId of personIds) {
      for (const c of await this.certificateRepository.of(tx, personId)) {
        const rule = kinds.get(c.certificationCode);
        if (!rule || c.expiresOn === null) continue;
        const end = c.expiresOn;
        const before = (days: number): LocalDay => addDays(end, -days);
        for (const days of rule.warnDays)
          if (before(days) <= yesterday && before(days) > c.issuedOn)
            events.push({ certificateId: c.id, kind: 'warned', days, day: before(days) });
        if (before(rule.renewalOpensDays) <= yesterday)
          events.push({ certificateId: c.id, kind: 'renewal-opened', days: 0, day: before(rule.renewalOpensDays) });
        if (c.expiresOn < yesterday && !c.followed)
          events.push({ certificateId: c.id, kind: 'lapsed', days: 0, day: before(-1) });
      }
    }
    await this.certificateRepository.addEvents(tx, events, this.clock.now());
  }
}
