import { one, rows, SESSION_COOKIE } from '@waymark/platform';
import { makePerson, makeStaff } from '@waymark/testing/identity';
import { createTestServer, sql, type TestServer } from '@waymark/testing/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AccessLinks } from '../access-token/access-link.service.js';
import { IdentityModule } from '../identity.module.js';
import { Persons } from '../person/person.service.js';
import { PasswordHashes } from './password-hash.service.js';
import { SignIn } from './sign-in.service.js';

const PASSWORD = 'correct horse battery';
let server: TestServer;
let n = 0;

interface Answer {
  body: {
    data: Record<string, unknown> | null;
    errors?: { extensions: { code: string; reason: string; params: Record<string, unknown> } }[];
  };
  cookies: Map<string, { value: string; httpOnly?: boolean; sameSite?: string; secure?: boolean; maxAge?: number }>;
}

async function send(
  query: string,
  variables: object = {},
  from: { cookies?: Record<string, string>; ip?: string } = {},
): Promise<Answer> {
  const response = await server.app.inject({
    method: 'POST',
    url: '/graphql',
    payload: { query, variables },
    ...(from.cookies ? { cookies: from.cookies } : {}),
    remoteAddress: from.ip ?? '10.0.0.1',
  });
  return { body: response.json(), cookies: new Map(response.cookies.map((c) => [c.name, c as never])) };
}
const SIGN_IN = `mutation ($identifier: String!, $password: String!) { signIn(input: { identifier: $identifier, password: $password }) { id } }`;
const signIn = (
  identifier: string,
  password = PASSWORD,
  from: { cookies?: Record<string, string>; ip?: string } = {},
) => send(SIGN_IN, { identifier, password }, from);
const reason = (a: Answer): string | undefined => a.body.errors?.[0]?.extensions.reason;
const whoAmI = async (token: string): Promise<{ id: string | null; token?: string }> => {
  const a = await send('{ viewer { id } }', {}, { cookies: { [SESSION_COOKIE]: token } });
  const next = a.cookies.get(SESSION_COOKIE)?.value;
  return { id: (a.body.data?.['viewer'] as { id: string } | null)?.id ?? null, ...(next ? { token: next } : {}) };
};
const tokenOf = (a: Answer): string => a.cookies.get(SESSION_COOKIE)?.value as string;
async function withPassword(): Promise<{ id: string; number: string }> {
  n += 1;
  const number = `S${n}`;
  const id = await makePerson(server, {
    employeeNumber: number,
    email: `s${n}@x.example`,
    mobile: `1380000${String(n).padStart(4, '0')}`,
  });
  await server.db.transaction((tx) => server.get(SignIn).setPassword(tx, id, PASSWORD));
  return { id, number };
}

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule], environment: { PUBLIC_URL: 'https://learn.example' } });
});
afterAll(() => server.close());
beforeEach(async () => {
  server.clock.set('2026-03-02T01:00:00Z');
  await sql(server, `delete from sign_in_bucket`);
});

