import { Inject, Injectable } from '@nestjs/common';
import { Audiences, Scope, Settings, type AudienceRule } from '@waymark/identity';
import { InvalidInput, NotFound, type Clock, type LocalDay } from '@waymark/kernel';
import { CLOCK, one, rows, type Tx, type Viewer } from '@waymark/platform';
import { carryOver } from '../enrolment/carry-over.js';
import { EnrolmentRepository } from '../enrolment/enrolment.repository.js';
import { isDone } from '../learning-map/learning-map.js';
import { LearningMapRepository } from '../learning-map/learning-map.repository.js';
import { MapDocuments } from '../map-document/map-documents.service.js';
import { Assignments, type NewAssignment } from './assignments.service.js';

export const DRY_RUN_GROUPS = ['joins', 'has', 'done', 'leaves', 'outside'] as const;
export type DryRunGroup = (typeof DRY_RUN_GROUPS)[number];

export interface DryRunInput extends Omit<NewAssignment, 'audienceId'> {
  /** A saved audience, or a rule that is still being written. */
  audienceId?: string | null;
  rule?: AudienceRule | null;
  /** The assignment this would change: its people who are not in the audience leave. */
  assignmentId?: string | null;
}
export interface DryRunPerson {
  personId: string;
  name: string;
  group: DryRunGroup;
  startDay: LocalDay | null;
  dueOn: LocalDay | null;
  /** Nodes that count as done at once; null unless the person joins a map. */
  credit: number | null;
}

