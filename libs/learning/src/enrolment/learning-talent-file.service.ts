import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { TalentFileRegistry } from '@waymark/identity';
import { localDayOf, type Clock, type LocalDay } from '@waymark/kernel';
import { CLOCK, rows } from '@waymark/platform';
import { MapDocuments } from '../map-document/map-documents.service.js';

const MAX_MILESTONES = 300;

/** What a talent file says of maps and milestones: where somebody stands, and which evidence was signed; never its words. */
@Injectable()
export class LearningTalentFile implements OnModuleInit {
  constructor(
    @Inject(TalentFileRegistry) private readonly registry: TalentFileRegistry,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.registry.contribute('maps', async (tx, { personId, locale }) => {
      const found = await rows<{
        versionId: string;
        textRevision: number;
        startDay: LocalDay;
        status: string;
        done: number;
        total: number;
        overdue: number;
      }>(
        tx,
        `select e.version_id as "versionId", v.text_revision as "textRevision", e.start_day as "startDay", e.status, e.done, e.total,
                case when e.status = 'open' then width_bucket(($2::timestamptz at time zone pr.zone)::date - 1, e.open_due) else 0 end as overdue
         from enrolment e join map_version v on v.id = e.version_id join person_profile pr on pr.person_id = e.person_id
         where e.person_id = $1 and e.status <> 'withdrawn' order by e.status = 'open' desc, e.created_at desc limit 100`,
        [personId, this.clock.now()],
      );
      const out = [];
      for (const { versionId, textRevision, ...e } of found)
        out.push({ ...e, title: (await this.documents.document(tx, versionId, locale, textRevision)).title });
      return out;
    });
    this.registry.contribute('milestones', async (tx, { personId, locale }) => {
      const found = await rows<{
        versionId: string;
        textRevision: number;
        nodeKey: string;
        state: string;
        decidedAt: Date | null;
        zone: string;
      }>(
        tx,
        `select distinct on (s.enrolment_id, s.node_key) e.version_id as "versionId", v.text_revision as "textRevision", s.node_key as "nodeKey",
                s.status as state, s.decided_at as "decidedAt", pr.zone
         from milestone_submission s join enrolment e on e.id = s.enrolment_id and e.status <> 'withdrawn'
         join map_version v on v.id = e.version_id join person_profile pr on pr.person_id = s.person_id
         where s.person_id = $1 order by s.enrolment_id, s.node_key, s.round desc limit ${MAX_MILESTONES}`,
        [personId],
      );
      const out = [];
      for (const m of found) {
        const document = await this.documents.document(tx, m.versionId, locale, m.textRevision);
        out.push({
          title: document.nodes.find((n) => n.key === m.nodeKey)?.title ?? m.nodeKey,
          state: m.state,
          decidedOn: m.decidedAt ? localDayOf(m.decidedAt, m.zone) : null,
        });
      }
      return out.sort((a, b) => (b.decidedOn ?? '9').localeCompare(a.decidedOn ?? '9'));
    });
  }
}
