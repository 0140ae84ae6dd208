import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locale } from '@waymark/kernel';
import { FileStore, rows, type Viewer } from '@waymark/platform';
import { IdentityModule } from '@waymark/identity';
import { createTestServer, makeStaff, sql, viewerOf, type TestServer } from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AssessmentModule, QuestionBanks, QuestionExports, QuestionImports, Questions } from '../index.js';
import { draftOf } from '../question/question-types.fixture.js';
import { QUESTION_TYPES } from '../question/question.js';
import { findRun, pageOfRows, type ImportRow, type ImportRun } from './interchange.repository.js';
import { FORMATS, HOLDS } from './neutral.js';
import { PNG } from './questions.fixture.js';

let server: TestServer;
let data: string;
let author: Viewer;
let banks = 0;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'waymark-interchange-'));
  server = await createTestServer({
    modules: [IdentityModule, AssessmentModule],
    environment: { WAYMARK_DATA_DIR: data },
  });
  author = await viewerOf(server, await makeStaff(server, 'ld-lead'));
});
afterAll(async () => {
  await server.close();
  await rm(data, { recursive: true, force: true });
});

const imports = (): QuestionImports => server.get(QuestionImports);
async function makeBank(): Promise<{ id: string; code: string }> {
  banks += 1;
  return server.get(QuestionBanks).create(author.personId, `bank-${banks}`, { en: 'Bank' });
}
const runOf = (id: string): Promise<ImportRun> => server.db.read(async (tx) => (await findRun(tx, id)) as ImportRun);
const rowsOf = (id: string): Promise<ImportRow[]> => server.db.read((tx) => pageOfRows(tx, id, null, 0, 500));
const upload = (bankId: string, bytes: Buffer | string, tags: string[] = [], locale: Locale = 'en'): Promise<string> =>
  imports().upload(author, 'file', Buffer.from(bytes as string), { bankId, locale, tags });
async function apply(id: string): Promise<ImportRun> {
  await imports().apply(id);
  await server.runJob('assessment.apply-question-import', { importId: id });
  return runOf(id);
}
const questionsIn = (bankId: string) =>
  server.db.read((tx) =>
    rows<{ id: string; code: string; external_id: string | null; status: string }>(
      tx,
      `select id, code, external_id, status from question where bank_id = $1 order by code`,
      [bankId],
    ),
  );
const outcomes = (list: readonly ImportRow[]): string[] => list.map((r) => r.outcome);

const GIFT = `// [id:gift-one] [tag:fruit]
Which is a fruit? {=Apple ~Stone}

Is it blue? {T}

Half {~%50%a ~%10%b}
`;

