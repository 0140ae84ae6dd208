import { rows } from '@waymark/platform';
import { IdentityModule } from '@waymark/identity';
import { createTestServer, makeQuestions, makeStaff, sql, type TestServer } from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AssessmentModule, Assessments, PracticeQuestions, QuestionBanks, Questions } from '../index.js';
import type { QuestionDraft } from '../question/question-draft.js';
import { assessmentDefaults, type AssessmentDraft } from './assessment.js';

let server: TestServer;
let questions: Questions;
let assessments: Assessments;
let author: string;
let bankId: string;

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, AssessmentModule] });
  questions = server.get(Questions);
  assessments = server.get(Assessments);
  author = await makeStaff(server, 'ld-lead');
  bankId = (await server.get(QuestionBanks).create(author, 'authoring', { en: 'Authoring' })).id;
});
afterAll(() => server.close());

const question = (over: Partial<QuestionDraft> = {}): QuestionDraft => ({
  type: 'single',
  use: 'practice',
  tags: ['product'],
  competency: null,
  difficulty: 2,
  points: 1,
  stem: { 'zh-CN': '哪个产品适合连锁门店？', en: 'Which product suits chain stores?' },
  choices: ['a', 'b'].map((key) => ({
    key,
    text: { 'zh-CN': `选项${key}`, en: `Choice ${key}` },
    correct: key === 'a',
  })),
  answerTrue: null,
  accepted: {},
  explanation: { en: 'Because.' },
  lessonRef: null,
  ...over,
});
const exam = (over: Partial<AssessmentDraft> = {}): AssessmentDraft => ({
  ...assessmentDefaults('exam'),
  title: { 'zh-CN': '考试', en: 'Exam' },
  description: {},
  instructions: {},
  durationSeconds: 600,
  shuffleQuestions: true,
  shuffleChoices: true,
  fixed: [],
  draws: [],
  ...over,
});
const draw = (tags: string[], count: number) => ({
  count,
  tags,
  bankIds: [],
  types: [],
  difficultyFrom: 1,
  difficultyTo: 5,
  use: null,
  points: null,
});
const detail = (id: string) => questions.detail(id, 'en');

