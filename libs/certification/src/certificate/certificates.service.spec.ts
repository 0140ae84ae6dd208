import { addDays, type LocalDay } from '@waymark/kernel';
import { one, rows } from '@waymark/platform';
import { AttemptAccessRegistry } from '@waymark/assessment';
import { CourseProgress, CourseVisibility } from '@waymark/catalog';
import { Activities, CareerEvidenceRegistry, IdentityModule, Persons } from '@waymark/identity';
import {
  createTestServer,
  makeAssessment,
  makeAudience,
  makeCourse,
  makePastAttempts,
  makePerson,
  makeQuestions,
  makeStaff,
  sql,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CertificationLoader, CertificationModule } from '../index.js';
import { Certificates } from './certificates.service.js';

const START = '2026-03-10T02:00:00Z';
const TODAY = '2026-03-10';
let server: TestServer;
let lead: string;
let exam: { id: string; code: string };
let course: { id: string; code: string };
let audienceMember: string;

const text = (en: string) => ({ en, 'zh-CN': `${en}（中）` });
const at = (day: LocalDay): Date => new Date(`${day}T02:00:00Z`);

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, CertificationModule], now: START });
  lead = await makeStaff(server, 'ld-lead');
  await makeQuestions(server, [{ code: 'c-1' }, { code: 'c-2' }]);
  exam = await makeAssessment(server, { code: 'c-exam', kind: 'exam', fixed: ['c-1', 'c-2'] });
  course = await makeCourse(server, { code: 'c-course', levels: [{ lessons: ['only'] }] });
  await server.get(CertificationLoader).loadCertifications([
    {
      code: 'consultant',
      title: text('Consultant'),
      summary: text('Knows the work'),
      issuer: text('L&D'),
      requires: { exams: ['c-exam'], courses: ['c-course'], training_hours: 2 },
      validity_months: 12,
      warn_days: [60, 30, 7],
      renewal: { opens_days_before: 60, requires: { exams: ['c-exam'], courses: ['c-course'] }, within_months: 12 },
      number_pattern: 'QM-{year}-{seq5}',
      skills: ['communication'],
    },
  ]);
});
afterAll(() => server.close());
beforeEach(() => server.clock.set(START));

const reason = (answer: { errors?: { extensions: { code: string; reason: string } }[] }) =>
  answer.errors?.[0]?.extensions.reason;
const pass = (personId: string, day: LocalDay, right = true) =>
  makePastAttempts(server, [
    {
      personId,
      assessmentCode: 'c-exam',
      startedAt: at(day),
      submittedAt: new Date(at(day).getTime() + 600_000),
      seed: 1,
      answer: (item) => ({ choices: right ? [...item.right.choices] : [] }),
    },
  ]);
const study = (personId: string, day: LocalDay) =>
  server
    .get(CourseProgress)
    .completeLessons([{ personId, courseCode: 'c-course', lessonKey: 'only', occurredAt: at(day) }]);
const certificates = (personId: string) =>
  server.db.read((tx) =>
    rows<{ id: string; cycle: number; number: string; issued_on: string; expires_on: string; token: string }>(
      tx,
      `select * from certificate where person_id = $1 order by cycle`,
      [personId],
    ),
  );
const events = (personId: string) =>
  server.db.read((tx) =>
    rows<{ type: string; days: number | null }>(
      tx,
      `select type, (payload->>'days')::int as days from outbox_event where person_id = $1 and type ~ '^certificat' order by occurred_at, id`,
      [personId],
    ),
  );
const said = async (personId: string) =>
  (await events(personId)).map((e) => (e.days === null ? e.type : `${e.type} ${e.days}`));
const check = () =>
  server.runJob('certification.check') as Promise<{
    warned: number;
    lapsed: number;
    renewalsOpened: number;
    issued: number;
  }>;
const held = (personId: string, issuedOn: LocalDay) =>
  server.get(CertificationLoader).loadCertificates([{ personId, certificationCode: 'consultant', issuedOn }]);

