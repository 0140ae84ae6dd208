import { Cohorts, Persons } from '@waymark/identity';
import { addDays, newId } from '@waymark/kernel';
import { Matchings, MentoringLoader } from '@waymark/mentoring';
import { execute, one, SESSION_RESOLVER, type SessionResolver } from '@waymark/platform';
import { milliseconds } from './measure.js';
import type { World } from './world.js';

const LEARNERS = 500;
const MENTORS = 150;
const PLACES = 4;
const SKILLS = ['communication', 'needs-analysis', 'solution-design', 'negotiation', 'customer-management'];

/** A cohort of 500 and 150 mentors who take four each, matched by the job that the worker runs. */
export async function matching(world: World): Promise<{ ms: number; pairs: number }> {
  const { app } = world;
  const person = (number: string, i: number): object => ({
    employeeNumber: `${number}${i}`,
    name: `${number} ${i}`,
    hireDate: addDays(world.today, -(i % 300)),
    orgUnitId: world.unitId,
    zone: i % 3 === 0 ? 'Asia/Singapore' : i % 3 === 1 ? 'Asia/Tokyo' : 'Europe/Berlin',
    locale: i % 2 === 0 ? 'zh-CN' : 'en',
  });
  const [leadId] = await app.db.transaction((tx) =>
    app.get(Persons).createMany(tx, [person('ML', 0)] as Parameters<Persons['createMany']>[1], null),
  );
  const learners = await app.db.transaction((tx) =>
    app
      .get(Persons)
      .createMany(
        tx,
        Array.from({ length: LEARNERS }, (_, i) => person('MX', i)) as Parameters<Persons['createMany']>[1],
        null,
      ),
  );
  const mentors = await app.db.transaction((tx) =>
    app
      .get(Persons)
      .createMany(
        tx,
        Array.from({ length: MENTORS }, (_, i) => person('MM', i)) as Parameters<Persons['createMany']>[1],
        null,
      ),
  );
  await app.get(MentoringLoader).loadMentorProfiles(
    mentors.map((personId, i) => ({
      personId,
      skills: SKILLS.filter((_, k) => (i >> k) % 2 === 0),
      languages: i % 2 === 0 ? ['zh-CN'] : ['en', 'zh-CN'],
      capacity: PLACES,
    })),
  );
  const cohort = await app.db.transaction(async (tx) => {
    await execute(tx, `insert into permission_grant (id, person_id, role, from_day) values ($1, $2, 'ld-lead', $3)`, [
      newId(),
      leadId,
      addDays(world.today, -1),
    ]);
    const made = await app.get(Cohorts).save(tx, { code: 'bench-cohort', name: { en: 'Bench' } }, null);
    return app.get(Cohorts).setMembers(tx, made.id, learners, [], null);
  });
  const viewer = await (app.get(SESSION_RESOLVER as never) as SessionResolver).viewerFor(leadId as string);
  const matchings = app.get(Matchings);
  const run = await matchings.start(viewer, { cohortId: cohort.id, learnerIds: [], startDay: null, weights: null });
  const ms = await milliseconds(() =>
    matchings.solve(
      { runId: run.id, round: 1 },
      { id: 'bench', signal: new AbortController().signal, progress: () => Promise.resolve() },
    ),
  );
  const { pairs } = await app.db.read((tx) =>
    one<{ pairs: number }>(tx, `select count(*)::int as pairs from match_proposal where run_id = $1`, [run.id]),
  );
  return { ms, pairs };
}
