import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newRandomId } from '@waymark/kernel';
import { FilePolicies, Files, rows, type Viewer } from '@waymark/platform';
import { IdentityModule, Persons } from '@waymark/identity';
import {
  createTestServer,
  makeAssessment,
  makePerson,
  makeStaff,
  sql,
  TestAttemptAccess,
  viewerOf,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AssessmentModule, Questions } from '../index.js';
import { QuestionBanks } from '../question-bank/question-banks.service.js';
import { compareStems } from './question.jobs.js';
import { draftOf } from './question-types.fixture.js';
import { QUESTION_TYPES, type MediaKind, type QuestionType } from './question.js';
import type { QuestionDraft } from './question-draft.js';
import { SimilarQuestions } from './similar-questions.service.js';

const DEVICE = 'device-one';
const SECRETS = /secret|987654321|876543219|秘密/;
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let server: TestServer;
let data: string;
let lead: string;
let author: Viewer;
let bankId: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'waymark-question-types-'));
  server = await createTestServer({
    modules: [IdentityModule, AssessmentModule],
    environment: { WAYMARK_DATA_DIR: data },
  });
  new TestAttemptAccess(server);
  lead = await makeStaff(server, 'ld-lead');
  author = await viewerOf(server, lead);
  bankId = (await server.get(QuestionBanks).create(lead, 'types-bank', { en: 'Types' })).id;
  for (const type of QUESTION_TYPES) await publish(`type-${type}`, draftOf(type, { use: 'secure' }));
});
afterAll(async () => {
  await server.close();
  await rm(data, { recursive: true, force: true });
});

async function publish(code: string, draft: QuestionDraft): Promise<string> {
  const questions = server.get(Questions);
  const id = await questions.create(lead, bankId, code, draft);
  await server.db.transaction((tx) => questions.publishIn(tx, lead, id, null));
  return id;
}

/** Papers are in English, so that a secret that shows is found. */
async function makeReader(over: Parameters<typeof makePerson>[1] = {}): Promise<string> {
  const id = await makePerson(server, over);
  await sql(server, `update person_profile set locale = 'en' where person_id = $1`, [id]);
  return id;
}

interface Shown {
  item: number;
  type: QuestionType;
  choices: { key: string; text: string }[];
  parts?: { key: string; choices: { key: string; text: string }[] }[];
  media?: { url: string; alt: string; place: string; kind: string }[];
}
interface Started {
  startAttempt: { id: string; paper: Shown[] };
}
const START = `mutation($i: StartAttemptInput!) { startAttempt(input: $i) { id paper answers } }`;
async function start(person: string, code: string): Promise<Started['startAttempt']> {
  const { data: answer, errors } = await server.gql<Started>(person, START, {
    i: { assessmentCode: code, deviceId: DEVICE },
  });
  if (!answer) throw new Error(JSON.stringify(errors));
  return answer.startAttempt;
}
let seq = 0;
const give = (item: number, answer: object) => ({ saveId: newRandomId(), seq: (seq += 1), item, ...answer });
const numbers = (choices: { key: string; text: string }[], order: string): string[] =>
  [...order].map((letter) => choices.find((c) => c.text === `Option ${letter}`)?.key ?? '?');

/** The right answer of every type, as the player would send it. */
function rightOf(shown: Shown): object {
  switch (shown.type) {
    case 'single':
      return { choices: ['b'] };
    case 'multiple':
      return { choices: ['c', 'a'] };
    case 'truefalse':
      return { choices: ['false'] };
    case 'short':
      return { text: '價格異議！' };
    case 'numeric':
      return { text: '９８７,654,321.4 KG' };
    case 'matching': {
      const [c, a, b] = numbers(shown.choices, 'cab');
      return {
        pairs: [
          { key: 'p', value: c },
          { key: 'q', value: a },
          { key: 'r', value: b },
        ],
      };
    }
    case 'ordering':
      return { order: numbers(shown.choices, 'dbca') };
    case 'cloze':
      return {
        gaps: [
          { key: '1', value: '傾聽' },
          { key: '2', value: 'y' },
          { key: '3', value: '876 543 219' },
        ],
      };
    case 'essay':
      return { text: 'My own essay words' };
    case 'case':
      return {
        parts: [
          { key: 'k0', text: 'secret accepted' },
          { key: 'k1', order: numbers(shown.parts?.[1]?.choices ?? [], 'bcad') },
          { key: 'k2', text: '1' },
          { key: 'k3', text: 'My own words in a case' },
        ],
      };
  }
}

