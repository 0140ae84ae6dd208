import { newId, newRandomId } from '@waymark/kernel';
import { IdentityModule, PersonDataRegistry, Persons } from '@waymark/identity';
import {
  createTestServer,
  makeAssessment,
  makeOrgUnit,
  makePastAttempts,
  makePerson,
  makeQuestions,
  makeStaff,
  sql,
  supervise,
  TestAttemptAccess,
  type TestServer,
} from '@waymark/testing';
import { rows } from '@waymark/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AssessmentModule, type HistoryEntry } from '../index.js';

const DEVICE = 'device-one';
const SECRET = 'Explanation nobody may see early';
const ACCEPTED = 'accepted-secret-word';

let server: TestServer;
let learner: string;
let lead: string;

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, AssessmentModule] });
  new TestAttemptAccess(server);
  learner = await makePerson(server);
  lead = await makeStaff(server, 'ld-lead');
  await makeQuestions(server, [
    { code: 'api-1', use: 'secure', explanation: SECRET, tags: ['product'] },
    { code: 'api-2', type: 'short', right: [ACCEPTED], use: 'secure', explanation: SECRET, tags: ['process'] },
  ]);
  await makeQuestions(
    server,
    Array.from({ length: 20 }, (_, i) => ({ code: `twenty-${i}`, tags: [`t${i % 4}`] })),
  );
});
afterAll(() => server.close());

const ATTEMPT = `id state number itemCount readOnly lastSeq deadlineAt serverNow paper answers title`;
const RESULT = `attemptId state pending score passed passMark missedCount lateCount topics { topic score weak } retakeUntil retakeUntilDay attemptsLeft mayRetake items`;
interface StartData {
  startAttempt: { id: string; paper: { item: number; type: string; choices: { key: string }[] }[]; state: string };
}
const start = (person: string, code: string) =>
  server.gql<StartData>(person, `mutation($i: StartAttemptInput!) { startAttempt(input: $i) { ${ATTEMPT} } }`, {
    i: { assessmentCode: code, deviceId: DEVICE },
  });
const begin = async (person: string, code: string): Promise<StartData['startAttempt']> => {
  const { data, errors } = await start(person, code);
  if (!data) throw new Error(JSON.stringify(errors));
  return data.startAttempt;
};
const submit = (person: string, id: string, answers: object[] = []) =>
  server.gql<{ submitAttempt: { score: number; items: unknown } }>(
    person,
    `mutation($i: SubmitAttemptInput!) { submitAttempt(input: $i) { ${RESULT} } }`,
    { i: { attemptId: id, deviceId: DEVICE, answers } },
  );
const answer = (item: number, seq: number, given: object) => ({ saveId: newRandomId(), item, seq, ...given });