describe('signing in', () => {
  it('takes number, e-mail and mobile in any case and width, and sets a guarded cookie', async () => {
    const { id } = await withPassword();
    for (const name of [`ｓ${n}`, `S${n}@X.Example`, `+86 138 0000 ${String(n).padStart(4, '0')}`]) {
      const answer = await signIn(name);
      expect(answer.body.data).toEqual({ signIn: { id } });
      expect(answer.cookies.get(SESSION_COOKIE)).toMatchObject({ httpOnly: true, sameSite: 'Lax', secure: true });
      expect(await whoAmI(tokenOf(answer))).toEqual({ id });
    }
  });

  it('keeps neither token nor password in plain text', async () => {
    const { id, number } = await withPassword();
    const token = tokenOf(await signIn(number));
    const { text } = await server.db.read((tx) =>
      one<{ text: string }>(
        tx,
        `select s::text || c::text as text from sign_in_session s join person_credential c on c.person_id = s.person_id where s.person_id = $1`,
        [id],
      ),
    );
    expect(text).not.toContain(token);
    expect(text).not.toContain(PASSWORD);
    expect(text).toContain('$argon2id$');
  });

  it('says the same for a wrong password, an unknown name and somebody who left', async () => {
    const { id, number } = await withPassword();
    await server.db.transaction((tx) => server.get(Persons).leave(tx, id, '2026-03-02', null));
    const answers = [
      await signIn((await withPassword()).number, 'wrong password'),
      await signIn('nobody'),
      await signIn(number),
    ];
    expect(answers.map((a) => a.body.errors?.[0]?.extensions)).toEqual(
      answers.map(() => expect.objectContaining({ code: 'UNAUTHENTICATED', reason: 'sign-in-failed', params: {} })),
    );
  });

  it('does the same work for a name nobody has', async () => {
    const matches = vi.spyOn(server.get(PasswordHashes), 'matches');
    await signIn('nobody');
    expect(matches).toHaveBeenCalledExactlyOnceWith(null, PASSWORD);
    matches.mockRestore();
    const hashes = server.get(PasswordHashes);
    expect(await hashes.matches(null, 'nobody has this password')).toBe(false);
  });

  it('slows a guesser down without locking the owner out', async () => {
    const { number } = await withPassword();
    const device = (await signIn(number)).cookies.get('waymark_device')?.value as string;
    for (let i = 0; i < 8; i += 1) expect(reason(await signIn(number, 'guess'))).toBe('sign-in-failed');
    const refused = await signIn(number);
    expect(refused.body.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', reason: 'too-many-tries' });
    const wait = refused.body.errors?.[0]?.extensions.params['retryAfterSeconds'] as number;
    expect((await signIn(number, PASSWORD, { ip: '10.0.0.2' })).body.errors).toBeUndefined();
    expect((await signIn(number, PASSWORD, { cookies: { waymark_device: device } })).body.errors).toBeUndefined();
    server.clock.advance((wait - 1) * 1000);
    expect(reason(await signIn(number))).toBe('too-many-tries');
    server.clock.advance(1000);
    expect((await signIn(number)).body.errors).toBeUndefined();
  });

  it('lets no more tries through when they come at once', async () => {
    const { number } = await withPassword();
    const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(number, 'guess', { ip: '10.9.9.9' })));
    expect(answers.filter((a) => reason(a) === 'sign-in-failed')).toHaveLength(8);
  });
});

describe('a session', () => {
  it('gets a new token after a day; the old one lasts until a minute after the new one was seen', async () => {
    const { id, number } = await withPassword();
    const first = tokenOf(await signIn(number));
    server.clock.advance(24 * 3_600_000);
    const { token: second } = await whoAmI(first);
    expect(second).toBeDefined();
    server.clock.advance(3_600_000);
    expect(await whoAmI(second as string)).toEqual({ id });
    expect(await whoAmI(first)).toEqual({ id });
    server.clock.advance(61_000);
    expect(await whoAmI(first)).toEqual({ id: null });
    expect(await whoAmI(second as string)).toEqual({ id });
  });

  it('survives a lost answer: the old token is given another new one', async () => {
    const { id, number } = await withPassword();
    const first = tokenOf(await signIn(number));
    server.clock.advance(24 * 3_600_000);
    const { token: lost } = await whoAmI(first);
    server.clock.advance(3_600_000);
    const { token: third } = await whoAmI(first);
    expect(third).toBeDefined();
    expect(await whoAmI(third as string)).toEqual({ id });
    expect((await whoAmI(lost as string)).id).toBeNull();
  });

  it('gets one new token when many requests come at once', async () => {
    const { number } = await withPassword();
    const first = tokenOf(await signIn(number));
    server.clock.advance(24 * 3_600_000);
    const together = await Promise.all(Array.from({ length: 6 }, () => whoAmI(first)));
    const after = await whoAmI(first);
    expect([...together, after].every((a) => a.id !== null)).toBe(true);
    const tokens = [...together, after].flatMap((a) => a.token ?? []);
    expect(tokens).toHaveLength(1);
    expect((await whoAmI(tokens[0] as string)).id).not.toBeNull();
  });

  it('ends after 14 idle days and after 60 days in all', async () => {
    const { number } = await withPassword();
    let token = tokenOf(await signIn(number));
    for (let day = 0; day < 56; day += 13) {
      server.clock.advance(13 * 86_400_000);
      const visit = await whoAmI(token);
      if (visit.id === null) break;
      token = visit.token ?? token;
      await whoAmI(token);
    }
    expect((await whoAmI(token)).id).toBeNull();
    const idle = tokenOf(await signIn(number));
    server.clock.advance(14 * 86_400_000 + 1000);
    expect((await whoAmI(idle)).id).toBeNull();
  });

  it('is listed, ended one by one, all others at once, and by signing out', async () => {
    const { number } = await withPassword();
    const [a, b, c] = [tokenOf(await signIn(number)), tokenOf(await signIn(number)), tokenOf(await signIn(number))];
    const as = (token: string) => ({ cookies: { [SESSION_COOKIE]: token } });
    const list = (await send('{ mySessions { id current } }', {}, as(a))).body.data?.['mySessions'] as {
      id: string;
      current: boolean;
    }[];
    expect(list.filter((s) => s.current)).toHaveLength(1);
    expect(list).toHaveLength(3);
    expect((await send('mutation { signOutEverywhere }', {}, as(a))).body.data).toEqual({ signOutEverywhere: 2 });
    expect([(await whoAmI(b)).id, (await whoAmI(c)).id]).toEqual([null, null]);
    const other = await withPassword();
    const stranger = tokenOf(await signIn(other.number));
    const mine = list.find((s) => s.current)?.id;
    expect(
      (await send('mutation ($id: ID!) { signOutSession(id: $id) }', { id: mine }, as(stranger))).body.data,
    ).toEqual({ signOutSession: false });
    await send('mutation { signOut }', {}, as(a));
    expect((await whoAmI(a)).id).toBeNull();
  });

  it('costs one statement', async () => {
    const { number } = await withPassword();
    const token = tokenOf(await signIn(number));
    const { count } = await server.queryCount(() => whoAmI(token));
    expect(count).toBe(1);
  });

  it('the others end when the password is changed', async () => {
    const { number } = await withPassword();
    const [a, b] = [tokenOf(await signIn(number)), tokenOf(await signIn(number))];
    const change = (current: string, next: string) =>
      send(
        'mutation ($c: String!, $n: String!) { changePassword(input: { current: $c, next: $n }) }',
        { c: current, n: next },
        { cookies: { [SESSION_COOKIE]: a } },
      );
    expect(reason(await change('not it', 'another good one'))).toBe('password-wrong');
    expect(reason(await change(PASSWORD, 'short'))).toBe('password-too-short');
    expect((await change(PASSWORD, 'another good one')).body.data).toEqual({ changePassword: true });
    expect([(await whoAmI(a)).id !== null, (await whoAmI(b)).id]).toEqual([true, null]);
  });
});

