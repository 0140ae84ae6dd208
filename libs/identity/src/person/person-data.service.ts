import { Inject, Injectable } from '@nestjs/common';
import { rows, type Tx } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';

export interface PersonDataSection {
  /** The name of the section in the export. */
  section: string;
  /** Staff may hand it out too. Left out: only the person's own export has it, such as answers, notes and cards. */
  forStaff?: true;
  export(tx: Tx, personId: string): Promise<unknown>;
}

/** Each lib says what it keeps about a person; together it is the export of everything about one. */
@Injectable()
export class PersonDataRegistry {
  private readonly sections = new Map<string, PersonDataSection>();

  contribute(section: PersonDataSection): void {
    if (this.sections.has(section.section))
      throw new Error(`Two sections of the person export are named ${section.section}`);
    this.sections.set(section.section, section);
  }

  async collect(tx: Tx, personId: string, own = true): Promise<Record<string, unknown>> {
    const out: Record<string, unknown> = {};
    for (const [name, section] of [...this.sections].sort(([a], [b]) => a.localeCompare(b)))
      if (own || section.forStaff) out[name] = await section.export(tx, personId);
    return out;
  }
}

const OWN: Record<string, string> = {
  profile: `select p.status, p.alias, p.board_opt_out, p.left_on, p.created_at, pr.employee_number, pr.name, pr.name_en, pr.email, pr.mobile, pr.locale,
              pr.zone, pr.picture_file_id from person p join person_profile pr on pr.person_id = p.id where p.id = $1`,
  employments: `select hire_date, from_day, to_day from employment where person_id = $1 order by from_day`,
  positions: `select u.code as org_unit, r.code as job_role, p.manager_id, p.kind, p.from_day, p.to_day from position p
              join org_unit u on u.id = p.org_unit_id left join job_role r on r.id = p.job_role_id where p.person_id = $1 order by p.from_day`,
  supervision: `select supervisor_id, person_id, kind, from_day, to_day from supervision where person_id = $1 or supervisor_id = $1 order by from_day`,
  grants: `select g.role, u.code as org_unit, g.from_day, g.to_day from permission_grant g left join org_unit u on u.id = g.org_unit_id
           where g.person_id = $1 order by g.from_day`,
  cohorts: `select c.code from cohort c join cohort_member m on m.cohort_id = c.id where m.person_id = $1 order by 1`,
  tags: `select t.code from tag t join person_tag pt on pt.tag_id = t.id where pt.person_id = $1 order by 1`,
  ratings: `select d.code as dimension, r.source, r.level, r.rated_at, n.note from competency_rating r join competency_dimension d on d.id = r.dimension_id
            left join competency_rating_note n on n.rating_id = r.id where r.person_id = $1 order by r.rated_at`,
  sessions: `select started_at, last_seen_at, user_agent, ip from sign_in_session where person_id = $1 order by started_at`,
  activities: `select verb, subject_type, subject_id, subject_version, result, credited_minutes, occurred_at, local_day from activity_record
               where person_id = $1 order by occurred_at, id`,
  audit: `select a.at, a.action, a.changes, coalesce(jsonb_agg(jsonb_build_object('field', v.field, 'from', v.from_value, 'to', v.to_value))
            filter (where v.field is not null), '[]') as personal_values
          from audit_entry a left join audit_personal_value v on v.audit_entry_id = a.id where a.person_id = $1 group by a.id order by a.at`,
};

/** Words that only the person and those they were said to may read. */
const OWN_ONLY: ReadonlySet<string> = new Set(['ratings']);

@Injectable()
export class PersonData {
  constructor(
    @Inject(PersonDataRegistry) private readonly registry: PersonDataRegistry,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  /**
   * Everything kept about one person, of all libs: to the person. Staff hand out the facts of employment, courses and
   * certificates, without answers, notes, cards and evidence.
   */
  async exportOf(tx: Tx, personId: string, actorId: string): Promise<Record<string, unknown>> {
    const identity: Record<string, unknown> = {};
    const own = actorId === personId;
    for (const [name, sql] of Object.entries(OWN))
      if (own || !OWN_ONLY.has(name)) identity[name] = await rows(tx, sql, [personId]);
    const others = await this.registry.collect(tx, personId, own);
    await this.audit.record(tx, {
      actorId,
      action: 'person.exported',
      subjectType: 'person',
      subjectId: personId,
      personId,
    });
    return { personId, identity, ...others };
  }
}