describe('keys', () => {
  it('reach no client before the policy allows: not in the intro, the paper, the saves, nor the result of an exam', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: ['api-1', 'api-2'], minutes: 10 });
    const seen: unknown[] = [];
    seen.push(
      await server.gql(
        learner,
        `query($c: String!) { assessmentIntro(code: $c) { id title itemCount passMark mayStart } }`,
        { c: exam.code },
      ),
    );
    const started = await start(learner, exam.code);
    seen.push(started);
    const id = started.data?.startAttempt.id as string;
    seen.push(
      await server.gql(learner, `query($id: ID!) { attempt(id: $id, deviceId: "${DEVICE}") { ${ATTEMPT} } }`, { id }),
    );
    seen.push(
      await server.gql(
        learner,
        `mutation($i: SaveAnswersInput!) { saveAnswers(input: $i) { saved late lastSeq state } }`,
        {
          i: {
            attemptId: id,
            deviceId: DEVICE,
            answers: [answer(1, 1, { choices: ['b'] }), answer(2, 2, { text: ACCEPTED.toUpperCase() })],
          },
        },
      ),
    );
    const submitted = await submit(learner, id);
    seen.push(submitted);
    const text = JSON.stringify(seen);
    expect(text).toContain('Stem of api-1');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(ACCEPTED);
    expect(text).not.toMatch(/correct|answer_?key|"right"/i);
    expect(submitted.data?.submitAttempt).toMatchObject({ score: 50, items: null });
  });

  it('have no field at all for a learner', async () => {
    for (const query of [
      `{ questions { edges { node { stem } } } }`,
      `{ questionBanks { id } }`,
      `{ topics { code } }`,
      `{ assessments { edges { node { code } } } }`,
      `{ gradingQueue { totalCount } }`,
      `{ question(id: "${newId()}") { stem { en } } }`,
      `{ assessmentForEdit(id: "${newId()}") { code } }`,
      `{ assessmentAttempts(assessmentId: "${newId()}") { totalCount } }`,
      `{ blueprintCheck(draws: []) { sufficient } }`,
      `mutation { grantRetake(personId: "${newId()}", assessmentId: "${newId()}", reason: "x") { id } }`,
      `mutation { publishQuestion(id: "${newId()}", revision: 1) { id } }`,
    ]) {
      const { data, errors } = await server.gql(learner, query);
      expect(errors?.[0]?.extensions.code, query).toBe('FORBIDDEN');
      expect(data?.valueOf() ?? null).toBeNull();
    }
  });
});