describe('issuing', () => {
  it('comes with the last requirement, once, with a number, an activity and an event', async () => {
    const person = await makePerson(server);
    await pass(person, TODAY);
    await server.drainOutbox();
    expect(await certificates(person)).toEqual([]);
    await study(person, TODAY);
    await server.drainOutbox();
    const [certificate] = await certificates(person);
    expect(certificate).toMatchObject({ cycle: 1, issued_on: TODAY, expires_on: '2027-03-09' });
    expect(certificate?.number).toMatch(/^QM-2026-\d{5}$/);
    const activity = await server.db.read((tx) =>
      rows(
        tx,
        `select subject_type, result from activity_record where person_id = $1 and verb = 'certificate.issued'`,
        [person],
      ),
    );
    expect(activity).toEqual([{ subject_type: 'certification', result: { code: 'consultant', cycle: 1 } }]);
    await sql(
      server,
      `insert into outbox_delivery (consumer, event_id) select 'certification.issue', id from outbox_event where person_id = $1 on conflict do nothing`,
      [person],
    );
    await server.drainOutbox();
    expect(await certificates(person)).toHaveLength(1);
    const done = await server.db.read((tx) =>
      server.get(CareerEvidenceRegistry).done(tx, 'certifications', person, ['consultant', 'other']),
    );
    expect([...done]).toEqual(['consultant']);
  });

  it('is not there for a failed exam or too few hours', async () => {
    const person = await makePerson(server);
    await study(person, TODAY);
    await pass(person, TODAY, false);
    await server.drainOutbox();
    expect(await certificates(person)).toEqual([]);
    const mine = await server.gql<{ mentor: null }>(
      lead,
      `{ certifications { code holders requirements { kind code need title } } }`,
    );
    expect(JSON.stringify(mine.data)).toContain('"kind":"hours"');
  });

  it('happens once when the check and two evaluations run at the same time', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => makePerson(server)));
    for (const p of people) {
      await pass(p, TODAY);
      await study(p, TODAY);
    }
    const { id } = await server.db.read((tx) =>
      one<{ id: string }>(tx, `select id from certification where code = 'consultant'`),
    );
    const evaluate = () =>
      server.db.transaction((tx) =>
        server.get(Certificates).evaluate(
          tx,
          people.map((personId) => ({ personId, certificationId: id })),
        ),
      );
    await Promise.all([evaluate(), evaluate(), check()]);
    await server.drainOutbox();
    for (const p of people) {
      expect(await certificates(p)).toHaveLength(1);
      expect(await said(p)).toEqual(['certificate.issued']);
    }
    const numbers = await server.db.read((tx) =>
      one<{ n: number; d: number }>(tx, `select count(*)::int as n, count(distinct number)::int as d from certificate`),
    );
    expect(numbers.n).toBe(numbers.d);
  });

  it('is for its audience only', async () => {
    audienceMember = await makePerson(server);
    const outsider = await makePerson(server);
    const code = await makeAudience(server, [audienceMember]);
    const audience = await server.db.read((tx) =>
      one<{ id: string }>(tx, `select id from audience where code = $1`, [code]),
    );
    const saved = await server.gql<{ saveCertification: { id: string } }>(
      lead,
      `mutation ($input: CertificationInput!) { saveCertification(input: $input) { id code title requirements { kind title } validityMonths } }`,
      {
        input: {
          code: 'inner-circle',
          title: { en: 'Inner circle' },
          summary: { en: 's' },
          issuer: { en: 'i' },
          numberPattern: 'IC-{seq}',
          audienceId: audience.id,
          requirements: [{ kind: 'exam', code: 'c-exam' }],
          renewalRequirements: [],
        },
      },
    );
    expect(saved.errors).toBeUndefined();
    for (const p of [audienceMember, outsider]) await pass(p, TODAY);
    await server.drainOutbox();
    expect((await certificates(audienceMember)).map((c) => c.expires_on)).toEqual([null]);
    expect(await certificates(outsider)).toEqual([]);
    const request = (personId: string) =>
      server.db.read((tx) =>
        server
          .get(AttemptAccessRegistry)
          .verdict(tx, { personId, assessmentId: exam.id, assessmentCode: exam.code, kind: 'exam', now: at(TODAY) }),
      );
    expect(await request(audienceMember)).toEqual({ allowed: true });
    expect(await request(outsider)).toMatchObject({ allowed: false });
    const list = await server.gql<{ myCertifications: { code: string; state: string }[] }>(
      audienceMember,
      `{ myCertifications { code state met of } }`,
    );
    expect(list.data?.myCertifications).toEqual([{ code: 'inner-circle', state: 'valid', met: 1, of: 1 }]);
    expect(
      (await server.gql<{ myCertifications: [] }>(outsider, `{ myCertifications { code } }`)).data?.myCertifications,
    ).toEqual([]);
  });
});