describe('ways in', () => {
  it('a printed code works once, for its person only, however it is typed', async () => {
    const staff = await makeStaff(server, 'ld-lead');
    const id = await makePerson(server, { employeeNumber: 'CODE1' });
    await makePerson(server, { employeeNumber: 'CODE2' });
    const printed = await server.gql<{
      createActivationCodes: { code: string; employeeNumber: string; person: { id: string } }[];
    }>(
      staff,
      'mutation ($ids: [ID!]!) { createActivationCodes(personIds: $ids) { code employeeNumber person { id } } }',
      { ids: [id] },
    );
    const code = printed.data?.createActivationCodes[0]?.code ?? '';
    expect(printed.data?.createActivationCodes[0]).toMatchObject({ employeeNumber: 'CODE1', person: { id } });
    const redeem = (employeeNumber: string, typed: string) =>
      send('mutation ($i: RedeemActivationCodeInput!) { redeemActivationCode(input: $i) { id } }', {
        i: { employeeNumber, code: typed, password: PASSWORD },
      });
    expect(reason(await redeem('CODE2', code))).toBe('code-invalid');
    expect((await redeem('code1', code.toLowerCase().replaceAll('-', ' '))).body.data).toEqual({
      redeemActivationCode: { id },
    });
    expect(reason(await redeem('CODE1', code))).toBe('code-invalid');
    for (let i = 0; i < 8; i += 1) await redeem('CODE1', 'AAAA-AAAA-AAAA');
    expect(reason(await redeem('CODE1', 'AAAA-AAAA-AAAA'))).toBe('too-many-tries');
  });

  it('an invitation is mailed, opens once and expires', async () => {
    const staff = await makeStaff(server, 'ld-lead');
    const id = await makePerson(server, { email: 'invited@x.example' });
    const without = await makePerson(server);
    const invite = async (): Promise<string> => {
      const sent = await server.gql(staff, 'mutation ($ids: [ID!]!) { invitePersons(personIds: $ids) }', {
        ids: [id, without],
      });
      expect(sent.data).toEqual({ invitePersons: 1 });
      await server.get(AccessLinks).send({ personId: id, kind: 'invitation', actorId: staff });
      const mail = await server.db.read((tx) =>
        one<{ secret_params: { link: string } }>(
          tx,
          `select secret_params from mail_message where person_id = $1 order by created_at desc, id desc limit 1`,
          [id],
        ),
      );
      expect(mail.secret_params.link).toMatch(/^https:\/\/learn\.example\/join\/[\w-]{22}$/);
      return mail.secret_params.link.split('/').at(-1) as string;
    };
    const token = await invite();
    const open = (t: string) =>
      send('mutation ($i: RedeemTokenInput!) { redeemToken(input: $i) { id } }', {
        i: { token: t, password: PASSWORD },
      });
    expect((await send('query ($t: String!) { accessToken(token: $t) { kind } }', { t: token })).body.data).toEqual({
      accessToken: { kind: 'invitation' },
    });
    expect((await open(token)).body.data).toEqual({ redeemToken: { id } });
    expect(reason(await open(token))).toBe('token-invalid');
    const late = await invite();
    server.clock.advance(15 * 86_400_000);
    expect(reason(await open(late))).toBe('token-invalid');
  });

  it('asking for a reset tells nothing about who exists', async () => {
    const { id, number } = await withPassword();
    const ask = (identifier: string) =>
      send('mutation ($i: String!) { requestPasswordReset(identifier: $i) }', { i: identifier });
    expect([(await ask(number)).body.data, (await ask('nobody')).body.data]).toEqual([
      { requestPasswordReset: true },
      { requestPasswordReset: true },
    ]);
    expect((await server.runJobs()).filter((j) => j === 'identity.send-access-link')).toHaveLength(3);
    const tokens = await server.db.read((tx) =>
      rows<{ kind: string; person_id: string }>(tx, `select kind, person_id from access_token where kind = 'reset'`),
    );
    expect(tokens).toEqual([{ kind: 'reset', person_id: id }]);
  });

  it('the first administrator sets the company up, once', async () => {
    const empty = await createTestServer({ modules: [IdentityModule] });
    try {
      const setUp = (number: string) =>
        empty.gql<{ setUpCompany: { roles: string[] } }>(
          null,
          'mutation ($i: SetUpCompanyInput!) { setUpCompany(input: $i) { roles } }',
          {
            i: {
              companyName: '启明',
              locale: 'zh-CN',
              zone: 'Asia/Shanghai',
              employeeNumber: number,
              name: '陆一',
              password: PASSWORD,
            },
          },
        );
      expect((await empty.gql(null, '{ setupState { needed } }')).data).toEqual({ setupState: { needed: true } });
      const answers = await Promise.all([setUp('A1'), setUp('A2')]);
      expect(answers.map((a) => a.errors?.[0]?.extensions.reason ?? 'done').sort()).toEqual([
        'company-already-set-up',
        'done',
      ]);
      expect(answers.find((a) => a.data)?.data?.setUpCompany.roles).toEqual(
        expect.arrayContaining(['admin', 'ld-lead', 'learner']),
      );
      expect((await empty.gql(null, '{ setupState { needed } companyBrand { name } }')).data).toEqual({
        setupState: { needed: false },
        companyBrand: { name: '启明' },
      });
    } finally {
      await empty.close();
    }
  });
});

