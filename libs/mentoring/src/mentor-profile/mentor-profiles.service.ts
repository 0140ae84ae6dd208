import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Conflict, NotFound, pickText, RuleViolation, type Clock, type Locale, type Text } from '@waymark/kernel';
import { can, CLOCK, Db, execute, maybeOne, one, rows, type Tx, type Viewer } from '@waymark/platform';
import { Audit, PersonDataRegistry, Scope } from '@waymark/identity';

export interface MentorSlot {
  weekday: number;
  from: number;
  to: number;
}

export interface MentorProfile {
  personId: string;
  skills: string[];
  languages: string[];
  capacity: number;
  availability: MentorSlot[];
  about: string;
  eligibility: 'performance' | 'l-and-d';
  active: boolean;
  /** The region the mentor works from, where it is not that of the position. */
  siteId: string | null;
  revision: number;
  pairings: number;
}

export type MentorProfileChange = Partial<Omit<MentorProfile, 'personId' | 'revision' | 'pairings'>>;

/** What mentors may set for themselves; more mentees at once L&D decides. */
export const OWN_CAPACITY = 6;

const COLUMNS = `mp.person_id as "personId", mp.skills, mp.languages, mp.capacity, mp.availability, mp.about, mp.eligibility, mp.active, mp.site_id as "siteId", mp.revision,
  (select count(*)::int from pairing p where p.mentor_id = mp.person_id and p.ended_on is null) as pairings`;

