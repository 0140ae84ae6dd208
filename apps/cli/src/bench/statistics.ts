import { AssessmentLoader, Statistics } from '@waymark/assessment';
import { Persons } from '@waymark/identity';
import { addDays, mulberry32, newId } from '@waymark/kernel';
import { execute, one, SESSION_RESOLVER, type SessionResolver, type Viewer } from '@waymark/platform';
import { milliseconds } from './measure.js';
import type { World } from './world.js';

const BATCH = 1_000;

export interface Measured {
  ms: number;
  answers: number;
  [more: string]: unknown;
}

const RUN = { id: 'bench', signal: new AbortController().signal, progress: () => Promise.resolve() };

/** An exam of `items` single choice questions that `people` have finished; answers follow a 2PL model. */
async function finishedExam(world: World, code: string, people: number, items: number): Promise<string> {
  const { app } = world;
  const loader = app.get(AssessmentLoader);
  const keys = ['a', 'b', 'c', 'd'];
  await loader.loadAssessmentBanks(
    [
      {
        code: `${code}-bank`,
        title: { en: code },
        questions: Array.from({ length: items }, (_, i) => ({
          code: `${code}-${i + 1}`,
          type: 'single',
          use: 'secure',
          tags: [code],
          difficulty: 3,
          points: 1,
          stem: { 'zh-CN': `${code} ${i + 1}`, en: `${code} ${i + 1}` },
          choices: keys.map((key) => ({
            key,
            text: { 'zh-CN': `选 ${key}`, en: `Take ${key}` },
            correct: key === 'b',
          })),
          explanation: { en: 'Because.' },
        })),
      },
    ],
    null,
  );
  await loader.loadAssessmentExams(
    {
      exams: [
        {
          code,
          kind: 'exam',
          title: { 'zh-CN': code, en: code },
          questions: items,
          minutes: 120,
          pass_mark: 80,
          use: 'secure',
          show: 'score-and-topics',
          shuffle: { questions: false, choices: false },
          fixed: Array.from({ length: items }, (_, i) => `${code}-${i + 1}`),
          blueprint: [],
        },
      ],
    },
    null,
  );
  const version = await app.db.read((tx) =>
    one<{ id: string; assessment_id: string; paper: unknown[] }>(
      tx,
      `select a.current_version_id as id, a.id as assessment_id,
              jsonb_agg(jsonb_build_object('q', v.question_id, 'v', v.id, 'k', v.type, 'u', v.use, 'p', v.points, 't', v.tags[1], 'l', null,
                                           'c', '["a","b","c","d"]'::jsonb) order by aq.position) as paper
       from assessment a join assessment_question aq on aq.version_id = a.current_version_id
       join question_version v on v.id = aq.question_version_id where a.code = $1 group by 1, 2`,
      [code],
    ),
  );
  // Written straight: what is measured is the reading, not the exam.
  const random = mulberry32(items);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const slopes = Array.from({ length: items }, () => 0.6 + 1.4 * random());
  const difficulties = Array.from({ length: items }, () => Math.max(-2, Math.min(2, normal())));
  for (let from = 0; from < people; from += BATCH) {
    const count = Math.min(BATCH, people - from);
    const ids = await app.db.transaction((tx) =>
      app.get(Persons).createMany(
        tx,
        Array.from({ length: count }, (_, i) => ({
          employeeNumber: `${code}${from + i}`,
          name: `考生${from + i}`,
          hireDate: addDays(world.today, -((from + i) % 60)),
          orgUnitId: world.unitId,
        })),
        null,
      ),
    );
    const attempts = ids.map((personId) => {
      const theta = normal();
      const taken = slopes.map((a, i) =>
        random() < 1 / (1 + Math.exp(-a * (theta - (difficulties[i] as number)))) ? 1 : Math.floor(random() * 3) * 1.5,
      );
      const right = taken.filter((t) => t === 1).length;
      return { id: newId(), person_id: personId, choices: taken.map((t) => keys[Math.round(t)] ?? 'a'), right };
    });
    await app.db.transaction(async (tx) => {
      await execute(
        tx,
        `insert into attempt (id, assessment_id, version_id, person_id, number, state, device_id, locale, zone, text_seq, seed, paper,
                              item_count, started_at, submitted_at, submitted_by, marks, answered_count, score_num, score_den, passed,
                              released_at, release)
         select n.id, $2, $3, n.person_id, 1, 'graded', 'bench-device', 'en', 'Asia/Shanghai', 0, 1, $4::jsonb, $5::int,
                now() - interval '2 hours', now() - interval '1 hour', 'learner',
                (select jsonb_agg(case when c = 'b' then '{"s":"right","n":1,"d":1}'::jsonb else '{"s":"wrong","n":0,"d":1}' end)
                 from jsonb_array_elements_text(n.choices) c),
                $5::int, n."right", $5::int, n."right" * 5 >= $5::int * 4, now(), 1
         from jsonb_to_recordset($1::jsonb) as n(id uuid, person_id uuid, choices jsonb, "right" int)`,
        [JSON.stringify(attempts), version.assessment_id, version.id, JSON.stringify(version.paper), items],
      );
      await execute(
        tx,
        `insert into attempt_answer (attempt_id, save_id, item, seq, answer, saved_at)
         select n.id, gen_random_uuid(), c.item, c.item, jsonb_build_object('choices', jsonb_build_array(c.key)), now()
         from jsonb_to_recordset($1::jsonb) as n(id uuid, choices jsonb)
         cross join lateral jsonb_array_elements_text(n.choices) with ordinality as c(key, item)`,
        [JSON.stringify(attempts.map(({ id, choices }) => ({ id, choices })))],
      );
    });
  }
  await app.db.read((tx) => tx.query('analyze'));
  return version.id;
}

