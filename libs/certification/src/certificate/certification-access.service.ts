import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Clock } from '@waymark/kernel';
import { CLOCK, rows, type Tx } from '@waymark/platform';
import {
  AttemptAccessRegistry,
  type AttemptAccess,
  type AttemptRequest,
  type AttemptVerdict,
} from '@waymark/assessment';
import { CourseAccessRegistry, type CourseAccess } from '@waymark/catalog';
import { Audiences } from '@waymark/identity';

interface Offer {
  targetId: string;
  audienceId: string | null;
  /** While a renewal is open: results after the day of the last issue count. */
  countFrom: Date | null;
}

/** The exams and courses a certification asks for are open to its audience, and to holders while a renewal is open. */
@Injectable()
export class CertificationAccess implements AttemptAccess, CourseAccess, OnModuleInit {
  constructor(
    @Inject(AttemptAccessRegistry) private readonly attempts: AttemptAccessRegistry,
    @Inject(CourseAccessRegistry) private readonly courses: CourseAccessRegistry,
    @Inject(Audiences) private readonly audiences: Audiences,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.attempts.register(this);
    this.courses.register(this);
  }

  async mayStart(tx: Tx, request: AttemptRequest): Promise<AttemptVerdict | null> {
    const offers = await this.offers(tx, request.personId, 'exam', request.assessmentId);
    const renewal = offers.find((o) => o.countFrom !== null);
    if (renewal?.countFrom) return { allowed: true, countFrom: renewal.countFrom };
    if (request.allowed) return null;
    return (await this.offered(tx, request.personId, offers)).length > 0 ? { allowed: true } : null;
  }

  async courseIdsFor(tx: Tx, personId: string): Promise<string[]> {
    const offers = await this.offers(tx, personId, 'course', null);
    const renewals = offers.filter((o) => o.countFrom !== null);
    return [...new Set([...renewals, ...(await this.offered(tx, personId, offers))].map((o) => o.targetId))];
  }

  private async offered(tx: Tx, personId: string, offers: readonly Offer[]): Promise<Offer[]> {
    const ids = [...new Set(offers.flatMap((o) => o.audienceId ?? []))];
    if (ids.length === 0) return [];
    const mine = new Set(await this.audiences.audiencesOf(tx, personId, ids));
    return offers.filter((o) => o.audienceId !== null && mine.has(o.audienceId));
  }

  /** One statement; nothing for an exam that no certification of the person's asks for. */
  private offers(tx: Tx, personId: string, kind: 'exam' | 'course', targetId: string | null): Promise<Offer[]> {
    return rows(
      tx,
      `select r.target_id as "targetId", k.audience_id as "audienceId",
              case when c.expires_on - k.renewal_opens_days <= ($3::timestamptz at time zone s.zone)::date
                then (c.issued_on + 1)::timestamp at time zone s.zone end as "countFrom"
       from certification_requirement r join certification k on k.id = r.certification_id and k.archived_at is null
       cross join company_setting s
       left join current_certificate c on c.certification_id = k.id and c.person_id = $1
         and not exists (select 1 from certificate_event e where e.certificate_id = c.id and e.kind = 'revoked')
       where r.kind = $2 and ($4::uuid is null or r.target_id = $4) and (k.audience_id is not null or c.id is not null)`,
      [personId, kind, this.clock.now(), targetId],
    );
  }
}