describe('daily check', () => {
  it('warns, lapses and opens renewals once each, run twice and at the same time', async () => {
    const person = await makePerson(server);
    await held(person, TODAY);
    const runOn = async (day: LocalDay) => {
      server.clock.set(at(day));
      await Promise.all([check(), check()]);
      await check();
      return said(person);
    };
    expect(await runOn('2027-01-07')).toEqual(['certificate.issued']);
    expect(await runOn('2027-01-08')).toEqual([
      'certificate.issued',
      'certificate.expiring 60',
      'certification.renewal-opened',
    ]);
    expect((await runOn('2027-02-10')).at(-1)).toBe('certificate.expiring 30');
    expect((await runOn('2027-03-09')).at(-1)).toBe('certificate.expiring 7');
    expect((await runOn('2027-03-10')).at(-1)).toBe('certificate.lapsed');
    expect(await runOn('2027-06-01')).toHaveLength(6);
  });

  it('goes on where it was stopped, without a second notice', async () => {
    const people = await Promise.all(Array.from({ length: 3 }, () => makePerson(server)));
    for (const p of people) await held(p, addDays(TODAY, -340));
    const { CertificationChecks } = await import('../check/certification-checks.service.js');
    const stopped = new AbortController();
    stopped.abort();
    await server
      .get(CertificationChecks)
      .run({}, { id: 'x', signal: stopped.signal, progress: () => Promise.resolve() });
    await check();
    for (const p of people) expect(await said(p)).toEqual(['certificate.issued']);
    server.clock.set(at(addDays(TODAY, 20)));
    await check();
    await check();
    for (const p of people) expect((await said(p)).filter((s) => s === 'certificate.expiring 7')).toHaveLength(1);
  });

  it('says nothing to people who left', async () => {
    const person = await makePerson(server);
    await held(person, TODAY);
    await server.db.transaction((tx) => server.get(Persons).leave(tx, person, TODAY, null));
    server.clock.set(at('2027-03-10'));
    await check();
    expect(await said(person)).toEqual(['certificate.issued']);
    expect(await certificates(person)).toHaveLength(1);
  });
});

describe('renewal', () => {
  it('opens its exam and course, counts only new results and adds a cycle to the old end', async () => {
    const person = await makePerson(server);
    await pass(person, TODAY);
    await study(person, TODAY);
    await server.drainOutbox();
    expect(await certificates(person)).toHaveLength(1);
    const verdict = () =>
      server.db.read((tx) =>
        server.get(AttemptAccessRegistry).verdict(tx, {
          personId: person,
          assessmentId: exam.id,
          assessmentCode: exam.code,
          kind: 'exam',
          now: server.clock.now(),
        }),
      );
    expect(await verdict()).toMatchObject({ allowed: false });
    server.clock.set(at('2027-02-01'));
    await check();
    expect(await certificates(person)).toHaveLength(1);
    expect(await verdict()).toEqual({ allowed: true, countFrom: new Date('2026-03-10T16:00:00Z') });
    expect(await server.db.read((tx) => server.get(CourseVisibility).visibleCourseIds(tx, person))).toContain(
      course.id,
    );
    const mine = await server.gql<{
      myCertifications: { code: string; renewal: { open: boolean; requirements: { kind: string; met: boolean }[] } }[];
    }>(person, `{ myCertifications { code state renewal { open opensOn requirements { kind met } } } }`);
    expect(mine.data?.myCertifications).toMatchObject([
      {
        code: 'consultant',
        state: 'expiring',
        renewal: {
          open: true,
          requirements: [
            { kind: 'exam', met: false },
            { kind: 'course', met: true },
          ],
        },
      },
    ]);
    await pass(person, '2027-02-01');
    await server.drainOutbox();
    expect((await certificates(person)).map((c) => [c.cycle, c.issued_on, c.expires_on])).toEqual([
      [1, TODAY, '2027-03-09'],
      [2, '2027-02-01', '2028-03-09'],
    ]);
    server.clock.set(at('2027-03-20'));
    await check();
    expect((await said(person)).filter((s) => s === 'certificate.lapsed')).toEqual([]);
    const history = await server.gql<{ myCertifications: { history: { cycle: number; state: string }[] }[] }>(
      person,
      `{ myCertifications { history { cycle state } } }`,
    );
    expect(history.data?.myCertifications[0]?.history).toEqual([
      { cycle: 2, state: 'issued' },
      { cycle: 1, state: 'renewed' },
    ]);
  });

  it('met early is issued by the check on the day it opens', async () => {
    const person = await makePerson(server);
    await pass(person, addDays(TODAY, -300));
    await study(person, addDays(TODAY, -300));
    await held(person, addDays(TODAY, -300));
    await pass(person, addDays(TODAY, -10));
    await server.drainOutbox();
    expect(await certificates(person)).toHaveLength(1);
    server.clock.set(at(addDays(TODAY, 10)));
    await check();
    expect((await certificates(person)).map((c) => c.cycle)).toEqual([1, 2]);
  });
});