describe('a question', () => {
  it('is a draft, published as a frozen version, edited as the next draft', async () => {
    const id = await questions.create(author, bankId, null, question());
    expect(await detail(id)).toMatchObject({
      code: 'authoring-01',
      status: 'draft',
      versionNumber: 1,
      revision: 1,
      problems: [],
    });
    await questions.publish(author, id, 1);
    await questions.save(author, id, 2, question({ stem: { en: 'Better words?' } }));
    const edited = await detail(id);
    expect(edited).toMatchObject({ status: 'published', hasDraft: true, versionNumber: 2 });
    // The language that the edit left out keeps its words.
    expect(edited.draft.stem).toEqual({ 'zh-CN': '哪个产品适合连锁门店？', en: 'Better words?' });
    await questions.discardDraft(author, id, 3);
    expect(await detail(id)).toMatchObject({
      hasDraft: false,
      versionNumber: 1,
      draft: { stem: { en: 'Which product suits chain stores?' } },
    });
    await expect(
      sql(server, `update question_version set answer_key = '{}' where question_id = $1`, [id]),
    ).rejects.toThrow(/frozen/);
    await expect(sql(server, `delete from question_version where question_id = $1`, [id])).rejects.toThrow(/frozen/);
  });

  it('is not published with problems', async () => {
    const id = await questions.create(author, bankId, null, question({ choices: [] }));
    await expect(questions.publish(author, id, 1)).rejects.toMatchObject({
      code: 'question-not-publishable',
      params: { problems: ['choices-too-few', 'one-correct-choice'] },
    });
  });

  it('edited by two at once: the second is told who was first', async () => {
    const id = await questions.create(author, bankId, null, question());
    await questions.save(author, id, 1, question({ difficulty: 3 }));
    await expect(questions.save(author, id, 1, question({ difficulty: 4 }))).rejects.toMatchObject({
      code: 'changed-meanwhile',
    });
    const both = await Promise.allSettled([questions.publish(author, id, 2), questions.publish(author, id, 2)]);
    expect(both.map((b) => b.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('two made at once get two codes, a taken code is refused', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => questions.create(author, bankId, null, question())));
    const codes = await Promise.all(ids.map(async (id) => (await detail(id)).code));
    expect(new Set(codes).size).toBe(3);
    await expect(questions.create(author, bankId, codes[0] as string, question())).rejects.toMatchObject({
      code: 'code-taken',
    });
  });

  it('is found by words, tag, type and code, page by page', async () => {
    await makeQuestions(server, [
      { code: 'find-1', tags: ['findable'] },
      { code: 'find-2', tags: ['findable', 'other'], type: 'truefalse' },
      { code: 'find-3', tags: ['findable'], use: 'secure' },
    ]);
    const find = async (filter: Parameters<Questions['list']>[0]) =>
      (await questions.list(filter, 'en', {})).edges.map((e) => e.node.code);
    expect(await find({ tags: ['findable'] })).toEqual(['find-1', 'find-2', 'find-3']);
    expect(await find({ tags: ['findable'], use: 'secure' })).toEqual(['find-3']);
    expect(await find({ tags: ['findable'], type: 'truefalse' })).toEqual(['find-2']);
    expect(await find({ text: 'STEM find-2' })).toEqual(['find-2']);
    expect(await find({ text: '连锁门店', bankId })).not.toEqual([]);
    expect(await find({ text: '100%_' })).toEqual([]);
    const first = await questions.list({ tags: ['findable'] }, 'en', { first: 2 });
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const rest = await questions.list({ tags: ['findable'] }, 'en', { first: 2, after: first.pageInfo.endCursor });
    expect(rest.edges.map((e) => e.node.code)).toEqual(['find-3']);
  });

  it('that is secure never becomes a card', async () => {
    const ids = await makeQuestions(server, [
      { code: 'card-open', tags: ['card'] },
      { code: 'card-secret', use: 'secure', tags: ['card'] },
    ]);
    const practice = server.get(PracticeQuestions);
    const cards = await server.db.read((tx) => practice.load(tx, [...ids.values()], 'en'));
    expect([...cards.values()].map((c) => c.code)).toEqual(['card-open']);
    expect(
      cards
        .get(ids.get('card-open') as string)
        ?.choices.filter((c) => c.right)
        .map((c) => c.key),
    ).toEqual(['a']);
    expect(await server.db.read((tx) => practice.byTag(tx, 'card', 10))).toEqual([ids.get('card-open')]);
  });
});

describe('an exam', () => {
  it('says at once whether the bank can fill its blueprint', async () => {
    await makeQuestions(server, [
      { code: 'bp-1', tags: ['bp-a', 'bp-b'] },
      { code: 'bp-2', tags: ['bp-a'] },
    ]);
    expect(await assessments.checkDraws([draw(['bp-a'], 1), draw(['bp-b'], 1)], [])).toMatchObject({
      sufficient: true,
    });
    expect(await assessments.checkDraws([draw(['bp-a'], 2), draw(['bp-b'], 1)], [])).toMatchObject({
      sufficient: false,
      need: 3,
      fills: 2,
    });
    const id = await assessments.create(author, 'too-big', 'exam', exam({ draws: [draw(['bp-a'], 3)] }));
    expect((await assessments.detail(id, 'en')).problems).toEqual([
      { code: 'bank-too-small', params: { rule: 1, need: 3, matches: 2, fills: 2 } },
    ]);
    await expect(assessments.publish(author, id, 1)).rejects.toMatchObject({ code: 'assessment-not-publishable' });
  });

  it('freezes the question versions of its fixed places', async () => {
    const ids = await makeQuestions(server, [{ code: 'fixed-1' }]);
    const questionId = ids.get('fixed-1') as string;
    const id = await assessments.create(author, 'fixed-exam', 'exam', exam({ fixed: [{ questionId, points: 3 }] }));
    await assessments.publish(author, id, 1);
    await questions.save(author, questionId, (await detail(questionId)).revision, question({ difficulty: 5 }));
    await questions.publish(author, questionId, (await detail(questionId)).revision);
    expect((await assessments.detail(id, 'en')).fixed).toMatchObject([{ code: 'fixed-1', points: 3, outdated: true }]);
    expect((await detail(questionId)).usage).toMatchObject([{ code: 'fixed-exam', title: 'Exam' }]);
    await expect(sql(server, `delete from assessment_question where question_id = $1`, [questionId])).rejects.toThrow(
      /frozen/,
    );
    const { revision } = await assessments.detail(id, 'en');
    await assessments.save(author, id, revision, exam({ fixed: [{ questionId, points: 3 }] }));
    await assessments.publish(author, id, revision + 1);
    expect((await assessments.detail(id, 'en')).fixed).toMatchObject([{ outdated: false }]);
    expect((await assessments.detail(id, 'en')).versionNumber).toBe(2);
  });

  it('with a question twice or one that does not exist is refused', async () => {
    const ids = await makeQuestions(server, [{ code: 'twice' }]);
    const questionId = ids.get('twice') as string;
    const twice = exam({
      fixed: [
        { questionId, points: null },
        { questionId, points: null },
      ],
    });
    await expect(assessments.create(author, 'twice-exam', 'exam', twice)).rejects.toMatchObject({
      code: 'question-repeated',
    });
    await expect(
      assessments.create(author, 'gone-exam', 'exam', exam({ fixed: [{ questionId: bankId, points: null }] })),
    ).rejects.toMatchObject({ code: 'question-not-found' });
  });
});

describe('the checkpoint of a course', () => {
  it('gets a version only when something changed, and is edited nowhere else', async () => {
    await makeQuestions(server, [{ code: 'cp-1' }, { code: 'cp-2' }]);
    const publish = (questionCodes: string[], title = 'Checkpoint') =>
      server.db.transaction((tx) =>
        assessments.publishQuiz(tx, {
          code: 'course-l1',
          title: { en: title },
          passMark: 80,
          questionCodes,
          authorId: author,
        }),
      );
    const first = await publish(['cp-1', 'cp-2']);
    expect(first.changed).toBe(true);
    expect(await publish(['cp-1', 'cp-2'], 'Renamed')).toEqual({ ...first, changed: false });
    const next = await publish(['cp-2', 'cp-1']);
    expect(next).toMatchObject({ assessmentId: first.assessmentId, changed: true });
    expect(next.versionId).not.toBe(first.versionId);
    await expect(publish(['cp-1', 'nowhere'])).rejects.toMatchObject({
      code: 'questions-not-published',
      params: { codes: ['nowhere'] },
    });
    const { revision } = await assessments.detail(first.assessmentId, 'en');
    await expect(assessments.archive(author, first.assessmentId, revision)).rejects.toMatchObject({
      code: 'edited-in-its-course',
    });
    const listed = async (checkpoints: boolean) =>
      (await assessments.list({ checkpoints, text: 'course-l1' }, 'en', {})).edges.map((e) => e.node.code);
    expect(await listed(false)).toEqual([]);
    expect(await listed(true)).toEqual(['course-l1']);
    const audited = await server.db.read((tx) =>
      rows<{ action: string }>(tx, `select action from audit_entry where subject_id = $1 order by at, id`, [
        first.assessmentId,
      ]),
    );
    expect(audited.map((a) => a.action)).toEqual([
      'assessment.created',
      'assessment.published',
      'assessment.edited',
      'assessment.published',
    ]);
  });
});