describe('a file of questions', () => {
  it('is tried first: nothing changes before it is applied, and a second time nothing at all', async () => {
    const bank = await makeBank();
    const id = await upload(bank.id, GIFT, ['basics']);
    expect((await rowsOf(id)).map((r) => [r.line, r.outcome, r.problem?.code ?? null])).toEqual([
      [2, 'added', null],
      [4, 'added', null],
      [6, 'refused', 'weights-unequal'],
    ]);
    expect(await questionsIn(bank.id)).toEqual([]);

    const done = await apply(id);
    expect([done.state, done.done, done.error]).toEqual(['applied', 2, null]);
    const made = await questionsIn(bank.id);
    expect(made.map((q) => q.code)).toEqual([`${bank.code}-01`, 'gift-one']);
    const detail = await server.get(Questions).detail(made[1]?.id as string, 'en');
    expect(detail.draft).toMatchObject({ type: 'single', tags: ['fruit'], stem: { en: 'Which is a fruit?' } });
    expect((await server.get(Questions).detail(made[0]?.id as string, 'en')).draft.tags).toEqual(['basics']);

    const again = await upload(bank.id, GIFT, ['basics']);
    expect(outcomes(await rowsOf(again))).toEqual(['same', 'same', 'refused']);
    await expect(imports().apply(again)).rejects.toMatchObject({ code: 'import-nothing-to-do' });
    expect((await questionsIn(bank.id)).length).toBe(2);
  });

  it('makes a new draft of a published question, says what changes, and leaves other languages', async () => {
    const bank = await makeBank();
    const questions = server.get(Questions);
    const id = await questions.create(author.personId, bank.id, 'published-one', draftOf('single'));
    await server.db.transaction((tx) => questions.publishIn(tx, author.personId, id, null));
    const file = `// [id:published-one]\nA single question, reworded {\n~Choice a\n=Choice b\n~Choice new\n}\n`;
    const run = await upload(bank.id, file);
    const [row] = await rowsOf(run);
    expect([row?.outcome, row?.changes, row?.questionId]).toEqual(['changed', ['stem', 'choices'], id]);
    await apply(run);
    const after = await questions.detail(id, 'en');
    expect([after.status, after.hasDraft, after.versionNumber]).toEqual(['published', true, 2]);
    expect(after.draft.stem).toMatchObject({ en: 'A single question, reworded', 'zh-CN': '一道single题' });
    expect(after.draft.choices.map((c) => [c.key, c.text.en, c.text['zh-CN'], c.correct])).toEqual([
      ['a', 'Choice a', '选a', false],
      ['b', 'Choice b', '选b', true],
      ['c', 'Choice new', '选c', false],
    ]);
    expect(after.draft.explanation.en).toBe('secret-explanation');
  });

  it('takes names that are no codes as names from elsewhere', async () => {
    const bank = await makeBank();
    const xml = (word: string): string =>
      `<quiz><question type="essay"><questiontext format="plain_text"><text>${word}</text></questiontext><idnumber>Item 7/B</idnumber></question></quiz>`;
    await apply(await upload(bank.id, xml('Tell us')));
    expect(await questionsIn(bank.id)).toMatchObject([{ code: `${bank.code}-01`, external_id: 'Item 7/B' }]);
    const run = await upload(bank.id, xml('Tell us more'));
    expect(outcomes(await rowsOf(run))).toEqual(['changed']);
    await apply(run);
    expect((await questionsIn(bank.id)).length).toBe(1);
  });

  it('points at questions that ask much the same, and refuses doubles, foreign codes and retired ones', async () => {
    const bank = await makeBank();
    await apply(
      await upload(
        bank.id,
        '// [id:like-one]\nHow do you answer a client who says it is too expensive? {=Ask ~Leave}\n\n// [id:to-retire]\nRetire me {T}\n',
      ),
    );
    const other = (await questionsIn(bank.id)).find((q) => q.code === 'to-retire');
    const questions = server.get(Questions);
    await sql(server, `update question_version set tags = '{x}' where question_id = $1`, [other?.id]);
    await server.db.transaction((tx) => questions.publishIn(tx, author.personId, other?.id as string, null));
    const revision = (await questions.detail(other?.id as string, 'en')).revision;
    await questions.setRetired(author.personId, other?.id as string, revision, true);
    const run = await upload(
      bank.id,
      '// [id:like-two]\nHow do you answer a client who says it is too expensive now? {=Ask ~Leave}\n\n// [id:double]\nOne {T}\n\n// [id:double]\nTwo {T}\n\n// [id:to-retire]\nRetire me not {T}\n',
    );
    const list = await rowsOf(run);
    expect(list[0]?.near).toMatchObject({ code: 'like-one', same: false });
    expect(list.map((r) => r.problem?.code ?? null)).toEqual([null, null, 'code-repeated', 'question-retired']);
    const elsewhere = await makeBank();
    expect((await rowsOf(await upload(elsewhere.id, '// [id:like-one]\nMine {T}\n')))[0]?.problem?.code).toBe(
      'code-in-other-bank',
    );
  });

  it('keeps pictures as files of their question and takes none that is not what it says', async () => {
    const bank = await makeBank();
    const xml = (picture: Buffer): string =>
      `<quiz><question type="essay"><idnumber>pic</idnumber><questiontext format="html"><text>&lt;p&gt;Look&lt;/p&gt;&lt;img src="@@PLUGINFILE@@/a.png" alt="dot"&gt;</text><file name="a.png" encoding="base64">${picture.toString('base64')}</file></questiontext></question></quiz>`;
    const bad = await upload(
      bank.id,
      xml(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')),
    );
    expect((await rowsOf(bad))[0]?.problem?.code).toBe('picture-type');
    await apply(await upload(bank.id, xml(PNG)));
    const [made] = await questionsIn(bank.id);
    const files = await server.db.read((tx) =>
      rows<{ state: string; mime: string; storage_key: string }>(
        tx,
        `select state, mime, storage_key from file where owner_type = 'question' and owner_id = $1`,
        [made?.id],
      ),
    );
    expect(files).toMatchObject([{ state: 'attached', mime: 'image/png' }]);
    const bytes: Buffer[] = [];
    for await (const chunk of await server.get(FileStore).read(files[0]?.storage_key as string))
      bytes.push(chunk as Buffer);
    expect(Buffer.concat(bytes).equals(PNG)).toBe(true);
    expect(outcomes(await rowsOf(await upload(bank.id, xml(PNG))))).toEqual(['same']);
  });

  it('is stopped whole', async () => {
    const bank = await makeBank();
    const id = await upload(bank.id, 'One {T}\n\nTwo {F}\n');
    await imports().apply(id);
    await imports().cancel(id);
    await server.runJob('assessment.apply-question-import', { importId: id });
    const run = await runOf(id);
    expect([run.state, (await questionsIn(bank.id)).length]).toEqual(['cancelled', 0]);
    await expect(imports().cancel(id)).rejects.toMatchObject({ code: 'import-closed' });
  });

  it('applied by two at once makes each question once', async () => {
    const bank = await makeBank();
    const [a, b] = [await upload(bank.id, 'One {T}\n\nTwo {F}\n'), await upload(bank.id, 'One {T}\n\nTwo {F}\n')];
    await Promise.all([imports().apply(a), imports().apply(b)]);
    await Promise.all([a, b].map((importId) => server.runJob('assessment.apply-question-import', { importId })));
    expect((await questionsIn(bank.id)).length).toBe(2);
    expect([(await runOf(a)).state, (await runOf(b)).state]).toEqual(['applied', 'applied']);
  });
});

describe.each(FORMATS)('what was exported as %s', (format) => {
  it('changes nothing when it comes back, and makes the same questions in an empty bank', async () => {
    const bank = await makeBank();
    const questions = server.get(Questions);
    for (const type of QUESTION_TYPES)
      await questions.create(author.personId, bank.id, `${bank.code}-${type}`, draftOf(type));
    const written = await server
      .get(QuestionExports)
      .export(author, { filter: { bankId: bank.id }, format, locale: 'en' });
    expect(
      written.report
        .filter((r) => r.left?.code === 'type')
        .map((r) => r.code.split('-').at(-1))
        .sort(),
    ).toEqual(QUESTION_TYPES.filter((t) => !HOLDS[format].types.includes(t)).sort());
    const back = await rowsOf(await upload(bank.id, written.bytes));
    expect([...new Set(outcomes(back))]).toEqual(['same']);
    expect(back.length).toBe(written.count);

    await sql(server, `update question set code = code || '-old' where bank_id = $1`, [bank.id]);
    const copy = await makeBank();
    const run = await upload(copy.id, written.bytes, ['product']);
    expect([...new Set(outcomes(await rowsOf(run)))]).toEqual(['added']);
    expect((await apply(run)).state).toBe('applied');
    const second = await server
      .get(QuestionExports)
      .export(author, { filter: { bankId: copy.id }, format, locale: 'en' });
    expect(second.count).toBe(written.count);
    expect([...new Set(outcomes(await rowsOf(await upload(copy.id, written.bytes))))]).toEqual(['same']);
  });
});

describe('export', () => {
  it('leaves secure questions to those who read keys, and is written into the audit', async () => {
    const bank = await makeBank();
    await server
      .get(Questions)
      .create(author.personId, bank.id, `${bank.code}-s`, draftOf('single', { use: 'secure' }));
    const blind = { ...author, permissions: new Set(['assessment:edit']), grants: [] };
    const request = { filter: { bankId: bank.id }, format: 'csv' as const, locale: 'en' as const };
    const exporter = server.get(QuestionExports);
    expect((await exporter.check(blind, request)).report).toMatchObject([{ left: { code: 'secure' } }]);
    expect((await exporter.export(author, request)).count).toBe(1);
    const [entry] = await server.db.read((tx) =>
      rows<{ n: number }>(
        tx,
        `select count(*)::int as n from audit_entry where action = 'questions.exported' and subject_id = $1`,
        [bank.id],
      ),
    );
    expect(entry?.n).toBe(1);
  });
});