/** What an assignment would do, person by person, without doing it. */
@Injectable()
export class AssignmentDryRun {
  constructor(
    @Inject(Assignments) private readonly assignments: Assignments,
    @Inject(Audiences) private readonly audiences: Audiences,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(EnrolmentRepository) private readonly enrolments: EnrolmentRepository,
    @Inject(LearningMapRepository) private readonly maps: LearningMapRepository,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async counts(tx: Tx, viewer: Viewer, input: DryRunInput): Promise<Record<DryRunGroup, number>> {
    const { sql, params } = await this.judged(tx, viewer, input);
    const found = await one<Record<DryRunGroup, number>>(
      tx,
      `${sql} select ${DRY_RUN_GROUPS.map((g) => `(count(*) filter (where grp = '${g}'))::int as ${g}`).join(', ')} from judged`,
      params,
    );
    return found;
  }

  /** One group by name. Who is outside the viewer's scope is counted, and not named. */
  async people(
    tx: Tx,
    viewer: Viewer,
    input: DryRunInput,
    group: DryRunGroup,
    first: number,
    after: { name: string; id: string } | null,
  ): Promise<DryRunPerson[]> {
    if (group === 'outside') return [];
    const { sql, params, mapId } = await this.judged(tx, viewer, input);
    const n = params.length;
    const list = await rows<Omit<DryRunPerson, 'credit'>>(
      tx,
      `${sql} select j.id as "personId", j.name, j.grp as "group", j.start_day as "startDay", j.due_on as "dueOn" from judged j
       where j.grp = $${n + 1} and ($${n + 2}::text is null or (j.name, j.id) > ($${n + 2}, $${n + 3}::uuid))
       order by j.name, j.id limit $${n + 4}`,
      [...params, group, after?.name ?? null, after?.id ?? null, first],
    );
    const credit = group === 'joins' && mapId ? await this.credit(tx, mapId, list) : null;
    return list.map((p) => ({ ...p, credit: credit && (credit.get(p.personId) ?? 0) }));
  }

  private async credit(
    tx: Tx,
    mapId: string,
    list: readonly { personId: string; startDay: LocalDay | null }[],
  ): Promise<Map<string, number>> {
    const current = await this.maps.currentVersion(tx, mapId);
    if (!current || list.length === 0) return new Map();
    const plan = await this.documents.plan(tx, current.versionId);
    const facts = await this.enrolments.knownFacts(
      tx,
      plan.nodes,
      list.map((p) => p.personId),
      [],
    );
    return new Map(
      list.map(({ personId, startDay }) => {
        const known = facts.get(personId);
        const carried = known && startDay ? carryOver(plan.nodes, known.byTarget, known.byKey, startDay) : [];
        return [personId, carried.filter((f) => isDone(f.state)).length];
      }),
    );
  }

  /** A WITH clause whose `judged` has everybody concerned with the group they fall into. */
  private async judged(
    tx: Tx,
    viewer: Viewer,
    input: DryRunInput,
  ): Promise<{ sql: string; params: unknown[]; mapId: string | null }> {
    const { targetKind, startFrom, dueOn, dueDays } = await this.assignments.checked({ ...input, audienceId: '' });
    const rule = input.rule ?? (input.audienceId ? (await this.audiences.find(tx, input.audienceId)).rule : null);
    if (!rule) throw new InvalidInput('audience-or-rule');
    const targetId = await this.assignments.targetId(tx, targetKind, input.targetCode);
    const changes = input.assignmentId ?? null;
    if (changes && !(await this.assignments.exists(tx, changes))) throw new NotFound('assignment-unknown');
    const own: unknown[] = [
      this.clock.now(),
      targetKind,
      targetId,
      input.targetCode,
      startFrom,
      dueOn,
      dueDays,
      changes,
    ];
    const members = this.audiences.membersSql(rule, await this.settings.today(tx), own.length + 1);
    const scope = this.scope.visiblePersonsSql(
      viewer,
      'learning:assign',
      'x.id',
      own.length + members.params.length + 1,
    );
    return {
      mapId: targetKind === 'map' ? targetId : null,
      params: [...own, ...members.params, ...scope.params],
      sql: `with m as (${members.sql}), x as (
          select m.id, true as member from m
          union all
          select distinct ap.person_id, false from assignment_person ap join person p on p.id = ap.person_id and p.status = 'active'
          where ap.assignment_id = $8::uuid and ap.ended_at is null and ap.completed_on is null and ap.person_id not in (select id from m)
            and not exists (select 1 from enrolment de where $2 = 'map' and de.map_id = $3::uuid and de.person_id = ap.person_id and de.status = 'completed')
        ), judged as (
          select x.id, coalesce(pp.name_pinyin, '') as name,
            case when not ${scope.sql} then 'outside' when not x.member then 'leaves'
              when $2 = 'map' and e.status = 'open' or $2 <> 'map' and ap.id is not null then 'has'
              when $2 = 'map' and e.status = 'completed' or $2 <> 'map' and tp.state = 4 then 'done' else 'joins' end as grp,
            case when $2 <> 'map' then null when e.start_day is not null then e.start_day
              when $5 = 'hire-date' then coalesce(greatest(em.hire_date, em.from_day), t.today) else t.today end as start_day,
            case when $2 = 'map' then e.next_due_on else coalesce(ap.due_on, $6::date, t.today + $7::int) end as due_on
          from x join person_profile pp on pp.person_id = x.id
          cross join lateral (select ($1::timestamptz at time zone pp.zone)::date as today) t
          left join employment em on em.person_id = x.id and em.to_day is null
          left join lateral (select e.status, e.start_day, e.next_due_on from enrolment e
            where $2 = 'map' and e.map_id = $3::uuid and e.person_id = x.id
              and (e.status = 'open' or e.status = 'completed' and (em.from_day is null or em.from_day <= e.completed_on))
            order by e.status = 'open' desc limit 1) e on true
          left join lateral (select ap.id, ap.due_on from assignment_person ap join assignment a on a.id = ap.assignment_id and a.ended_at is null
            where $2 <> 'map' and a.target_kind = $2 and a.target_code = $4 and ap.person_id = x.id and ap.ended_at is null and ap.completed_on is null
            order by ap.due_on nulls last limit 1) ap on true
          left join target_progress tp on tp.person_id = x.id and tp.target_kind = $2 and (tp.target_id = $3::uuid or tp.target_code = $4) and $2 <> 'map'
        )`,
    };
  }
}