@Injectable()
export class MentorProfiles implements OnModuleInit {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(PersonDataRegistry) private readonly personData: PersonDataRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.personData.contribute({ section: 'mentorProfile', export: (tx, personId) => this.find(tx, personId) });
  }

  find(tx: Tx, personId: string): Promise<MentorProfile | null> {
    return maybeOne(tx, `select ${COLUMNS} from mentor_profile mp where mp.person_id = $1`, [personId]);
  }

  read(personId: string): Promise<MentorProfile | null> {
    return this.db.read((tx) => this.find(tx, personId));
  }

  async list(viewer: Viewer, active: boolean | null): Promise<MentorProfile[]> {
    const seen = this.scope.visiblePersonsSql(viewer, 'mentoring:pairings', 'mp.person_id', 2);
    return this.db.read((tx) =>
      rows(
        tx,
        `select ${COLUMNS} from mentor_profile mp join person_profile pr on pr.person_id = mp.person_id
         where ($1::boolean is null or mp.active = $1) and ${seen.sql} order by pr.name_pinyin, mp.person_id limit 1000`,
        [active, ...seen.params],
      ),
    );
  }

  /**
   * Own profile: what one offers. Eligibility and being a mentor at all are L&D's, and so is a high capacity.
   * @throws Conflict 'changed-meanwhile'; RuleViolation 'capacity-too-high' {most}, 'not-top-performer', 'site-unknown'
   */
  async save(
    viewer: Viewer,
    personId: string,
    revision: number | null,
    change: MentorProfileChange,
  ): Promise<MentorProfile> {
    return this.db.transaction(async (tx) => {
      const staff =
        can(viewer, 'mentoring:pairings') && (await this.scope.canSee(tx, viewer, personId, ['mentoring:pairings']));
      const before = await maybeOne<{ revision: number }>(
        tx,
        `select revision from mentor_profile where person_id = $1 for update`,
        [personId],
      );
      if (!staff && (personId !== viewer.personId || !before)) throw new NotFound('mentor-profile-unknown');
      if (before && before.revision !== revision) throw new Conflict('changed-meanwhile', { by: null, at: null });
      if (!staff && (change.capacity ?? 0) > OWN_CAPACITY)
        throw new RuleViolation('capacity-too-high', { most: OWN_CAPACITY });
      if (change.siteId && !(await this.isRegion(tx, change.siteId))) throw new RuleViolation('site-unknown');
      if (staff && change.eligibility === 'performance' && !(await this.performs(tx, personId)))
        throw new RuleViolation('not-top-performer');
      const allowed: MentorProfileChange = staff
        ? change
        : {
            ...(change.skills ? { skills: change.skills } : {}),
            ...(change.languages ? { languages: change.languages } : {}),
            ...(change.capacity === undefined ? {} : { capacity: change.capacity }),
            ...(change.siteId === undefined ? {} : { siteId: change.siteId }),
            ...(change.availability ? { availability: change.availability } : {}),
            ...(change.about === undefined ? {} : { about: change.about }),
          };
      await this.write(tx, [{ personId, ...allowed }]);
      if (staff)
        await this.audit.record(tx, {
          actorId: viewer.personId,
          action: 'mentor-profile.saved',
          subjectType: 'mentor-profile',
          subjectId: personId,
          personId,
        });
      return one(tx, `select ${COLUMNS} from mentor_profile mp where mp.person_id = $1`, [personId]);
    });
  }

  async sites(locale: Locale): Promise<{ id: string; name: string }[]> {
    const found = await this.db.read((tx) =>
      rows<{ id: string; name: Text }>(
        tx,
        `select id, name from org_unit where kind = 'region' and archived_at is null order by path limit 500`,
      ),
    );
    return found.map((f) => ({ id: f.id, name: pickText(f.name, locale) }));
  }

  private async isRegion(tx: Tx, id: string): Promise<boolean> {
    return (
      (await maybeOne(tx, `select 1 from org_unit where id = $1 and kind = 'region' and archived_at is null`, [id])) !==
      null
    );
  }

  /** Among the best of the department by the newest figures that were imported. */
  private async performs(tx: Tx, personId: string): Promise<boolean> {
    return (
      (
        await maybeOne<{ top: boolean }>(
          tx,
          `select top from performance_figure where person_id = $1 order by period desc limit 1`,
          [personId],
        )
      )?.top === true
    );
  }

  /** Adds or changes profiles; what is left out stays. */
  async write(tx: Tx, list: readonly (MentorProfileChange & { personId: string })[]): Promise<void> {
    await execute(
      tx,
      `insert into mentor_profile as mp (person_id, skills, languages, capacity, availability, about, eligibility, active, site_id, updated_at)
       select n.person_id, coalesce(n.skills, '{}'), coalesce(n.languages, '{}'), coalesce(n.capacity, 2), coalesce(n.availability, '[]'),
              coalesce(n.about, ''), coalesce(n.eligibility, 'l-and-d'), coalesce(n.active, true), n.site_id, $2
       from jsonb_to_recordset($1::jsonb) as n(person_id uuid, skills text[], languages text[], capacity smallint, availability jsonb, about text,
              eligibility text, active boolean, site_id uuid)
       on conflict (person_id) do update set (skills, languages, capacity, availability, about, eligibility, active, site_id, revision, updated_at) = (
         select coalesce(n.skills, mp.skills), coalesce(n.languages, mp.languages), coalesce(n.capacity, mp.capacity),
                coalesce(n.availability, mp.availability), coalesce(n.about, mp.about), coalesce(n.eligibility, mp.eligibility),
                coalesce(n.active, mp.active), coalesce(n.site_id, mp.site_id), mp.revision + 1, excluded.updated_at
         from jsonb_to_recordset($1::jsonb) as n(person_id uuid, skills text[], languages text[], capacity smallint, availability jsonb, about text,
              eligibility text, active boolean, site_id uuid) where n.person_id = excluded.person_id)`,
      [
        JSON.stringify(
          list.map((p) => ({
            person_id: p.personId,
            skills: p.skills,
            languages: p.languages,
            capacity: p.capacity,
            availability: p.availability,
            about: p.about,
            eligibility: p.eligibility,
            active: p.active,
            site_id: p.siteId,
          })),
        ),
        this.clock.now(),
      ],
    );
  }
}
