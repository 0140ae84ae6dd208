import { Audiences, Persons } from '@waymark/identity';
import { addDays, newId } from '@waymark/kernel';
import { Assignments, Enrolments, LearningMaps, MapMoves, MapWhatIf } from '@waymark/learning';
import { execute, rows, SESSION_RESOLVER, type SessionResolver, type Viewer } from '@waymark/platform';
import pg from 'pg';
import { settle, walk } from './company.js';
import { memoryMb, milliseconds } from './measure.js';
import { benchMap, type World } from './world.js';

export interface LargeMap {
  mapId: string;
  viewer: Viewer;
}

const PEOPLE = 10_000;
const BATCH = 1_000;
const NODES = 300;

async function hire(world: World, prefix: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < count; from += BATCH) {
    const list = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => ({
      employeeNumber: `${prefix}${from + i}`,
      name: `员工${from + i}`,
      hireDate: addDays(world.today, -((from + i) % 60)),
      orgUnitId: world.unitId,
    }));
    ids.push(...(await world.app.db.transaction((tx) => world.app.get(Persons).createMany(tx, list, null))));
  }
  return ids;
}

/** A map of 300 nodes with 10,000 people at different places on it, and the bench's learners. */
export async function openLargeMap(world: World): Promise<LargeMap> {
  const { app } = world;
  const maps = app.get(LearningMaps);
  const document = benchMap(NODES);
  const mapId = await maps.create(null, { code: 'bench-300', title: { en: 'Large map' }, document });
  await maps.publish(null, mapId, { revision: 1, summary: 'bench', move: 'none' });
  const people = await hire(world, 'L', PEOPLE);
  const walkers = [...people, ...world.learners.map((l) => l.id)];
  for (let from = 0; from < walkers.length; from += BATCH) {
    await app.db.transaction((tx) =>
      app.get(Enrolments).enrol(tx, {
        mapId,
        people: walkers
          .slice(from, from + BATCH)
          .map((personId, i) => ({ personId, startDay: addDays(world.today, -((from + i) % 60)) })),
        source: 'demo',
        actorId: null,
      }),
    );
  }
  const [leadId] = await app.db.transaction((tx) =>
    app
      .get(Persons)
      .createMany(
        tx,
        [{ employeeNumber: 'LLEAD', name: '主管', hireDate: addDays(world.today, -400), orgUnitId: world.unitId }],
        null,
      ),
  );
  await app.db.transaction((tx) =>
    execute(tx, `insert into permission_grant (id, person_id, role, from_day) values ($1, $2, 'ld-lead', $3)`, [
      newId(),
      leadId,
      addDays(world.today, -1),
    ]),
  );
  await walk(world, mapId);
  await settle(world);
  const viewer = await (app.get(SESSION_RESOLVER as never) as SessionResolver).viewerFor(leadId as string);
  return { mapId, viewer };
}

/** Two weeks less for everything, a tenth more nodes: a change that hits nearly everybody. */
async function change({ app }: World, mapId: string): Promise<number> {
  const maps = app.get(LearningMaps);
  const { document, revision } = await maps.startDraft(null, mapId);
  if (document.nodes.length > NODES) return revision;
  const extra = benchMap(30).nodes.map((n) => ({ ...n, key: `extra-${n.key}`, prereqs: [] }));
  const nodes = [
    ...document.nodes.map((n) => ({ ...n, dueDay: n.dueDay === null ? null : Math.max(1, n.dueDay - 14) })),
    ...extra,
  ];
  return (await maps.saveDraft(null, mapId, revision, { ...document, nodes })).revision;
}

/** What PostgreSQL alone takes to hand over the progress of everybody on the map. */
export async function bareRead(databaseUrl: string, mapId: string): Promise<number> {
  const db = new pg.Client({ connectionString: databaseUrl });
  await db.connect();
  const ms = await milliseconds(() =>
    db.query(
      `select e.id, p.state::text, p.due_on::text, p.completed_on::text, p.units_done::text, p.units_of::text, p.score_bp::text
       from enrolment e join enrolment_progress p on p.enrolment_id = e.id where e.map_id = $1`,
      [mapId],
    ),
  );
  await db.end();
  return ms;
}

export async function whatIf(
  world: World,
  large: LargeMap,
): Promise<{ ms: number; bare: number; people: number; slipping: number; grewMb: number }> {
  await change(world, large.mapId);
  const bare = await bareRead(world.databaseUrl, large.mapId);
  const before = memoryMb([process.pid]);
  let found = { people: 0, slipping: 0 };
  const ms = await milliseconds(async () => {
    found = await world.app.db.read((tx) => world.app.get(MapWhatIf).all(tx, large.viewer, large.mapId, null));
  });
  if (found.people < PEOPLE) throw new Error(`Of ${PEOPLE} people ${found.people} were looked at`);
  return {
    ms,
    bare,
    people: found.people,
    slipping: found.slipping,
    grewMb: memoryMb([process.pid]) - before,
  };
}

export async function move(world: World, large: LargeMap): Promise<number> {
  const { app } = world;
  const maps = app.get(LearningMaps);
  const revision = await change(world, large.mapId);
  const versionId = await maps.publish(null, large.mapId, { revision, summary: 'bench', move: 'none' });
  const chosen = await app.db.read((tx) =>
    rows<{ id: string }>(tx, `select id from enrolment where map_id = $1 and status = 'open' limit $2`, [
      large.mapId,
      BATCH,
    ]),
  );
  let moved = 0;
  const ms = await milliseconds(async () => {
    const run = await app.db.transaction((tx) =>
      app.get(MapMoves).start(tx, large.viewer, {
        mapId: large.mapId,
        versionId,
        chosen: chosen.map((c) => c.id),
        actorId: large.viewer.personId,
      }),
    );
    await app.get(MapMoves).run({ runId: run.id });
    const [row] = await app.db.read((tx) =>
      rows<{ moved: number }>(tx, `select moved from map_move_run where id = $1`, [run.id]),
    );
    moved = row?.moved ?? 0;
  });
  if (moved !== BATCH) throw new Error(`Of ${BATCH} people ${moved} were moved`);
  return ms;
}

/** A rule over a thousand people is made: they are enrolled and told. */
export async function enrolByRule(world: World): Promise<number> {
  const { app } = world;
  const people = await hire(world, 'R', BATCH);
  const { id: audienceId } = await app.db.transaction((tx) =>
    app.get(Audiences).save(tx, { code: 'bench-rule', name: { en: 'Rule' }, rule: { personIds: people } }, null),
  );
  const assignments = app.get(Assignments);
  const ms = await milliseconds(() =>
    assignments.create(null, { audienceId, targetKind: 'map', targetCode: 'bench-map', startFrom: 'hire-date' }),
  );
  const [{ n } = { n: 0 }] = await app.db.read((tx) =>
    rows<{ n: number }>(tx, `select count(*)::int as n from enrolment where person_id = any ($1::uuid[])`, [people]),
  );
  if (n !== BATCH) throw new Error(`Of ${BATCH} people ${n} were enrolled`);
  return ms;
}