async function staff(world: World): Promise<Viewer> {
  const resolver = world.app.get(SESSION_RESOLVER as never) as SessionResolver;
  return resolver.viewerFor((world.learners[0] as World['learners'][number]).id);
}

/** The longest time the event loop was kept from turning while `work` ran. */
async function withLongestTurn(work: () => Promise<unknown>): Promise<{ ms: number; longest: number }> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  const ms = await milliseconds(work);
  clearInterval(timer);
  return { ms, longest };
}

/** Statistics of an exam of 20 questions that 5,000 people took, as the worker computes them. */
export async function statistics(world: World): Promise<Measured> {
  const versionId = await finishedExam(world, 'bench-statistics', 5_000, 20);
  const service = world.app.get(Statistics);
  const { id } = await service.ask(await staff(world), versionId, 'statistics');
  const { ms, longest } = await withLongestTurn(() => service.run({ analysisId: id }, RUN));
  const { people } = await world.app.db.read((tx) =>
    one<{ people: number }>(
      tx,
      `select people from assessment_statistic where version_id = $1 and attempts = 'first'`,
      [versionId],
    ),
  );
  return { ms, answers: people * 20, longestTurnMs: Math.round(longest) };
}

/** The 2PL calibration of 200 questions that 5,000 people answered. */
export async function calibration(world: World): Promise<Measured> {
  const versionId = await finishedExam(world, 'bench-calibration', 5_000, 200);
  const service = world.app.get(Statistics);
  const { id } = await service.ask(await staff(world), versionId, 'calibration');
  const { ms, longest } = await withLongestTurn(() => service.run({ analysisId: id }, RUN));
  const done = await world.app.db.read((tx) =>
    one<{ state: string; iterations: number; converged: boolean; estimated: number }>(
      tx,
      `select r.state, r.iterations, r.converged,
              (select count(*)::int from item_calibration c where c.version_id = r.version_id and c.problem is null) as estimated
       from assessment_analysis r where r.id = $1`,
      [id],
    ),
  );
  return { ms, answers: 1_000_000, longestTurnMs: Math.round(longest), ...done };
}
