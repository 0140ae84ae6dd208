import { createServer, type Server } from 'node:net';
import { IdentityModule } from '@waymark/identity';
import { MailQueue, rows, type MailInput } from '@waymark/platform';
import { createTestServer, makePerson, makeStaff, sql, type TestServer } from '@waymark/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

interface Smtp {
  port: number;
  received: string[];
  refuse: boolean;
  server: Server;
}

/** A mail server that keeps what it is given. */
async function smtpServer(): Promise<Smtp> {
  const state: Smtp = { port: 0, received: [], refuse: false, server: undefined as unknown as Server };
  state.server = createServer((socket) => {
    let data: string | null = null;
    socket.write('220 test\r\n');
    let pending = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      pending += chunk.toString();
      for (let at = pending.indexOf('\r\n'); at >= 0; at = pending.indexOf('\r\n')) {
        const line = pending.slice(0, at);
        pending = pending.slice(at + 2);
        if (data !== null) {
          if (line === '.') {
            state.received.push(data);
            data = null;
            socket.write('250 ok\r\n');
          } else data += `${line}\n`;
        } else if (line.startsWith('DATA')) {
          data = '';
          socket.write('354 go\r\n');
        } else if (line.startsWith('RCPT') && state.refuse) socket.write('450 later\r\n');
        else if (line.startsWith('QUIT')) socket.end('221 bye\r\n');
        else socket.write('250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => state.server.listen(0, '127.0.0.1', resolve));
  state.port = (state.server.address() as { port: number }).port;
  return state;
}

const invitation = (personId: string, key: string, overrides: Partial<MailInput> = {}): MailInput => ({
  to: { personId, email: 'lin@example.test' },
  template: 'invitation',
  params: { name: 'Lin', companyName: 'Qiming', expiresOn: '2026-03-16' },
  secretParams: { link: '/join/secret-token' },
  locale: 'en',
  dedupeKey: key,
  resendable: true,
  ...overrides,
});

describe('with an SMTP server', () => {
  let server: TestServer;
  let smtp: Smtp;
  let personId: string;
  beforeAll(async () => {
    smtp = await smtpServer();
    server = await createTestServer({
      modules: [IdentityModule],
      environment: { SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, PUBLIC_URL: 'https://learn.test' },
    });
    personId = await makePerson(server);
  });
  afterAll(async () => {
    await server.close();
    smtp.server.close();
  });
  afterEach(async () => {
    smtp.received.length = 0;
    smtp.refuse = false;
    await sql(server, `delete from mail_message`);
  });
  const enqueue = (mail: MailInput) => server.db.transaction((tx) => server.get(MailQueue).enqueue(tx, mail));
  const stored = () =>
    server.db.read((tx) =>
      rows<{ state: string; secret_params: unknown; attempts: number }>(tx, `select * from mail_message`),
    );

  it('sends a mail once with its own id and forgets the link', async () => {
    const id = await enqueue(invitation(personId, 'k1'));
    expect(await enqueue(invitation(personId, 'k1'))).toBeNull();
    await server.runJob('platform.mail');
    await server.runJob('platform.mail');
    expect(smtp.received).toHaveLength(1);
    expect(smtp.received[0]).toContain(`Message-ID: <${id}@learn.test>`);
    expect(smtp.received[0]?.replaceAll('=\n', '')).toContain('https://learn.test/join/secret-token');
    expect(await stored()).toMatchObject([{ state: 'sent', secret_params: null }]);
  });

  it('sends nothing when the transaction rolls back', async () => {
    const failing = server.db.transaction(async (tx) => {
      await server.get(MailQueue).enqueue(tx, invitation(personId, 'k2'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await server.runJob('platform.mail');
    expect(smtp.received).toEqual([]);
  });

  it('tries again later when the server says later', async () => {
    smtp.refuse = true;
    await enqueue(invitation(personId, 'k3'));
    await server.runJob('platform.mail');
    expect(await stored()).toMatchObject([{ state: 'queued', attempts: 1 }]);
    smtp.refuse = false;
    await server.runJob('platform.mail');
    expect(smtp.received).toEqual([]);
    server.clock.advance(10 * 60_000);
    await server.runJob('platform.mail');
    expect(smtp.received).toHaveLength(1);
  });

  it('sends an invitation again after a crash between sending and noting it, a nudge never', async () => {
    await enqueue(invitation(personId, 'k4'));
    await enqueue(
      invitation(personId, 'k5', {
        template: 'notification',
        params: { title: 'Nudge', text: 't', link: '/' },
        resendable: false,
      }),
    );
    await sql(server, `update mail_message set state = 'sending', claimed_at = $1`, [server.clock.now()]);
    await server.runJob('platform.mail');
    expect(smtp.received).toEqual([]);
    server.clock.advance(6 * 60_000);
    await server.runJob('platform.mail');
    expect(smtp.received).toHaveLength(1);
    expect(smtp.received[0]).toContain('Subject: Qiming invites you');
    expect((await stored()).map((m) => m.state).sort()).toEqual(['sent', 'unknown']);
  });

  it('waits until it may be sent, and has no development mailbox', async () => {
    await enqueue(invitation(personId, 'k6', { notBefore: new Date(server.clock.now().getTime() + 3_600_000) }));
    await server.runJob('platform.mail');
    expect(smtp.received).toEqual([]);
    expect((await server.app.inject({ url: '/dev/mail', headers: { host: 'localhost:4000' } })).statusCode).toBe(404);
  });

  it('drops what waits when the person is erased', async () => {
    await enqueue(invitation(personId, 'k7'));
    await server.db.transaction((tx) => server.get(MailQueue).eraseFor(tx, personId));
    await server.runJob('platform.mail');
    expect(smtp.received).toEqual([]);
    const left = JSON.stringify(await stored());
    expect(left).not.toContain('lin@example.test');
    expect(left).not.toContain('secret-token');
  });
});

describe('without one', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await createTestServer({ modules: [IdentityModule] });
    const personId = await makePerson(server);
    await server.db.transaction((tx) => server.get(MailQueue).enqueue(tx, invitation(personId, 'd1')));
  });
  afterAll(() => server.close());

  it('keeps mails in a mailbox that this machine and administrators read', async () => {
    const local = await server.app.inject({ url: '/dev/mail.json', headers: { host: '127.0.0.1:4000' } });
    expect(local.json<{ subject: string; text: string }[]>()[0]?.text).toContain('/join/secret-token');
    const page = await server.app.inject({ url: '/dev/mail', headers: { host: 'localhost:4000' } });
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).toContain('Choose a password');
    const admin = await makeStaff(server, 'admin');
    const remote = { remoteAddress: '203.0.113.9', headers: { host: 'learn.test' } };
    const byAdmin = await server.app.inject({
      url: '/dev/mail.json',
      cookies: { waymark_session: `test.${admin}` },
      ...remote,
    });
    expect(byAdmin.statusCode).toBe(200);
  });

  it('hides it from everybody else', async () => {
    const lead = await makeStaff(server, 'ld-lead');
    for (const request of [
      { remoteAddress: '203.0.113.9', headers: { host: 'localhost' } },
      { headers: { host: 'attacker.example' } },
      { headers: { host: 'localhost:4000', 'x-forwarded-for': '203.0.113.9' } },
      { headers: { host: 'learn.test' }, cookies: { waymark_session: `test.${lead}` } },
    ]) {
      expect((await server.app.inject({ url: '/dev/mail.json', ...request })).statusCode).toBe(404);
    }
  });
});
