import { Cohorts, JobRoles, OrgUnits, Persons, SignInSessions } from '@waymark/identity';
import { addDays, newId } from '@waymark/kernel';
import { Enrolments, LearningMaps } from '@waymark/learning';
import type { Evidence, MapDraft } from '@waymark/learning/rules';
import { execute } from '@waymark/platform';
import { benchMap, type World } from './world.js';

const PEOPLE = 10_000;
const BATCH = 1_000;
const REGIONS = 8;
const DEPARTMENTS = 40;
const TEAMS = 200;
const ROLES = 12;
/** Every twentieth leads a team and mentors. */
const LEADS = PEOPLE / 20;
const NODES = 60;
const FAMILY = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高梁';
const GIVEN = '伟芳娜敏静丽强磊洋勇艳杰涛明超秀霞平刚桂英华玉兰文辉力云飞';

export interface Company {
  mapId: string;
  /** Whole company, and one region only. */
  lead: string;
  regionalLead: string;
}

const counter = (target: number): Evidence => ({
  kind: 'counter',
  target,
  unit: { en: 'times' },
  needsText: false,
  minFiles: 0,
  instructions: {},
});

function companyMap(): MapDraft {
  const map = benchMap(NODES);
  return {
    ...map,
    nodes: map.nodes.map((n, i) => {
      if (i % 12 === 5) return { ...n, kind: 'milestone' as const, evidence: counter(3) };
      return i === NODES - 2 ? { ...n, kind: 'mentor-meetings' as const, evidence: counter(12) } : n;
    }),
  };
}