describe('who sees what', () => {
  const OF = `query ($id: ID!) { personCertificates(personId: $id) { number state } }`;
  it('shows a person’s certificates to the person, the manager and L&D', async () => {
    const manager = await makePerson(server);
    const person = await makePerson(server, { managerId: manager });
    const stranger = await makePerson(server);
    await held(person, TODAY);
    for (const who of [person, manager, lead])
      expect(
        (await server.gql<{ personCertificates: unknown[] }>(who, OF, { id: person })).data?.personCertificates,
      ).toHaveLength(1);
    expect(reason(await server.gql(stranger, OF, { id: person }))).toBe('person-unknown');
    for (const query of [`{ certifications { code } }`, `{ certificates { totalCount } }`]) {
      expect((await server.gql(stranger, query)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    const page = await server.gql<{ certificates: { edges: { node: { state: string } }[] } }>(
      lead,
      `{ certificates(state: "issued", first: 2) { totalCount edges { cursor node { state person { name } } } pageInfo { hasNextPage endCursor } } }`,
    );
    expect(page.data?.certificates.edges.every((e) => e.node.state === 'issued')).toBe(true);
  });

  it('has a public page with what stands on the certificate, and nothing for a wrong token', async () => {
    const person = await makePerson(server, { name: '王小明', employeeNumber: 'PUB-1' });
    await held(person, TODAY);
    const token = (await certificates(person))[0]?.token as string;
    expect(Buffer.from(token, 'base64url')).toHaveLength(16);
    const PAGE = `query ($t: String!) { certificateByToken(token: $t, locale: "en") { name title issuer number issuedOn expiresOn state } }`;
    const page = await server.gql<{ certificateByToken: object }>(null, PAGE, { t: token });
    expect(page.data?.certificateByToken).toMatchObject({
      name: '王小明',
      title: 'Consultant',
      issuer: 'L&D',
      issuedOn: TODAY,
      expiresOn: '2027-03-09',
      state: 'issued',
    });
    await sql(
      server,
      `insert into content_text (subject_id, field, locale, value) select id, 'title', 'en', 'Renamed' from certification where code = 'consultant'`,
    );
    expect(
      (await server.gql<{ certificateByToken: { title: string } }>(null, PAGE, { t: token })).data?.certificateByToken
        .title,
    ).toBe('Consultant');
    expect(
      (await server.gql(null, PAGE, { t: `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` })).data,
    ).toEqual({ certificateByToken: null });
    expect((await server.gql(null, PAGE, { t: "' or 1=1" })).data).toEqual({ certificateByToken: null });
    await server.db.transaction((tx) => server.get(Persons).leave(tx, person, TODAY, null));
    await server.db.transaction((tx) => server.get(Persons).erase(tx, person, 'PUB-1', null));
    expect(
      (await server.gql<{ certificateByToken: { name: string } }>(null, PAGE, { t: token })).data?.certificateByToken
        .name,
    ).toBe('Former employee');
  });

  it('is revoked by L&D, kept, and not earned back by itself', async () => {
    const person = await makePerson(server);
    await held(person, TODAY);
    const id = (await certificates(person))[0]?.id;
    const REVOKE = `mutation ($id: ID!) { revokeCertificate(id: $id, reason: "Mistake") { state revokedOn } }`;
    expect((await server.gql(person, REVOKE, { id })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await server.gql(lead, REVOKE, { id })).data).toEqual({
      revokeCertificate: { state: 'revoked', revokedOn: TODAY },
    });
    await server.gql(lead, REVOKE, { id });
    expect((await said(person)).filter((s) => s === 'certificate.revoked')).toHaveLength(1);
    await pass(person, TODAY);
    await study(person, TODAY);
    await server.drainOutbox();
    expect(await certificates(person)).toHaveLength(1);
    await expect(sql(server, `delete from certificate`)).rejects.toThrow(/permission denied/);
    await expect(sql(server, `update certificate_event set day = day`)).rejects.toThrow(/permission denied/);
  });
});

describe('editing', () => {
  const SAVE = `mutation ($input: CertificationInput!) { saveCertification(input: $input) { id revision warnDays requirements { kind code title need } } }`;
  const input = {
    code: 'new-one',
    title: { en: 'New' },
    summary: { en: '' },
    issuer: { en: '' },
    numberPattern: 'N-{seq}',
    requirements: [{ kind: 'hours', hours: 1000 }],
    renewalRequirements: [],
  };
  it('names what is wrong and who was first', async () => {
    expect(
      reason(await server.gql(lead, SAVE, { input: { ...input, requirements: [{ kind: 'exam', code: 'nope' }] } })),
    ).toBe('requirement-unknown');
    expect(reason(await server.gql(lead, SAVE, { input: { ...input, numberPattern: 'always-the-same' } }))).toBe(
      'number-pattern-invalid',
    );
    expect(reason(await server.gql(lead, SAVE, { input: { ...input, requirements: [{ kind: 'magic' }] } }))).toBe(
      'input-invalid',
    );
    const saved = await server.gql<{ saveCertification: { id: string; revision: number } }>(lead, SAVE, { input });
    expect(saved.data?.saveCertification).toMatchObject({
      revision: 1,
      warnDays: [60, 30, 7],
      requirements: [{ kind: 'hours', need: 1000 }],
    });
    const { id } = saved.data?.saveCertification ?? { id: '' };
    expect((await server.gql(lead, SAVE, { input: { ...input, id, revision: 1 } })).data).toMatchObject({
      saveCertification: { revision: 2 },
    });
    expect(reason(await server.gql(lead, SAVE, { input: { ...input, id, revision: 1 } }))).toBe('changed-meanwhile');
    expect((await server.gql(await makePerson(server), SAVE, { input })).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
  });

  it('leaves certificates that were issued as they are: words, days and number', async () => {
    const person = await makePerson(server, { locale: 'en' });
    const saved = await server.gql<{ saveCertification: { id: string } }>(lead, SAVE, {
      input: {
        ...input,
        code: 'kept',
        title: { en: 'As it was' },
        numberPattern: 'K-{seq}',
        validityMonths: 12,
        requirements: [{ kind: 'course', code: 'c-course' }],
      },
    });
    const id = saved.data?.saveCertification.id ?? '';
    await study(person, TODAY);
    await server.drainOutbox();
    const own = async () =>
      (await certificates(person)).find((c) => c.number.startsWith('K-') || c.number.startsWith('L-'));
    const before = await own();
    expect(before).toMatchObject({ number: 'K-1', expires_on: '2027-03-09' });
    const change = { ...input, id, revision: 1, title: { en: 'Renamed' }, numberPattern: 'L-{seq}', validityMonths: 1 };
    expect((await server.gql(lead, SAVE, { input: change })).errors).toBeUndefined();
    expect(await own()).toEqual(before);
    expect(await server.get(Certificates).publicOne(before?.token ?? '', 'en')).toMatchObject({
      title: 'As it was',
      number: 'K-1',
      expiresOn: '2027-03-09',
    });
  });

  it('archives and restores: archived it is issued to nobody', async () => {
    const person = await makePerson(server);
    const saved = await server.gql<{ saveCertification: { id: string } }>(lead, SAVE, {
      input: {
        ...input,
        code: 'shelved',
        numberPattern: 'S-{seq}',
        requirements: [{ kind: 'course', code: 'c-course' }],
      },
    });
    const id = saved.data?.saveCertification.id ?? '';
    const set = (what: 'archive' | 'restore', revision: number) =>
      server.gql(
        lead,
        `mutation ($id: ID!, $revision: Int!) { ${what}Certification(id: $id, revision: $revision) { archived } }`,
        { id, revision },
      );
    expect((await set('archive', 1)).data).toEqual({ archiveCertification: { archived: true } });
    await study(person, TODAY);
    await server.drainOutbox();
    const numbers = async (who: string) =>
      (await certificates(who)).map((c) => c.number).filter((n) => n.startsWith('S-'));
    expect(await numbers(person)).toEqual([]);
    expect(reason(await set('restore', 1))).toBe('changed-meanwhile');
    expect((await set('restore', 2)).data).toEqual({ restoreCertification: { archived: false } });
    await server.runJobs();
    expect(await numbers(person)).toEqual([expect.stringMatching(/^S-\d+$/)]);
    const next = await makePerson(server);
    await study(next, TODAY);
    await server.drainOutbox();
    expect(await numbers(next)).toEqual([expect.stringMatching(/^S-\d+$/)]);
  });

  it('is issued at once to those who met it before it was made or changed, each once', async () => {
    const [ready, half, left] = [await makePerson(server), await makePerson(server), await makePerson(server)];
    for (const p of [ready, left]) await study(p, TODAY);
    for (const p of [ready, half, left]) await pass(p, TODAY);
    await server.drainOutbox();
    await sql(server, `update person set status = 'left' where id = $1`, [left]);
    const both = { ...input, code: 'met-before', numberPattern: 'M-{seq}' };
    const save = (fields: object) => server.gql<{ saveCertification: { id: string } }>(lead, SAVE, { input: fields });
    const numbers = async (who: string) =>
      (await certificates(who)).map((c) => c.number).filter((n) => n.startsWith('M-'));
    const made = await save({
      ...both,
      requirements: [
        { kind: 'course', code: 'c-course' },
        { kind: 'exam', code: 'c-exam' },
      ],
    });
    expect(made.errors).toBeUndefined();
    const certificationId = made.data?.saveCertification.id ?? '';
    expect(await numbers(ready)).toEqual([]);
    const issue = () => server.runJob('certification.issue-to-ready', { certificationId });
    await Promise.all([server.runJobs(), issue(), issue()]);
    expect([await numbers(ready), await numbers(half), await numbers(left)]).toEqual([
      [expect.stringMatching(/^M-\d+$/)],
      [],
      [],
    ]);
    await save({ ...both, id: certificationId, revision: 1, requirements: [{ kind: 'exam', code: 'c-exam' }] });
    await server.runJobs();
    expect([await numbers(ready), await numbers(half)]).toEqual([
      [expect.stringMatching(/^M-/)],
      [expect.stringMatching(/^M-/)],
    ]);
    expect(await said(half)).toContain('certificate.issued');
  });
});

describe('history', () => {
  it('loads cycles of the past, the same twice, and the check does not warn about last year', async () => {
    const loader = server.get(CertificationLoader);
    const [lapsed, expiring, renewed] = [await makePerson(server), await makePerson(server), await makePerson(server)];
    const list = [
      { personId: lapsed, certificationCode: 'consultant', issuedOn: addDays(TODAY, -400) },
      { personId: expiring, certificationCode: 'consultant', issuedOn: addDays(TODAY, -345) },
      { personId: renewed, certificationCode: 'consultant', issuedOn: addDays(TODAY, -400) },
      { personId: renewed, certificationCode: 'consultant', issuedOn: addDays(TODAY, -50) },
    ];
    expect(await loader.loadCertificates(list)).toEqual({ certificates: 4 });
    expect(await loader.loadCertificates(list)).toEqual({ certificates: 0 });
    expect(await loader.loadCertifications([])).toEqual({ certifications: 0 });
    await check();
    for (const p of [lapsed, expiring]) expect(await said(p)).toEqual(['certificate.issued']);
    const state = async (p: string) =>
      (await server.gql<{ myCertifications: { state: string }[] }>(p, `{ myCertifications { state } }`)).data
        ?.myCertifications[0]?.state;
    expect([await state(lapsed), await state(expiring), await state(renewed)]).toEqual(['lapsed', 'expiring', 'valid']);
    const activity = await server.db.read((tx) =>
      one<{ day: string }>(
        tx,
        `select local_day as day from activity_record where person_id = $1 and verb = 'certificate.issued'`,
        [lapsed],
      ),
    );
    expect(activity.day).toBe(addDays(TODAY, -400));
  });

  it('counts activities recorded for other things not at all', async () => {
    const person = await makePerson(server);
    await server.db.transaction((tx) =>
      server
        .get(Activities)
        .record(tx, { verb: 'streak.day', personId: person, subjectType: 'streak', subjectId: person }),
    );
    await server.drainOutbox();
    expect(await certificates(person)).toEqual([]);
  });
});