describe('somebody else’s attempt', () => {
  it('does not exist, whatever is done with it', async () => {
    const quiz = await makeAssessment(server, { fixed: ['api-1'] });
    const id = (await begin(learner, quiz.code)).id;
    const stranger = await makePerson(server);
    for (const who of [stranger, lead]) {
      for (const [query, variables] of [
        [`query($id: ID!) { attempt(id: $id, deviceId: "${DEVICE}") { id } }`, { id }],
        [`query($id: ID!) { attemptResult(id: $id) { score } }`, { id }],
        [`mutation($id: ID!) { takeOverAttempt(attemptId: $id, deviceId: "device-evil") { id } }`, { id }],
        [
          `mutation($i: SaveAnswersInput!) { saveAnswers(input: $i) { saved } }`,
          { i: { attemptId: id, deviceId: DEVICE, answers: [answer(1, 1, { choices: ['a'] })] } },
        ],
        [
          `mutation($i: CheckAnswerInput!) { checkAnswer(input: $i) { right } }`,
          { i: { attemptId: id, deviceId: DEVICE, answer: answer(1, 1, { choices: ['a'] }) } },
        ],
        [
          `mutation($i: SubmitAttemptInput!) { submitAttempt(input: $i) { score } }`,
          { i: { attemptId: id, deviceId: DEVICE } },
        ],
      ] as const) {
        const { errors } = await server.gql(who, query, variables);
        expect(errors?.[0]?.extensions, query).toMatchObject({ code: 'NOT_FOUND', reason: 'attempt-not-found' });
      }
    }
    const left = await server.db.read((tx) => rows(tx, `select 1 from attempt_answer where attempt_id = $1`, [id]));
    expect(left).toEqual([]);
  });

  it('nor does a draft or an unknown exam', async () => {
    await sql(server, `update assessment set status = 'archived' where code = $1`, [
      (await makeAssessment(server, { code: 'gone', fixed: ['api-1'] })).code,
    ]);
    for (const code of ['gone', 'never-was']) {
      const { errors } = await start(learner, code);
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', reason: 'assessment-not-found' });
    }
  });

  it('needs a signed-in person', async () => {
    const { errors } = await server.gql(null, `{ myAttempts { edges { node { id } } } }`);
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('bad input', () => {
  it('is refused by name', async () => {
    const quiz = await makeAssessment(server, { fixed: ['api-1'] });
    const id = (await begin(learner, quiz.code)).id;
    const save = async (over: object) =>
      (
        await server.gql(learner, `mutation($i: SaveAnswersInput!) { saveAnswers(input: $i) { saved } }`, {
          i: { attemptId: id, deviceId: DEVICE, answers: [{ ...answer(1, 1, { choices: ['a'] }), ...over }] },
        })
      ).errors?.[0]?.extensions.code;
    expect(await save({ saveId: 'not-a-uuid' })).toBe('BAD_USER_INPUT');
    expect(await save({ seq: 0 })).toBe('BAD_USER_INPUT');
    expect(await save({ item: 2 })).toBe('BAD_USER_INPUT');
    expect(await save({ choices: Array.from({ length: 21 }, () => 'a') })).toBe('BAD_USER_INPUT');
    const { errors } = await server.gql(learner, `{ attemptResult(id: "x'; drop table attempt") { score } }`);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'id-invalid' });
  });
});

describe('the hot path', () => {
  it('hands in without reading the result when only the id is asked for', async () => {
    const quiz = await makeAssessment(server, { fixed: ['api-1'] });
    const person = await makePerson(server);
    const handIn = async (selection: string) => {
      const { id } = await begin(person, quiz.code);
      let answered: unknown;
      const { statements } = await server.queryCount(async () => {
        const { data } = await server.gql<{ submitAttempt: object }>(
          person,
          `mutation($i: SubmitAttemptInput!) { submitAttempt(input: $i) { ${selection} } }`,
          { i: { attemptId: id, deviceId: DEVICE, answers: [answer(1, 1, { choices: ['a'] })] } },
        );
        answered = data?.submitAttempt;
      });
      return { id, answered, read: statements.some((s) => s.includes('late_count')) };
    };
    const short = await handIn('attemptId __typename');
    expect(short).toMatchObject({
      read: false,
      answered: { attemptId: short.id, __typename: 'AttemptResult' },
    });
    const full = await handIn('attemptId ... on AttemptResult { score }');
    expect(full).toMatchObject({ read: true, answered: { attemptId: full.id, score: 100 } });
  });

  it('of twenty questions takes few statements', async () => {
    const quiz = await makeAssessment(server, { fixed: Array.from({ length: 20 }, (_, i) => `twenty-${i}`) });
    const run = async (person: string) => {
      const counts: number[] = [];
      let id = '';
      const count = async (work: () => Promise<unknown>) => void counts.push((await server.queryCount(work)).count);
      await count(async () => void (id = (await begin(person, quiz.code)).id));
      await count(() =>
        server.gql(person, `query($id: ID!) { attempt(id: $id, deviceId: "${DEVICE}") { ${ATTEMPT} } }`, { id }),
      );
      await count(() =>
        submit(
          person,
          id,
          Array.from({ length: 20 }, (_, i) => answer(i + 1, i + 1, { choices: ['a'] })),
        ),
      );
      await count(() => server.gql(person, `query($id: ID!) { attemptResult(id: $id) { ${RESULT} } }`, { id }));
      return counts;
    };
    await run(await makePerson(server));
    const person = await makePerson(server);
    const viewer = (await server.queryCount(() => server.gql(person, `{ viewer { id } }`))).count;
    const [started, read, submitted, reviewed] = await run(person);
    expect((started as number) - viewer).toBeLessThanOrEqual(3);
    expect((read as number) - viewer).toBeLessThanOrEqual(1);
    expect((submitted as number) - viewer).toBeLessThanOrEqual(4);
    expect((reviewed as number) - viewer).toBeLessThanOrEqual(1);
  });
});

describe('results of others', () => {
  const past = (personId: string, assessmentCode: string): HistoryEntry => ({
    personId,
    assessmentCode,
    startedAt: new Date('2026-03-01T00:00:00Z'),
    submittedAt: new Date('2026-03-01T00:05:00Z'),
    seed: 1,
    answer: (item) => ({ choices: [...item.right.choices] }),
  });
  const QUERY = `query($id: ID!) { personResults(personId: $id) { assessmentCode score passed attempts topics { topic score } } }`;
  const ask = (who: string, id: string) =>
    server.gql<{ personResults: { score: number; topics: unknown[] }[] }>(who, QUERY, { id });

  it('are for mentor, manager and L&D in scope; topics not for the manager; nobody else', async () => {
    const quiz = await makeAssessment(server, { fixed: ['api-1'] });
    const manager = await makePerson(server);
    const mentee = await makePerson(server, { managerId: manager });
    const mentor = await makePerson(server);
    await supervise(server, mentor, mentee, 'mentor');
    await makePastAttempts(server, [past(mentee, quiz.code)]);
    const far = await makeOrgUnit(server);
    const farLead = await makeStaff(server, 'ld-lead', far);
    for (const who of [mentee, mentor, lead]) {
      expect((await ask(who, mentee)).data?.personResults).toMatchObject([
        { score: 100, passed: true, topics: [{ topic: 'product' }] },
      ]);
    }
    expect((await ask(manager, mentee)).data?.personResults).toMatchObject([{ score: 100, topics: [] }]);
    for (const who of [await makePerson(server), farLead]) {
      expect((await ask(who, mentee)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    }
    const list = (who: string) =>
      server.gql<{ assessmentAttempts: { edges: { node: { person: { id: string }; score: number } }[] } }>(
        who,
        `query($id: ID!) { assessmentAttempts(assessmentId: $id) { edges { node { person { id name } score state lateCount retakeUntilDay mayGrantRetake } } } }`,
        { id: quiz.id },
      );
    expect((await list(lead)).data?.assessmentAttempts.edges.map((e) => e.node.person.id)).toEqual([mentee]);
    expect((await list(farLead)).data?.assessmentAttempts.edges).toEqual([]);
  });
});

describe('erasure', () => {
  it('leaves no word of the person, and the scores', async () => {
    const exam = await makeAssessment(server, { kind: 'exam', fixed: ['api-2'], minutes: 10, retakes: 0 });
    const person = await makePerson(server, { employeeNumber: 'ERASE-1' });
    const id = (await begin(person, exam.code)).id;
    await submit(person, id, [answer(1, 1, { text: 'my very own words' })]);
    const judge = await makeStaff(server, 'judge');
    const graded = await server.gql(
      judge,
      `mutation($i: GradeAnswerInput!) { gradeAnswer(input: $i) { released left } }`,
      {
        i: { attemptId: id, item: 1, points: '0', comment: 'a comment about the person' },
      },
    );
    expect(graded.data).toMatchObject({ gradeAnswer: { released: true, left: 0 } });
    const granted = await server.gql(
      lead,
      `mutation($p: ID!, $a: ID!) { grantRetake(personId: $p, assessmentId: $a, reason: "a private reason") { until } }`,
      { p: person, a: exam.id },
    );
    expect(granted.errors).toBeUndefined();
    const own = await server.db.read((tx) => server.get(PersonDataRegistry).collect(tx, person));
    expect(JSON.stringify(own['attempts'])).toContain('my very own words');
    expect(JSON.stringify(own['retake-grants'])).toContain('a private reason');
    await server.db.transaction((tx) => server.get(Persons).leave(tx, person, '2026-03-02', lead));
    await server.db.transaction((tx) => server.get(Persons).erase(tx, person, 'ERASE-1', lead));
    const words = await server.db.read((tx) =>
      rows<{ t: string }>(
        tx,
        `select answer::text as t from attempt_answer where attempt_id = $1
         union all select comment from grade_comment c join attempt_grade g on g.id = c.grade_id where g.attempt_id = $1
         union all select coalesce(reason, '') from retake_grant where person_id = $2
         union all select coalesce(to_value, '') from audit_personal_value where person_id = $2`,
        [id, person],
      ),
    );
    expect(words.map((w) => w.t).join('|')).not.toMatch(/my very own|comment about|private reason/);
    const [kept] = await server.db.read((tx) =>
      rows<{ score_num: number }>(tx, `select score_num from attempt where id = $1`, [id]),
    );
    expect(kept?.score_num).toBe(0);
  });
});

describe('staff', () => {
  it('write a question, build an exam and publish both over the API', async () => {
    const bank = await server.gql<{ createQuestionBank: { id: string; title: string } }>(
      lead,
      `mutation { createQuestionBank(code: "api-bank", title: { zhCN: "接口题库", en: "API bank" }) { id title titles { zhCN en } } }`,
    );
    const bankId = bank.data?.createQuestionBank.id as string;
    const question = {
      type: 'multiple',
      use: 'secure',
      tags: ['api-topic'],
      difficulty: 3,
      points: 2,
      stem: { zhCN: '哪些对？', en: 'Which are right?' },
      choices: ['a', 'b', 'c'].map((key) => ({
        key,
        text: { zhCN: `甲${key}`, en: `Choice ${key}` },
        correct: key !== 'c',
      })),
      explanation: { zhCN: '因为', en: 'Because' },
    };
    const made = await server.gql<{ createQuestion: { id: string; revision: number } }>(
      lead,
      `mutation($b: ID!, $q: QuestionInput!) { createQuestion(bankId: $b, question: $q) { id code revision problems { code } choices { key correct text { en } } } }`,
      { b: bankId, q: question },
    );
    expect(made.data?.createQuestion).toMatchObject({ code: 'api-bank-01', problems: [] });
    const { id, revision } = made.data?.createQuestion as { id: string; revision: number };
    const author = await makeStaff(server, 'author');
    const publish = (who: string) =>
      server.gql(who, `mutation($id: ID!, $r: Int!) { publishQuestion(id: $id, revision: $r) { status } }`, {
        id,
        r: revision,
      });
    expect((await publish(author)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await publish(lead)).data).toEqual({ publishQuestion: { status: 'published' } });

    const exam = await server.gql<{ createAssessment: { id: string; revision: number; problems: { code: string }[] } }>(
      lead,
      `mutation($a: AssessmentInput!) { createAssessment(code: "api-exam", kind: exam, assessment: $a) {
        id revision retakes gradeShortAnswers itemCount problems { code params } check { sufficient need fills rules { need matches fills } } } }`,
      {
        a: {
          title: { en: 'API exam' },
          passMark: 80,
          durationSeconds: 600,
          feedback: 'score',
          draws: [{ count: 2, tags: ['api-topic'] }],
        },
      },
    );
    expect(exam.data?.createAssessment).toMatchObject({
      retakes: 2,
      gradeShortAnswers: true,
      itemCount: 2,
      problems: [{ code: 'bank-too-small', params: { need: 2, matches: 1 } }],
      check: { sufficient: false },
    });
    const saved = await server.gql<{ saveAssessment: { revision: number } }>(
      lead,
      `mutation($id: ID!, $r: Int!, $a: AssessmentInput!) { saveAssessment(id: $id, revision: $r, assessment: $a) { revision problems { code } } }`,
      {
        id: exam.data?.createAssessment.id,
        r: exam.data?.createAssessment.revision,
        a: {
          title: { en: 'API exam' },
          passMark: 80,
          durationSeconds: 600,
          feedback: 'score',
          draws: [{ count: 1, tags: ['api-topic'], use: 'secure' }],
        },
      },
    );
    const published = await server.gql(
      lead,
      `mutation($id: ID!, $r: Int!) { publishAssessment(id: $id, revision: $r) { status updatedBy { id } } }`,
      { id: exam.data?.createAssessment.id, r: saved.data?.saveAssessment.revision },
    );
    expect(published.data).toEqual({ publishAssessment: { status: 'published', updatedBy: { id: lead } } });
    const listed = await server.queryCount(() =>
      server.gql(
        lead,
        `{ questions(filter: { tags: ["api-topic"] }) { totalCount edges { node { code stem usedIn answered } } } }`,
      ),
    );
    expect(listed.count).toBeLessThanOrEqual(5);
  });
});