describe('looking as a learner', () => {
  it('shows what the learner sees, changes nothing, and is in the audit', async () => {
    const staffId = await makeStaff(server, 'ld-lead');
    await server.db.transaction((tx) => server.get(SignIn).setPassword(tx, staffId, PASSWORD));
    const learner = await makePerson(server, { email: 'learner@x.example' });
    await server.db.transaction(async (tx) =>
      tx.query(
        `insert into permission_grant (id, person_id, role, from_day) values (gen_random_uuid(), $1, 'admin', '2026-01-01')`,
        [learner],
      ),
    );
    const { number } = await server.db.read((tx) =>
      one<{ number: string }>(tx, `select employee_number as number from person_profile where person_id = $1`, [
        staffId,
      ]),
    );
    const as = { cookies: { [SESSION_COOKIE]: tokenOf(await signIn(number)) } };
    const started = await send(
      'mutation ($p: ID!) { viewAsLearner(personId: $p) { id roles email viewAsBy { id } } }',
      { p: learner },
      as,
    );
    expect(started.body.data?.['viewAsLearner']).toEqual({
      id: learner,
      roles: ['learner'],
      email: null,
      viewAsBy: { id: staffId },
    });
    expect((await send('{ viewer { id roles } }', {}, as)).body.data?.['viewer']).toEqual({
      id: learner,
      roles: ['learner'],
    });
    expect(reason(await send('mutation { updateMyProfile(input: { alias: "x" }) { id } }', {}, as))).toBe(
      'view-as-read-only',
    );
    expect((await send('{ mySessions { id } }', {}, as)).body.data).toEqual({ mySessions: [] });
    expect((await send('mutation { stopViewAs { id } }', {}, as)).body.data).toEqual({ stopViewAs: { id: staffId } });
    const audit = await server.db.read((tx) =>
      rows(
        tx,
        `select action, actor_id from audit_entry where person_id = $1 and action like 'view-as.%' order by id`,
        [learner],
      ),
    );
    expect(audit).toEqual([
      { action: 'view-as.started', actor_id: staffId },
      { action: 'view-as.stopped', actor_id: staffId },
    ]);
  });
});