/** Ten thousand people in a tree of units with roles, managers, mentors, cohorts, ratings and a map they walk. */
export async function openCompany(world: World): Promise<Company> {
  const { app } = world;
  const units = await app.db.transaction(async (tx) => {
    const save = async (code: string, kind: 'region' | 'department' | 'team', parentId: string): Promise<string> =>
      (await app.get(OrgUnits).save(tx, { code, name: { en: code, 'zh-CN': `单位 ${code}` }, kind, parentId }, null))
        .id;
    const regions: string[] = [];
    for (let i = 0; i < REGIONS; i += 1) regions.push(await save(`region-${i}`, 'region', world.unitId));
    const departments: string[] = [];
    for (let i = 0; i < DEPARTMENTS; i += 1)
      departments.push(await save(`department-${i}`, 'department', regions[i % REGIONS] as string));
    const teams: string[] = [];
    for (let i = 0; i < TEAMS; i += 1)
      teams.push(await save(`team-${i}`, 'team', departments[i % DEPARTMENTS] as string));
    return { regions, teams };
  });
  const roles = await app.db.transaction(async (tx) => {
    const ids: string[] = [];
    for (let i = 0; i < ROLES; i += 1)
      ids.push((await app.get(JobRoles).save(tx, { code: `role-${i}`, name: { en: `Role ${i}` } }, null)).id);
    return ids;
  });

  const ids: string[] = [];
  for (let from = 0; from < PEOPLE; from += BATCH) {
    const list = Array.from({ length: BATCH }, (_, k) => {
      const i = from + k;
      const leads = i < LEADS;
      return {
        employeeNumber: `C${i}`,
        name: `${FAMILY[i % FAMILY.length]}${GIVEN[(i * 7) % GIVEN.length]}${GIVEN[(i * 13) % GIVEN.length]}`,
        hireDate: addDays(world.today, leads ? -1_500 : -(i % 130)),
        orgUnitId: units.teams[i % TEAMS] as string,
        jobRoleId: roles[i % ROLES] as string,
        managerId: leads ? null : (ids[i % LEADS] ?? null),
      };
    });
    ids.push(...(await app.db.transaction((tx) => app.get(Persons).createMany(tx, list, null))));
  }
  const leads = ids.slice(0, LEADS);
  const learners = ids.slice(LEADS);

  const maps = app.get(LearningMaps);
  const mapId = await maps.create(null, {
    code: 'bench-company',
    title: { en: 'Company map' },
    document: companyMap(),
  });
  await maps.publish(null, mapId, { revision: 1, summary: 'bench', move: 'none' });
  for (let from = 0; from < learners.length; from += BATCH) {
    await app.db.transaction((tx) =>
      app.get(Enrolments).enrol(tx, {
        mapId,
        people: learners
          .slice(from, from + BATCH)
          .map((personId, k) => ({ personId, startDay: addDays(world.today, -((from + k) % 110)) })),
        source: 'demo',
        actorId: null,
      }),
    );
  }
  await walk(world, mapId);

  await app.db.transaction(async (tx) => {
    for (let i = 0; i < 12; i += 1) {
      const cohort = await app
        .get(Cohorts)
        .save(
          tx,
          { code: `bench-cohort-${i}`, name: { en: `Cohort ${i}` }, startDay: addDays(world.today, -i * 10) },
          null,
        );
      await app.get(Cohorts).setMembers(
        tx,
        cohort.id,
        learners.filter((_, k) => k % 12 === i),
        [],
        null,
      );
    }
    // Nine of ten have a mentor; six of ten have met one for weeks.
    await tx.query(
      `create temp table crowd on commit drop as
       select l.id as learner_id, ($2::uuid[])[1 + (l.n * 3) % cardinality($2::uuid[])] as mentor_id, l.n::int as n
       from unnest($1::uuid[]) with ordinality as l(id, n)`,
      [learners, leads],
    );
    await tx.query(
      `insert into supervision (id, supervisor_id, person_id, kind, from_day)
       select gen_random_uuid(), mentor_id, learner_id, 'mentor', $1::date - 100 from crowd where n % 10 <> 0`,
      [world.today],
    );
    await tx.query(
      `insert into pairing (id, mentor_id, learner_id, start_day, end_day, held, missed, missed_in_a_row)
       select gen_random_uuid(), mentor_id, learner_id, $1::date - n % 80, $1::date - n % 80 + 90, n % 9, n % 4, case when n % 50 = 0 then 2 else 0 end
       from crowd where n % 10 between 1 and 6`,
      [world.today],
    );
    await tx.query(
      `insert into mentor_meeting (id, pairing_id, day, state, logged_at)
       select gen_random_uuid(), p.id, $1::date - 7 * w, 'held', now() from pairing p cross join generate_series(1, 6) w where p.start_day <= $1::date - 7 * w`,
      [world.today],
    );
    await tx.query(
      `insert into check_in (id, enrolment_id, person_id, week, mood, wants_help, created_at, updated_at)
       select gen_random_uuid(), e.id, e.person_id, w, 3, false, now(), now()
       from enrolment e cross join lateral generate_series(1, least(12, ($2::date - e.start_day) / 7)) w
       where e.map_id = $1 and (hashtext(e.id::text) + w) % 7 <> 0`,
      [mapId, world.today],
    );
    await tx.query(
      `insert into milestone_submission (id, enrolment_id, node_key, person_id, round, status, submitted_at, created_at)
       select gen_random_uuid(), e.id, 'node-6', e.person_id, 1, 'submitted', now() - make_interval(days => abs(hashtext(e.id::text)) % 12), now()
       from enrolment e where e.map_id = $1 and e.status = 'open' and hashtext(e.id::text) % 12 = 0`,
      [mapId],
    );
    await tx.query(
      `insert into competency_level (level, code, name) select l, 'level-' || l, jsonb_build_object('en', 'Level ' || l) from generate_series(1, 4) l
       on conflict do nothing`,
    );
    await tx.query(
      `insert into competency_dimension (id, code, name, ordinal) select gen_random_uuid(), 'dimension-' || d, jsonb_build_object('en', 'Dimension ' || d), d
       from generate_series(1, 7) d where not exists (select 1 from competency_dimension)`,
    );
    await tx.query(
      `insert into job_role_requirement (job_role_id, dimension_id, level, from_day)
       select r.id, d.id, 1 + (d.ordinal + r.n) % 4, x.day from unnest($1::uuid[]) with ordinality as r(id, n)
       cross join competency_dimension d cross join (values (date '2020-01-01'), (date '2025-01-01')) as x(day)`,
      [roles],
    );
    await tx.query(
      `insert into competency_standing (person_id, dimension_id, self_level, self_sense, self_at, assessed_level, assessed_sense, assessed_source, assessed_at)
       select p.id, d.id, 1 + (p.n + d.ordinal) % 4, 1, now(), x.level, case when x.level is not null then 1 end,
              case when x.level is not null then 'mentor' end, case when x.level is not null then now() end
       from unnest($1::uuid[]) with ordinality as p(id, n) cross join competency_dimension d
       cross join lateral (select case when p.n % 3 > 0 then (1 + (p.n + d.ordinal * 2) % 4)::smallint end as level) x where p.n % 10 <> 9`,
      [ids],
    );
  });
  const [lead, regionalLead] = await staff(world, [null, units.regions[0] as string]);
  await settle(world);
  return { mapId, lead: lead as string, regionalLead: regionalLead as string };
}

