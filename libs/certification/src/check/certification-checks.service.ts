import { Inject, Injectable } from '@nestjs/common';
import type { Clock, LocalDay } from '@waymark/kernel';
import { CLOCK, Db, HandlesJob, Outbox, type JobRun, type Tx } from '@waymark/platform';
import { Settings } from '@waymark/identity';
import { dueNotices } from '../certificate/certificate.js';
import { certificateExpiring, certificateLapsed, renewalOpened } from '../certificate/certificate.events.js';
import { CertificateRepository, type CertificateRow, type EventKind } from '../certificate/certificate.repository.js';
import { Certificates } from '../certificate/certificates.service.js';
import { CertificationRepository } from '../certification/certification.repository.js';
import { certificationCheck, issueToReady } from './certification-check.jobs.js';

const BATCH = 500;

export interface CheckResult {
  warned: number;
  lapsed: number;
  renewalsOpened: number;
  issued: number;
}

/**
 * The daily check: warnings, lapses, renewals that open, certificates that are complete. Each batch is a transaction and each notice
 * has a unique key, so it can run twice at once, stop anywhere and start again without saying anything a second time.
 */
@Injectable()
export class CertificationChecks {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CertificateRepository) private readonly repository: CertificateRepository,
    @Inject(CertificationRepository) private readonly certifications: CertificationRepository,
    @Inject(Certificates) private readonly certificates: Certificates,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @HandlesJob(certificationCheck)
  async run(_payload: object, job: JobRun): Promise<CheckResult> {
    const total: CheckResult = { warned: 0, lapsed: 0, renewalsOpened: 0, issued: 0 };
    let after: string | null = null;
    do {
      after = await this.db.transaction(async (tx) => this.batch(tx, after, total));
    } while (after !== null && !job.signal.aborted);
    for (const c of await this.db.read((tx) => this.certifications.list(tx, { archived: false })))
      total.issued += await this.issueReady({ certificationId: c.id }, job);
    return total;
  }

  /** Batch by batch, to those without a certificate who need nothing more. @returns how many were issued */
  @HandlesJob(issueToReady)
  async issueReady({ certificationId }: { certificationId: string }, job: Pick<JobRun, 'signal'>): Promise<number> {
    let issued = 0;
    let last: string | null = null;
    do {
      if (job.signal.aborted) break;
      last = await this.db.transaction(async (tx) => {
        const people = await this.repository.candidates(tx, certificationId, last, BATCH);
        issued += await this.certificates.evaluate(
          tx,
          people.map((p) => ({ personId: p.id, certificationId })),
        );
        return people.length === BATCH ? (people.at(-1)?.id ?? null) : null;
      });
    } while (last !== null);
    return issued;
  }

  /** @returns the last id when there may be more */
  private async batch(tx: Tx, after: string | null, total: CheckResult): Promise<string | null> {
    const today = await this.settings.today(tx);
    const due = await this.repository.dueForCheck(tx, today, after, BATCH);
    const wanted = due.flatMap((c): { certificateId: string; kind: EventKind; days: number; day: LocalDay }[] => {
      const expiresOn = c.expiresOn as LocalDay;
      const notices = dueNotices({ issuedOn: c.issuedOn, expiresOn }, c, today, {
        validityMonths: null,
        warnDays: c.warnDays,
        renewalOpensDays: c.renewalOpensDays,
      });
      const event = (kind: EventKind, days = 0) => ({ certificateId: c.id, kind, days, day: today });
      return [
        ...(notices.warn === null ? [] : [event('warned', notices.warn)]),
        ...(notices.openRenewal ? [event('renewal-opened')] : []),
        ...(notices.lapse ? [event('lapsed')] : []),
      ];
    });
    const said = await this.repository.addEvents(tx, wanted, this.clock.now());
    const byId = new Map(due.map((c) => [c.id, c]));
    const about = (kind: EventKind) =>
      said
        .filter((s) => s.kind === kind)
        .map((s) => ({ days: s.days, certificate: byId.get(s.certificateId) as CertificateRow }));
    const payload = (c: CertificateRow) => ({
      certificateId: c.id,
      certificationId: c.certificationId,
      certificationCode: c.certificationCode,
      expiresOn: c.expiresOn as LocalDay,
    });
    const [warned, opened, lapsed] = [about('warned'), about('renewal-opened'), about('lapsed')];
    await this.outbox.publishMany(
      tx,
      certificateExpiring,
      warned.map(({ certificate: c, days }) => ({ personId: c.personId, payload: { ...payload(c), days } })),
    );
    await this.outbox.publishMany(
      tx,
      renewalOpened,
      opened.map(({ certificate: c }) => ({ personId: c.personId, payload: payload(c) })),
    );
    await this.outbox.publishMany(
      tx,
      certificateLapsed,
      lapsed.map(({ certificate: c }) => ({ personId: c.personId, payload: payload(c) })),
    );
    total.warned += warned.length;
    total.renewalsOpened += opened.length;
    total.lapsed += lapsed.length;
    total.issued += await this.certificates.evaluate(tx, due);
    return due.length === BATCH ? (due.at(-1)?.id ?? null) : null;
  }
}