describe('an attempt with a question of every type', () => {
  it('shows nothing of a key in any payload, is saved, handed in, marked and graded', async () => {
    const exam = await makeAssessment(server, {
      kind: 'exam',
      minutes: 60,
      fixed: QUESTION_TYPES.map((t) => `type-${t}`),
      show: 'score-and-topics',
    });
    const learner = await makeReader();
    const seen: unknown[] = [];
    const ask = async <T>(query: string, variables: Record<string, unknown>): Promise<T> => {
      const answer = await server.gql<T>(learner, query, variables);
      seen.push(answer);
      if (!answer.data) throw new Error(JSON.stringify(answer.errors));
      return answer.data;
    };
    await ask(`query($c: String!) { assessmentIntro(code: $c) { title description instructions } }`, { c: exam.code });
    const { startAttempt } = await ask<Started>(START, { i: { assessmentCode: exam.code, deviceId: DEVICE } });
    const { id, paper } = startAttempt;
    expect(paper.map((p) => p.type)).toEqual([...QUESTION_TYPES]);
    const answers = paper.map((p) => give(p.item, rightOf(p)));
    const { saveAnswers } = await ask<{ saveAnswers: { saved: string[] } }>(
      `mutation($i: SaveAnswersInput!) { saveAnswers(input: $i) { saved state lastSeq } }`,
      { i: { attemptId: id, deviceId: DEVICE, answers } },
    );
    expect(saveAnswers.saved).toHaveLength(QUESTION_TYPES.length);
    const READ = `query($id: ID!) { attempt(id: $id, deviceId: "${DEVICE}") { paper answers } }`;
    const { attempt } = await ask<{ attempt: { paper: Shown[]; answers: Record<string, unknown>[] } }>(READ, { id });
    expect(attempt.paper).toEqual(paper);
    expect(attempt.answers[5]).toMatchObject({ pairs: { p: numbers(paper[5]?.choices ?? [], 'c')[0] } });
    expect(attempt.answers[6]).toMatchObject({ order: numbers(paper[6]?.choices ?? [], 'dbca') });
    await ask(`mutation($i: SubmitAttemptInput!) { submitAttempt(input: $i) { state score pending items } }`, {
      i: { attemptId: id, deviceId: DEVICE },
    });
    await ask(READ, { id });
    await ask(`query($id: ID!) { attemptResult(id: $id) { state items topics { topic } } }`, { id });
    // What the learner wrote is theirs; "secret accepted" was an answer of the case.
    const text = JSON.stringify(seen)
      .replaceAll('secret accepted', '')
      .replaceAll(/９８７,654,321|876 543 219/g, '');
    expect(text).toContain('A essay question');
    expect(text).not.toMatch(SECRETS);
    expect(text).not.toMatch(/"correct"|"rubric"|"right"|tolerance|weight/);

    const stored = await server.db.read((tx) =>
      rows<{ marks: { s: string; n: number; d: number; x?: { s: string }[] }[] }>(
        tx,
        `select marks from attempt where id = $1`,
        [id],
      ),
    );
    const marks = stored[0]?.marks ?? [];
    expect(marks.map((m) => m.s)).toEqual([...Array<string>(8).fill('right'), 'pending', 'pending']);
    expect(marks[9]?.x?.map((m) => m.s)).toEqual(['right', 'partial', 'wrong', 'pending']);

    interface Pending {
      gradingQueue: {
        edges: {
          node: {
            item: number;
            answer: string;
            right: { rubric?: { title: string; levels: { points: number }[] }[] };
            parts: { key: string; state: string; points: string | null }[];
          };
        }[];
      };
    }
    const queue = await server.gql<Pending>(
      lead,
      `{ gradingQueue(assessmentId: "${exam.id}") { edges { node { item answer question given right parts { key state points } } } } }`,
    );
    const [essay, casus] = queue.data?.gradingQueue.edges.map((e) => e.node) ?? [];
    expect(essay).toMatchObject({ item: 9, answer: 'My own essay words' });
    expect(essay?.right.rubric?.[0]?.levels.map((l) => l.points)).toEqual([0, 4]);
    expect(casus?.answer.split('\n')[0]).toBe('(1) secret accepted');
    expect(casus?.parts.map((p) => p.points)).toEqual(['4', '2.66', '0', null]);
    for (const [item, points] of [
      [9, '4'],
      [10, '8.5'],
    ] as const) {
      const graded = await server.gql(
        lead,
        `mutation($i: GradeAnswerInput!) { gradeAnswer(input: $i) { released left } }`,
        { i: { attemptId: id, item, points } },
      );
      expect(graded.errors).toBeUndefined();
    }
    const result = await server.gql<{ attemptResult: { score: number; items: unknown } }>(
      learner,
      `query($id: ID!) { attemptResult(id: $id) { score items } }`,
      { id },
    );
    // (9 × 4 + 8.5) of 52 points
    expect(result.data?.attemptResult).toMatchObject({ score: 85.5, items: null });
  });

  it('refuses what does not belong to the question, and says so', async () => {
    const quiz = await makeAssessment(server, { fixed: ['type-ordering', 'type-case', 'type-matching'] });
    const learner = await makeReader();
    const { id } = await start(learner, quiz.code);
    for (const [item, answer, reason] of [
      // Keys of the author are no keys of the paper.
      [1, { order: ['d', 'b', 'c', 'a'] }, 'answer-choice-unknown'],
      [1, { order: ['1', '2'] }, 'answer-shape'],
      [1, { text: 'x' }, 'answer-shape'],
      [2, { parts: [{ key: 'zz', text: 'x' }] }, 'answer-choice-unknown'],
      [2, { parts: [{ key: 'k0', order: ['1'] }] }, 'answer-shape'],
      [3, { pairs: [{ key: 'p', value: '9' }] }, 'answer-choice-unknown'],
      [3, { pairs: [{ key: '__proto__', value: '1' }] }, 'BAD'],
      [4, { text: 'x' }, 'answer-item-unknown'],
    ] as const) {
      const { errors } = await server.gql(
        learner,
        `mutation($i: SaveAnswersInput!) { saveAnswers(input: $i) { saved } }`,
        { i: { attemptId: id, deviceId: DEVICE, answers: [give(item, answer)] } },
      );
      if (reason !== 'BAD') expect(errors?.[0]?.extensions.reason).toBe(reason);
      else expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  it('is checked one by one in a quiz, with the right answer under the names of this paper', async () => {
    const quiz = await makeAssessment(server, { fixed: ['type-single', 'type-ordering', 'type-essay'], show: 'all' });
    const learner = await makeReader();
    const { id, paper } = await start(learner, quiz.code);
    const check = async (item: number, answer: object) =>
      (
        await server.gql<{ checkAnswer: Record<string, unknown> }>(
          learner,
          `mutation($i: CheckAnswerInput!) { checkAnswer(input: $i) { state right answer choiceFeedback explanation } }`,
          { i: { attemptId: id, deviceId: DEVICE, answer: give(item, answer) } },
        )
      ).data?.checkAnswer;
    expect(await check(1, { choices: ['a'] })).toMatchObject({
      state: 'wrong',
      answer: { choices: ['b'] },
      choiceFeedback: [{ part: null, key: 'a', text: 'secret-feedback-a' }],
    });
    expect(await check(2, { order: numbers(paper[1]?.choices ?? [], 'bcad') })).toMatchObject({
      state: 'partial',
      answer: { order: numbers(paper[1]?.choices ?? [], 'dbca') },
    });
    expect(await check(3, { text: 'An essay' })).toMatchObject({ state: 'pending', right: false });
  });

  it('takes the words of an erased person out of every type of answer', async () => {
    const quiz = await makeAssessment(server, { fixed: ['type-essay', 'type-cloze', 'type-case', 'type-ordering'] });
    const learner = await makeReader({ employeeNumber: 'ERASE-TYPES' });
    const { id, paper } = await start(learner, quiz.code);
    await server.gql(learner, `mutation($i: SubmitAttemptInput!) { submitAttempt(input: $i) { attemptId } }`, {
      i: {
        attemptId: id,
        deviceId: DEVICE,
        answers: [
          give(1, { text: 'my-own-essay' }),
          give(2, { gaps: [{ key: '1', value: 'my-own-gap' }] }),
          give(3, { parts: [{ key: 'k3', text: 'my-own-part' }] }),
          give(4, rightOf(paper[3] as Shown)),
        ],
      },
    });
    await server.db.transaction((tx) => server.get(Persons).leave(tx, learner, '2026-03-02', lead));
    await server.db.transaction((tx) => server.get(Persons).erase(tx, learner, 'ERASE-TYPES', lead));
    const left = await server.db.read((tx) =>
      rows<{ answer: unknown }>(tx, `select answer from attempt_answer where attempt_id = $1 order by item`, [id]),
    );
    expect(left.map((l) => l.answer)).toEqual([
      { text: '' },
      { gaps: {} },
      { parts: {} },
      { order: ['d', 'b', 'c', 'a'] },
    ]);
  });

  it('costs no statement more than one of the old types', async () => {
    const counts: number[] = [];
    for (const fixed of [['type-single'], QUESTION_TYPES.map((t) => `type-${t}`)]) {
      const quiz = await makeAssessment(server, { fixed });
      await start(await makeReader(), quiz.code);
      const learner = await makeReader();
      await server.gql(learner, `{ viewer { person { id } } }`);
      counts.push((await server.queryCount(() => start(learner, quiz.code))).count);
    }
    expect(counts[1]).toBe(counts[0]);
  });
});

describe('pictures of a question', () => {
  const staged = async (name: string): Promise<string> => {
    const { Readable } = await import('node:stream');
    const file = await server.get(Files).stage({
      ownerType: 'question',
      name,
      content: Readable.from([PNG]),
      uploadedBy: lead,
      kinds: ['image', 'audio', 'video'],
    });
    return file.id;
  };
  const canRead = (viewer: Viewer | null, id: string, questionId: string): Promise<boolean> =>
    server.db.read((tx) =>
      server
        .get(FilePolicies)
        .of('question')
        .canRead(tx, viewer, { id, ownerId: questionId, kind: 'image', uploadedBy: lead }),
    );
  const picture = (fileId: string, kind: MediaKind = 'image', place = 'stem') => ({
    media: [{ place, fileId, kind, alt: { en: 'A price list', 'zh-CN': '价目表' } }],
  });

  it('are seen by authors and by who has them on an open paper, and not when the exam shows the score alone', async () => {
    const fileId = await staged('price.png');
    const questionId = await publish('with-picture', draftOf('single', { use: 'secure', ...picture(fileId) }));
    const exam = await makeAssessment(server, {
      kind: 'exam',
      minutes: 10,
      fixed: ['with-picture'],
      show: 'score-and-topics',
    });
    const quiz = await makeAssessment(server, { fixed: ['with-picture'], show: 'all' });
    const learner = await makeReader();
    const viewer = await viewerOf(server, learner);
    expect(await canRead(author, fileId, questionId)).toBe(true);
    expect(await canRead(null, fileId, questionId)).toBe(false);
    expect(await canRead(viewer, fileId, questionId)).toBe(false);
    const { id, paper } = await start(learner, exam.code);
    expect(paper[0]?.media).toEqual([{ place: 'stem', url: `/files/${fileId}`, kind: 'image', alt: 'A price list' }]);
    expect(await canRead(viewer, fileId, questionId)).toBe(true);
    const submit = `mutation($i: SubmitAttemptInput!) { submitAttempt(input: $i) { attemptId } }`;
    await server.gql(learner, submit, { i: { attemptId: id, deviceId: DEVICE } });
    expect(await canRead(viewer, fileId, questionId)).toBe(false);
    const again = await start(learner, quiz.code);
    await server.gql(learner, submit, { i: { attemptId: again.id, deviceId: DEVICE } });
    expect(await canRead(viewer, fileId, questionId)).toBe(true);
    expect(await canRead(await viewerOf(server, await makeReader()), fileId, questionId)).toBe(false);
  });

  it('are what they are, belong to one question, and go when no version shows them', async () => {
    const questions = server.get(Questions);
    const fileId = await staged('one.png');
    await expect(
      questions.create(lead, bankId, null, draftOf('short', picture(fileId, 'video'))),
    ).rejects.toMatchObject({ code: 'file-not-attachable' });
    const first = await questions.create(lead, bankId, null, draftOf('short', picture(fileId)));
    await expect(questions.create(lead, bankId, null, draftOf('short', picture(fileId)))).rejects.toMatchObject({
      code: 'file-not-attachable',
    });
    await server.db.transaction((tx) => questions.publishIn(tx, lead, first, null));
    const second = await staged('two.png');
    await server.db.transaction((tx) => questions.saveIn(tx, lead, first, null, draftOf('short', picture(second))));
    const state = (id: string) =>
      server.db.read(
        async (tx) => (await rows<{ state: string }>(tx, `select state from file where id = $1`, [id]))[0]?.state,
      );
    await server.db.transaction(async (tx) => {
      const detail = await rows<{ revision: number }>(tx, `select revision from question where id = $1`, [first]);
      expect(detail[0]?.revision).toBeGreaterThan(1);
    });
    const { revision } = await questions.detail(first, 'en');
    await questions.discardDraft(lead, first, revision);
    expect([await state(fileId), await state(second)]).toEqual(['attached', 'deleted']);
  });
});

describe('questions that ask the same', () => {
  it('are pointed out to the author and never refused', async () => {
    const find = (stem: QuestionDraft['stem'], except: string | null = null) =>
      server.get(SimilarQuestions).find(stem, except, 'zh-CN');
    const stem = { 'zh-CN': '客户说价格太高，第一步该做什么？', en: 'What comes first when the price is too high?' };
    const id = await publish('price-first', draftOf('short', { stem }));
    expect(await find({ 'zh-CN': '客户说“价格太高”,第一步该做什么?' })).toMatchObject([
      { id, same: true, likeness: 1 },
    ]);
    const [near] = await find({ 'zh-CN': '客户说价格太高，第一步应该做什么呢？' });
    expect(near).toMatchObject({ id, same: false, stem: stem['zh-CN'] });
    expect(near?.likeness).toBeLessThan(1);
    expect(await find({ en: 'Who signs a contract above the limit?' })).toEqual([]);
    expect(await find({})).toEqual([]);
    expect(await find(stem, id)).toEqual([]);
    const double = await publish('price-again', draftOf('short', { stem }));
    expect((await find(stem)).map((s) => s.id).sort()).toEqual([id, double].sort());
    const answer = await server.gql<{ similarQuestions: { code: string }[] }>(
      lead,
      `query($s: TextInput!) { similarQuestions(stem: $s) { code stem same likeness } }`,
      { s: { en: stem.en } },
    );
    expect(answer.data?.similarQuestions.map((s) => s.code)).toEqual(['price-again', 'price-first']);
  });

  it('are found too when they were written before stems were compared', async () => {
    await sql(server, `delete from question_stem`);
    const stem = { en: 'What comes first when the price is too high?' };
    expect(await server.get(SimilarQuestions).find(stem, null, 'en')).toEqual([]);
    await server.runJob(compareStems.name);
    expect(await server.get(SimilarQuestions).find(stem, null, 'en')).toHaveLength(2);
  });
});

describe('an author', () => {
  it('writes and reads every type through the API', async () => {
    for (const type of QUESTION_TYPES) {
      const id = (await server.db.read((tx) => server.get(Questions).idsByCode(tx, [`type-${type}`]))).get(
        `type-${type}`,
      );
      const FIELDS = `key text { en } correct feedback { en }`;
      const CONTENT = `stem { zhCN en } choices { ${FIELDS} } answerTrue accepted { zhCN zhTW en } exactCase wildcards scoring
        number { value tolerance relative } unit prompts { key text { zhCN en } option } options { key text { zhCN en } } items { key text { zhCN en } }
        gaps { key kind weight accepted { zhCN zhTW en } choices { key text { zhCN en } correct } number { value tolerance relative } unit }
        essay { min max } rubric { key title { zhCN en } levels { key title { zhCN en } points } }`;
      const DETAIL = `id revision type points ${CONTENT} parts { key type points ${CONTENT} } media { place fileId kind alt { en } url } problems { code }`;
      const read = await server.gql<{ question: Record<string, unknown> & { revision: number } }>(
        lead,
        `query($id: ID!) { question(id: $id) { ${DETAIL} } }`,
        { id },
      );
      expect(read.errors, type).toBeUndefined();
      const { id: _id, revision, problems, ...question } = read.data?.question ?? { revision: 0 };
      expect(problems).toEqual([]);
      const saved = await server.gql<{ saveQuestion: Record<string, unknown> }>(
        lead,
        `mutation($id: ID!, $r: Int!, $q: QuestionInput!) { saveQuestion(id: $id, revision: $r, question: $q) { ${DETAIL} } }`,
        { id, r: revision, q: { ...question, media: [], use: 'secure', tags: ['product'], difficulty: 2 } },
      );
      expect(saved.errors, type).toBeUndefined();
      expect(saved.data?.saveQuestion).toMatchObject(question);
    }
  });
});
