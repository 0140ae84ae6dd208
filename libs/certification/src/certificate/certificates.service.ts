import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  daysBetween,
  newId,
  NotFound,
  pickText,
  publicToken,
  RuleViolation,
  type Clock,
  type Locale,
  type LocalDay,
} from '@waymark/kernel';
import {
  CLOCK,
  ConsumesEvents,
  Db,
  OnEventInTransaction,
  Outbox,
  rows,
  SubjectTitles,
  Texts,
  type DomainEvent,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { Courses } from '@waymark/catalog';
import {
  Activities,
  Audiences,
  Audit,
  CareerEvidenceRegistry,
  PersonDataRegistry,
  Scope,
  Settings,
  TalentFileRegistry,
} from '@waymark/identity';
import { activityRecorded, personErased, type ActivityRecorded } from '@waymark/identity/events';
import { TargetFacts } from '@waymark/learning';
import {
  CertificationRepository,
  type CertificationRow,
  type Requirement,
  type RequirementKind,
} from '../certification/certification.repository.js';
import { Certifications } from '../certification/certifications.service.js';
import {
  certificateNumber,
  expiryOf,
  openCycle,
  renewalOpensOn,
  stateOf,
  type CertificateState,
  type Cycle,
} from './certificate.js';
import { certificateIssued, certificateRevoked } from './certificate.events.js';
import {
  CertificateRepository,
  type CertificateRow,
  type Pair,
  type RequirementFact,
} from './certificate.repository.js';

export interface CertificateView {
  id: string;
  certificationId: string;
  certificationCode: string;
  personId: string;
  title: string;
  name: string;
  number: string;
  cycle: number;
  issuedOn: LocalDay;
  expiresOn: LocalDay | null;
  state: CertificateState;
  daysLeft: number | null;
  publicPath: string;
  revokedOn: LocalDay | null;
}

export interface RequirementView {
  kind: RequirementKind;
  code: string | null;
  targetId: string | null;
  title: string;
  have: number;
  need: number;
  met: boolean;
  metOn: LocalDay | null;
}

export interface MyCertification {
  id: string;
  code: string;
  title: string;
  summary: string;
  issuer: string;
  skills: string[];
  state: 'open' | 'valid' | 'expiring' | 'lapsed' | 'revoked';
  met: number;
  of: number;
  requirements: RequirementView[];
  certificate: CertificateView | null;
  history: CertificateView[];
  renewal: { opensOn: LocalDay; open: boolean; requirements: RequirementView[] } | null;
}

export interface PublicCertificate {
  name: string;
  title: string;
  summary: string;
  issuer: string;
  company: string;
  number: string;
  issuedOn: LocalDay;
  expiresOn: LocalDay | null;
  state: CertificateState;
}

const FORMER: Record<Locale, string> = { 'zh-CN': '前员工', 'zh-TW': '前員工', en: 'Former employee' };
const MINE = { issued: 'valid', renewed: 'valid', expiring: 'expiring', lapsed: 'lapsed', revoked: 'revoked' } as const;

/** Which kind of requirement an activity can meet, and by what it is found. */
function meets(a: ActivityRecorded): { kind: RequirementKind; ref: string | null }[] {
  const hours = a.creditedMinutes > 0 ? [{ kind: 'hours' as const, ref: null }] : [];
  if (a.verb === 'attempt.passed') return [...hours, { kind: 'exam', ref: a.subjectId }];
  if (a.verb === 'course.completed') return [...hours, { kind: 'course', ref: a.subjectId }];
  if (a.verb === 'node.completed') return [...hours, { kind: 'node', ref: String(a.result['key'] ?? '') }];
  return hours;
}

/** Certificates: issued when everything is met, in cycles that are added and never changed. */
@Injectable()
export class Certificates implements OnModuleInit {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CertificateRepository) private readonly repository: CertificateRepository,
    @Inject(CertificationRepository) private readonly certificationRepository: CertificationRepository,
    @Inject(Certifications) private readonly certifications: Certifications,
    @Inject(Courses) private readonly courses: Courses,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(Activities) private readonly activities: Activities,
    @Inject(Audiences) private readonly audiences: Audiences,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(TargetFacts) private readonly targetFacts: TargetFacts,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CareerEvidenceRegistry) private readonly career: CareerEvidenceRegistry,
    @Inject(PersonDataRegistry) private readonly personData: PersonDataRegistry,
    @Inject(TalentFileRegistry) private readonly talentFiles: TalentFileRegistry,
    @Inject(SubjectTitles) private readonly subjectTitles: SubjectTitles,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.career.contribute('certifications', {
      done: async (tx, personId, codes) =>
        this.repository.validCodes(tx, personId, codes, await this.settings.today(tx)),
      titles: (tx, codes, locale) => this.certifications.titlesByCode(tx, codes, locale),
    });
    this.talentFiles.contribute('certificates', async (tx, { personId, locale }) =>
      (await this.views(tx, await this.repository.of(tx, personId), locale, await this.settings.today(tx))).map(
        (c) => ({
          title: c.title,
          number: c.number,
          issuedOn: c.issuedOn,
          expiresOn: c.expiresOn,
          state: c.state,
        }),
      ),
    );
    this.subjectTitles.register('certificate', async (tx, ids, locale) => {
      const found = await rows<{ id: string; certificationId: string }>(
        tx,
        `select id::text as id, certification_id as "certificationId" from certificate where id::text = any($1)`,
        [ids],
      );
      const texts = await this.certifications.texts(
        tx,
        found.map((f) => f.certificationId),
      );
      return new Map(found.map((f) => [f.id, pickText(texts.get(f.certificationId)?.title, locale)]));
    });
    this.personData.contribute({
      section: 'certificates',
      forStaff: true,
      export: (tx, personId) =>
        rows(
          tx,
          `select k.code, c.cycle, c.number, c.issued_on, c.expires_on, h.name, v.reason as revoked_because from certificate c
           join certification k on k.id = c.certification_id left join certificate_holder h on h.certificate_id = c.id
           left join certificate_revocation v on v.certificate_id = c.id where c.person_id = $1 order by c.issued_on`,
          [personId],
        ),
    });
  }

  /** Whatever somebody did may complete a certification. Delivered twice it issues once: the cycle is unique. */
  @ConsumesEvents({ consumer: 'certification.issue', events: [activityRecorded] })
  async achieved(tx: Tx, events: DomainEvent<ActivityRecorded>[]): Promise<void> {
    const list = events.flatMap((e) =>
      e.personId ? meets(e.payload).map((m) => ({ personId: e.personId as string, ...m })) : [],
    );
    if (list.length === 0) return;
    await this.evaluate(tx, await this.repository.touched(tx, list));
  }

  /** Issues what is complete today. @returns how many were issued */
  async evaluate(tx: Tx, pairs: readonly { personId: string; certificationId: string }[]): Promise<number> {
    if (pairs.length === 0) return 0;
    const today = await this.settings.today(tx);
    const rules = new Map(
      (
        await this.certificationRepository.list(tx, {
          archived: false,
          ids: [...new Set(pairs.map((p) => p.certificationId))],
        })
      ).map((c) => [c.id, c]),
    );
    const current = new Map(
      (await this.repository.current(tx, pairs)).map((c) => [`${c.personId} ${c.certificationId}`, c]),
    );
    const requirements = await this.certificationRepository.requirements(tx, [...rules.keys()]);
    const members = await this.members(tx, [...rules.values()]);
    const open: (Pair & { cycle: Cycle; previous: CertificateRow | null })[] = [];
    for (const p of pairs) {
      const rule = rules.get(p.certificationId);
      const previous = current.get(`${p.personId} ${p.certificationId}`) ?? null;
      const cycle = rule && openCycle(previous, today, rule);
      if (!cycle || (previous === null && members.get(p.certificationId)?.has(p.personId) === false)) continue;
      open.push({
        ...p,
        cycle,
        previous,
        use: this.useOf(requirements, p.certificationId, cycle.use),
        since: cycle.since,
      });
    }
    const complete = await this.complete(tx, open, requirements);
    return this.issue(
      tx,
      complete.map((p) => ({
        personId: p.personId,
        certification: rules.get(p.certificationId) as CertificationRow,
        cycle: p.cycle.number,
        issuedOn: today,
        previous: p.previous,
      })),
    );
  }

  /** A certification without a renewal rule of its own asks for the same again. */
  private useOf(
    requirements: readonly Requirement[],
    certificationId: string,
    use: 'first' | 'renewal',
  ): 'first' | 'renewal' {
    return requirements.some((r) => r.certificationId === certificationId && r.use === use) ? use : 'first';
  }

  private async complete<P extends Pair>(
    tx: Tx,
    pairs: readonly P[],
    requirements: readonly Requirement[],
  ): Promise<P[]> {
    if (pairs.length === 0) return [];
    const facts = await this.repository.facts(tx, pairs, await this.currentVersions(tx, requirements));
    const open = new Set(facts.filter((f) => f.metOn === null).map((f) => `${f.personId} ${f.certificationId}`));
    const known = new Set(facts.map((f) => `${f.personId} ${f.certificationId}`));
    return pairs.filter(
      (p) => known.has(`${p.personId} ${p.certificationId}`) && !open.has(`${p.personId} ${p.certificationId}`),
    );
  }

  private async currentVersions(tx: Tx, requirements: readonly Requirement[]): Promise<Record<string, string>> {
    const ids = [...new Set(requirements.filter((r) => r.kind === 'course').flatMap((r) => r.targetId ?? []))];
    const refs = ids.length > 0 ? await this.courses.refs(tx, { ids }) : [];
    return Object.fromEntries(refs.flatMap((r) => (r.versionId ? [[r.id, r.versionId]] : [])));
  }

  /** Whom a certification is for; no entry: everybody. */
  private async members(tx: Tx, list: readonly CertificationRow[]): Promise<Map<string, Set<string>>> {
    const out = new Map<string, Set<string>>();
    for (const c of list) if (c.audienceId) out.set(c.id, new Set(await this.audiences.memberIds(tx, c.audienceId)));
    return out;
  }

  /** @returns how many were new */
  async issue(
    tx: Tx,
    list: readonly {
      personId: string;
      certification: CertificationRow;
      cycle: number;
      issuedOn: LocalDay;
      previous: { id: string; expiresOn: LocalDay | null } | null;
      occurredAt?: Date;
    }[],
  ): Promise<number> {
    if (list.length === 0) return 0;
    const now = this.clock.now();
    const groups = new Map<string, (typeof list)[number][]>();
    for (const l of list) {
      const key = `${l.certification.id} ${l.issuedOn.slice(0, 4)}`;
      groups.set(key, [...(groups.get(key) ?? []), l]);
    }
    const fresh = [];
    for (const key of [...groups.keys()].sort()) {
      const group = groups.get(key) ?? [];
      const year = Number(key.slice(-4));
      let seq = await this.repository.takeNumbers(
        tx,
        (group[0] as (typeof list)[number]).certification.id,
        year,
        group.length,
      );
      for (const l of group) {
        fresh.push({
          ...l,
          id: newId(),
          certificationId: l.certification.id,
          number: certificateNumber(l.certification.numberPattern, year, seq),
          token: publicToken(),
          expiresOn: expiryOf(l.issuedOn, l.certification.validityMonths, l.previous?.expiresOn ?? null),
        });
        seq += 1;
      }
    }
    const added = await this.repository.insert(tx, fresh, await this.texts.currentSeq(tx), now);
    const issued = fresh.filter((f) => added.has(f.id));
    const renewed = issued.filter(
      (f) => f.previous !== null && f.previous.expiresOn !== null && f.previous.expiresOn >= f.issuedOn,
    );
    await this.repository.addEvents(
      tx,
      renewed.map((f) => ({
        certificateId: (f.previous as { id: string }).id,
        kind: 'renewed' as const,
        days: 0,
        day: f.issuedOn,
      })),
      now,
    );
    await this.activities.recordMany(
      tx,
      issued.map((f) => ({
        verb: 'certificate.issued' as const,
        personId: f.personId,
        subjectType: 'certification',
        subjectId: f.certificationId,
        subjectVersion: f.id,
        result: { code: f.certification.code, cycle: f.cycle },
        ...(f.occurredAt ? { occurredAt: f.occurredAt, localDay: f.issuedOn } : {}),
      })),
    );
    await this.targetFacts.apply(
      tx,
      issued.map((f) => ({
        personId: f.personId,
        targetKind: 'certification' as const,
        targetId: f.certificationId,
        targetCode: f.certification.code,
        state: 'completed' as const,
        occurredAt: f.occurredAt ?? now,
      })),
    );
    await this.outbox.publishMany(
      tx,
      certificateIssued,
      issued.map((f) => ({
        personId: f.personId,
        ...(f.occurredAt ? { occurredAt: f.occurredAt } : {}),
        payload: {
          certificateId: f.id,
          certificationId: f.certificationId,
          certificationCode: f.certification.code,
          cycle: f.cycle,
          issuedOn: f.issuedOn,
          expiresOn: f.expiresOn,
        },
      })),
    );
    return issued.length;
  }

  /** @throws RuleViolation 'certificate-not-current' for one that was renewed */
  async revoke(viewer: Viewer, id: string, reason: string): Promise<CertificateView> {
    return this.db.transaction(async (tx) => {
      const before = await this.repository.find(tx, id);
      if (!before || !(await this.scope.canSee(tx, viewer, before.personId, ['certification:revoke'])))
        throw new NotFound('certificate-unknown');
      if (before.followed) throw new RuleViolation('certificate-not-current');
      const today = await this.settings.today(tx);
      const added = await this.repository.addEvents(
        tx,
        [{ certificateId: id, kind: 'revoked', days: 0, day: today, actorId: viewer.personId }],
        this.clock.now(),
      );
      if (added.length > 0) {
        await this.repository.saveReason(tx, id, reason);
        await this.audit.record(tx, {
          actorId: viewer.personId,
          action: 'certificate.revoked',
          subjectType: 'certificate',
          subjectId: id,
          personId: before.personId,
        });
        await this.outbox.publish(tx, certificateRevoked, {
          personId: before.personId,
          payload: {
            certificateId: id,
            certificationId: before.certificationId,
            certificationCode: before.certificationCode,
          },
        });
      }
      const [view] = await this.views(
        tx,
        [(await this.repository.find(tx, id)) as CertificateRow],
        viewer.locale,
        today,
      );
      return view as CertificateView;
    });
  }

  private async views(
    tx: Tx,
    list: readonly CertificateRow[],
    locale: Locale,
    today: LocalDay,
  ): Promise<CertificateView[]> {
    const titles = await this.certifications.texts(tx, [...new Set(list.map((c) => c.certificationId))]);
    return list.map((c) => ({
      id: c.id,
      certificationId: c.certificationId,
      certificationCode: c.certificationCode,
      personId: c.personId,
      title: this.certifications.title(titles.get(c.certificationId), locale),
      name: c.name ?? FORMER[locale],
      number: c.number,
      cycle: c.cycle,
      issuedOn: c.issuedOn,
      expiresOn: c.expiresOn,
      state: stateOf(c, today, c.warnDays),
      daysLeft: c.expiresOn === null ? null : daysBetween(today, c.expiresOn),
      publicPath: `/c/${c.token}`,
      revokedOn: c.revokedOn,
    }));
  }

  /** The public page: what stands on the certificate, in the words of the day it was issued. */
  async publicOne(token: string, locale: Locale): Promise<PublicCertificate | null> {
    return this.db.read(async (tx) => {
      const found = await this.repository.byToken(tx, token);
      if (!found) return null;
      const company = await this.settings.get(tx);
      const texts = (await this.certifications.texts(tx, [found.certificationId], found.textSeq)).get(
        found.certificationId,
      );
      return {
        name: found.name ?? FORMER[locale],
        title: this.certifications.title(texts, locale),
        summary: pickText(texts?.summary ?? {}, locale),
        issuer: pickText(texts?.issuer ?? {}, locale),
        company: company.name,
        number: found.number,
        issuedOn: found.issuedOn,
        expiresOn: found.expiresOn,
        state: stateOf(found, await this.settings.today(tx), found.warnDays),
      };
    });
  }

  async ofPerson(viewer: Viewer, personId: string): Promise<CertificateView[]> {
    return this.db.read(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, personId, ['self', 'manager', 'certification:see']);
      return this.views(tx, await this.repository.of(tx, personId), viewer.locale, await this.settings.today(tx));
    });
  }

  async page(
    viewer: Viewer,
    filter: { certificationId: string | null; state: string | null },
    first: number,
    after: { expiresOn: string; id: string } | null,
  ): Promise<{ found: CertificateView[]; total: number }> {
    return this.db.read(async (tx) => {
      const today = await this.settings.today(tx);
      const page = await this.repository.page(
        tx,
        filter,
        today,
        (person, firstParam) => this.scope.visiblePersonsSql(viewer, 'certification:see', person, firstParam),
        first,
        after,
      );
      return { found: await this.views(tx, page.found, viewer.locale, today), total: page.total };
    });
  }

  async counts(ids: readonly string[]): Promise<Map<string, { holders: number; expiring: number; lapsed: number }>> {
    return this.db.read(async (tx) => {
      const found = await this.repository.counts(tx, ids, await this.settings.today(tx));
      return new Map(found.map((f) => [f.id, f]));
    });
  }

  /** What the person holds or held, and what is offered to an audience the person is in. */
  async mine(personId: string, locale: Locale): Promise<MyCertification[]> {
    return this.db.read(async (tx) => {
      const today = await this.settings.today(tx);
      const held = await this.repository.of(tx, personId);
      const live = await this.certificationRepository.list(tx, { archived: false });
      const mineAudiences = new Set(
        await this.audiences.audiencesOf(
          tx,
          personId,
          live.flatMap((c) => c.audienceId ?? []),
        ),
      );
      const heldIds = new Set(held.map((h) => h.certificationId));
      const shown = [
        ...live.filter((c) => heldIds.has(c.id) || (c.audienceId !== null && mineAudiences.has(c.audienceId))),
        ...(await this.certificationRepository.list(tx, { archived: true, ids: [...heldIds] })),
      ];
      if (shown.length === 0) return [];
      const requirements = await this.certificationRepository.requirements(
        tx,
        shown.map((c) => c.id),
      );
      const titles = await this.certifications.titles(tx, requirements, locale);
      const texts = await this.certifications.texts(
        tx,
        shown.map((c) => c.id),
      );
      const versions = await this.currentVersions(tx, requirements);
      const views = await this.views(tx, held, locale, today);
      const pairs = shown.map((c) =>
        this.pairOf(c, held.find((h) => h.certificationId === c.id) ?? null, personId, requirements, today),
      );
      const facts = await this.repository.facts(tx, pairs, versions);
      return shown.map((c, i): MyCertification => {
        const history = views.filter((v) => v.certificationId === c.id);
        const certificate = history[0] ?? null;
        const list = facts.filter((f) => f.certificationId === c.id).map((f) => toRequirement(f, titles));
        const opensOn = renewalOpensOn(certificate?.expiresOn ?? null, c.renewalOpensDays);
        const renewing = certificate !== null && opensOn !== null && certificate.state !== 'revoked';
        return {
          id: c.id,
          code: c.code,
          title: this.certifications.title(texts.get(c.id), locale),
          summary: pickText(texts.get(c.id)?.summary ?? {}, locale),
          issuer: pickText(texts.get(c.id)?.issuer ?? {}, locale),
          skills: c.skills,
          state: certificate ? MINE[certificate.state] : 'open',
          met: list.filter((r) => r.met).length,
          of: list.length,
          requirements: list,
          certificate,
          history,
          renewal: renewing
            ? { opensOn, open: today >= opensOn, requirements: pairs[i]?.since === null ? [] : list }
            : null,
        };
      });
    });
  }

  /** Which results are shown: those of the first certificate, or those that count for the next one. */
  private pairOf(
    c: CertificationRow,
    current: CertificateRow | null,
    personId: string,
    requirements: readonly Requirement[],
    today: LocalDay,
  ): Pair {
    const cycle = current ? openCycle(current, today, { ...c, renewalOpensDays: 36_500 }) : null;
    return {
      personId,
      certificationId: c.id,
      use: cycle ? this.useOf(requirements, c.id, cycle.use) : 'first',
      since: cycle?.since ?? null,
    };
  }

  @OnEventInTransaction(personErased)
  async erased(tx: Tx, event: DomainEvent): Promise<void> {
    if (event.personId) await this.repository.erase(tx, event.personId);
  }
}

function toRequirement(f: RequirementFact, titles: ReadonlyMap<string, string>): RequirementView {
  return {
    kind: f.kind,
    code: f.code,
    targetId: f.targetId,
    title: titles.get(f.requirementId) ?? '',
    have: f.have,
    need: f.need,
    met: f.metOn !== null,
    metOn: f.metOn,
  };
}
