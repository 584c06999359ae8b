import { spawnSync } from 'node:child_process';
import http from 'node:http';
import type net from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, startWatching } from '../../worker/dev/simulator.mjs';
import { mailchannels } from '../../worker/mail-services/mailchannels/send.ts';
import type { MailFailure, OutgoingMail, SendResult } from '../../worker/mail-services/service.ts';
import { withRetry } from '../../worker/mail-services/with-retry.ts';
import { launch } from '../support/browser/launch.ts';
import { type Server, startServer } from '../support/browser/server.ts';
import { openProfile } from '../support/browser/walk.ts';
import { withoutWaiting } from '../support/clock.ts';
import { textOf } from '../support/doubles/mailchannels/send.ts';
import { linkIn, type Mail } from '../support/mail.ts';

const CLIENT = 'client@rival.test';
const MAIL = {
  id: '5f9c7f0e-0000-4000-8000-000000000001@clientportal.example',
  to: 'carla@acme.test',
  from: { name: 'Demo Studio', email: 'portal@clientportal.example' },
  replyTo: null,
  dkim: null,
  subject: 'Sign in to Demo Studio',
  text: 'the text',
  html: '<p>the html</p>',
};

type Running = Awaited<ReturnType<typeof startSimulator>>;

let simulator: Running;

beforeAll(async () => {
  simulator = await startSimulator(process.execPath);
});

afterAll(() => simulator?.stop());

describe('the transport on a real wire', () => {
  function send(url: string, mail: OutgoingMail = MAIL): Promise<SendResult> {
    return withoutWaiting(() => withRetry(mailchannels('any-key', url)).send(mail, 0));
  }

  test('the SDK’s own simulator: accepts a mail, and gives it an id', async () => {
    expect(await send(simulator.url)).toEqual({
      ok: true,
      id: expect.stringMatching(/^<[\w-]+@simulator\.mailchannels\.local>$/),
      requestId: expect.stringMatching(/^request_\w+$/),
    });
  });

  test('a proxy in front of it: sees the mail, and changes nothing', async () => {
    const shown: unknown[] = [];
    const watching = await startWatching(simulator.url, (mail) => shown.push(mail));
    const answered = { ...MAIL, replyTo: 'hello@demo.test' };
    expect(await send(watching.url, answered)).toMatchObject({ ok: true });
    watching.stop();
    const { to, subject, text } = MAIL;
    const from = 'Demo Studio <portal@clientportal.example>';
    expect(shown).toEqual([{ to, from, replyTo: 'hello@demo.test', subject, text }]);
  });

  type Broken = [
    what: string,
    handler: http.RequestListener,
    failure: MailFailure,
    lasting: boolean,
    tries: number,
  ];
  const TROUBLE = 'service-error';
  const OUT_OF_REACH = 'unreachable';
  const UNEXPECTED = 'unclear';

  test.each<Broken>([
    ['500 with HTML', answering(500, 'text/html', '<h1>x</h1>'), TROUBLE, false, 2],
    ['429', answering(429, 'text/plain', 'slow down'), 'rate-limited', false, 1],
    ['401', answering(401, 'application/json', '{"message":"x"}'), 'sender-refused', true, 1],
    // the client reads what has no type as JSON, and forgets the status when it isn't
    ['429 without a type', answering(429, null, 'slow down'), UNEXPECTED, false, 1],
    [
      'a connection dropped before the answer',
      ({ socket }) => void socket.destroy(),
      OUT_OF_REACH,
      false,
      2,
    ],
    ['a connection dropped within the answer', breakingOff, UNEXPECTED, false, 1],
    ['silence', () => {}, 'timeout', false, 2],
  ])('%s', async (_what, handler, failure, lasting, tries) => {
    let asked = 0;
    const server = http.createServer((request, response) => {
      asked += 1;
      request.resume().on('end', () => handler(request, response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const result = await send(`http://127.0.0.1:${port}`);
    server.close();
    server.closeAllConnections();
    if (result.ok) throw new Error('it was taken over');
    expect(result.failure).toBe(failure);
    expect([result.lasting, asked]).toEqual([lasting, tries]);
  });
});

function answering(status: number, type: string | null, body: string): http.RequestListener {
  return (_request, response) => {
    response.writeHead(status, type === null ? {} : { 'content-type': type }).end(body);
  };
}

/** Promises more than it sends. */
function breakingOff(request: http.IncomingMessage, response: http.ServerResponse): void {
  const headers = { 'content-type': 'application/json', 'content-length': '500' };
  response.writeHead(202, headers).write('{"results": [');
  setImmediate(() => request.socket.destroy());
}

describe('the Worker, its mail over the wire, its queue a real one', () => {
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    const mail = { MAIL_TRANSPORT: 'mailchannels', MAILCHANNELS_URL: simulator.url };
    [server, browser] = await Promise.all([startServer(mail), launch()]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** Asks for a link; returns the mail once the mail service has been sent as many. */
  async function ask(page: Page, host: string, email: string, mails: number): Promise<Mail> {
    const before = server.wire.length;
    await page.goto(`${server.origin(host)}/sign-in?method=link`);
    await page.getByLabel('Email').fill(email);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/sign-in/check-email');
    const deadline = Date.now() + 60_000;
    while (server.wire.length < before + mails) {
      if (Date.now() > deadline) throw new Error(`${server.wire.length - before} mails came`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { text: textOf(server.wire.at(-1)) } as Mail;
  }

  test('sign-in over the SDK’s simulator: the mailed link opens the portal', async () => {
    server.mailService('is asked');
    const { context, page, faults } = await openProfile(browser);
    const mail = await ask(page, 'rival', CLIENT, 1);
    await page.goto(linkIn(mail));
    await page.waitForURL(`${server.origin('rival')}/`);
    await page.getByRole('heading', { name: /Hello/ }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('the mail service is down: the freelancer sees why, the queue brings the mail', async () => {
    server.mailService('is asked');
    const owner = await openProfile(browser);
    await owner.page.goto(linkIn(await ask(owner.page, 'app', 'owner@rival.test', 1)));
    await owner.page.waitForURL('**/w/rival');

    server.mailService('500 with HTML', 'drops the connection', 'takes it over (202)');
    const client = await openProfile(browser);
    const waiting = ask(client.page, 'rival', CLIENT, 3);
    await client.page.waitForURL('**/sign-in/check-email');
    await expect
      .poll(
        async () => {
          await owner.page.reload();
          return owner.page.getByText(/A sign-in mail is waiting: the mail service/).count();
        },
        { timeout: 10_000 },
      )
      .toBe(1);
    await owner.page.getByRole('link', { name: 'Rob Regular' }).first().click();
    await owner.page.getByText('The mail is waiting to be sent').waitFor();

    const mail = await waiting;
    await client.page.goto(linkIn(mail));
    await client.page.waitForURL(`${server.origin('rival')}/`);
    await owner.page.reload();
    await owner.page.getByText('The mail was accepted by the mail service').first().waitFor();
    expect(await owner.page.getByText('is waiting').count()).toBe(0);
    expect([...owner.faults, ...client.faults]).toEqual([]);
    await owner.context.close();
    await client.context.close();
  });
});

test('npm start: takes --mail=simulator and nothing else', () => {
  for (const args of [['--mail=pigeon'], ['--mail=simulator', 'more'], ['simulator']]) {
    const { status, stderr } = spawnSync(process.execPath, ['worker/dev/start.mjs', ...args], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('npm start takes "-- --mail=simulator" and nothing else');
  }
});