/** Lets everybody on a map come as far as their day, some ahead of the plan, some behind, a few at the end. */
export async function walk(world: World, mapId: string): Promise<void> {
  await world.app.db.transaction(async (tx) => {
    await tx.query(
      `create temp table walked on commit drop as
       with v as (select v.id, v.days, v.node_count, array_agg(n.required order by n.idx) as required
                  from map_version v join map_node n on n.version_id = v.id where v.map_id = $1 group by v.id)
       select e.id, w.k, s.*
       from enrolment e join v on v.id = e.version_id join enrolment_progress p on p.enrolment_id = e.id
       cross join lateral (select greatest(0, round(least(1, ($2::date - e.start_day) / v.days::numeric) * v.node_count
                                    + v.node_count * (abs(hashtext(e.id::text)) % 100 - 30) / 300.0))::int as k) w
       cross join lateral (
         select array_agg(case when i <= k then 4 when i = k + 1 then 1 else 0 end::smallint order by i) as state,
                array_agg(case when i <= k then least(due, $2::date) end order by i) as completed,
                (count(*) filter (where required and i <= k))::smallint as done,
                coalesce(array_agg(due order by due) filter (where required and i > k), '{}') as open_due
         from unnest(p.due_on, v.required) with ordinality as d(due, required, i)) s
       where e.map_id = $1`,
      [mapId, world.today],
    );
    await tx.query(
      `update enrolment_progress p set state = w.state, completed_on = w.completed from walked w where p.enrolment_id = w.id`,
    );
    await tx.query(
      `update enrolment e set done = w.done, open_due = w.open_due, next_due_on = w.open_due[1],
         last_progress_on = case when w.k > 0 then $1::date - abs(hashtext(e.id::text)) % 12 end,
         status = case when w.done = e.total then 'completed' else 'open' end, completed_on = case when w.done = e.total then $1::date end
       from walked w where e.id = w.id`,
      [world.today],
    );
  });
}

/** L&D leads of the units, signed in; null is the whole company. Returns their cookies. */
export async function staff(world: World, unitIds: readonly (string | null)[]): Promise<string[]> {
  const { app } = world;
  const cookies: string[] = [];
  for (const unitId of unitIds) {
    cookies.push(
      await app.db.transaction(async (tx) => {
        const [id] = await app.get(Persons).createMany(
          tx,
          [
            {
              employeeNumber: `S${newId()}`,
              name: '培训主管',
              hireDate: addDays(world.today, -400),
              orgUnitId: unitId ?? world.unitId,
            },
          ],
          null,
        );
        await execute(
          tx,
          `insert into permission_grant (id, person_id, role, org_unit_id, from_day) values ($1, $2, 'ld-lead', $3, $4)`,
          [newId(), id, unitId, addDays(world.today, -1)],
        );
        const { token } = await app.get(SignInSessions).start(tx, id as string, 'bench', '127.0.0.1');
        return `waymark_session=${token}`;
      }),
    );
  }
  return cookies;
}

/** Nobody waits for the events of the set-up, and the planner knows the tables. */
export async function settle({ app }: World): Promise<void> {
  await app.db.transaction((tx) => execute(tx, `update outbox_event set relayed_at = now() where relayed_at is null`));
  await app.db.read((tx) => tx.query('vacuum analyze'));
}
