import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import worker from '../../../worker/index.ts';
import { type Call, watchBindings } from '../../support/bindings.ts';
import { carla, carlaAtDemo, olivia } from '../../support/cast.ts';
import { waitedFor } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { epochAndSessions, usedOnce } from '../../support/database.ts';
import {
  always,
  CONNECTION_LOST,
  DAILY_LIMIT,
  type Fault,
  withFaults,
} from '../../support/faults.ts';
import { linkIn } from '../../support/mail.ts';
import { mailService } from '../../support/network.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import { type Visitor, visit } from '../../support/visitor.ts';

const lost: Fault = { fails: CONNECTION_LOST };
const ofD1 = ({ name }: Call) => name.startsWith('DB.');
const ofKv = ({ name }: Call) => name.startsWith('TOKENS.');

/** Carla at her portal, Olivia at the admin host, and the watch of their bindings. */
async function signedIn() {
  const watch = watchBindings();
  const client = await visit('demo', watch.bindings).signInAs(carla);
  const owner = await visit('app', watch.bindings).signInAs(olivia);
  watch.reset();
  return { watch, client, owner };
}

async function expectUnread(response: Response): Promise<void> {
  const page = await response.text();
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
  expect(page).toMatch(/quote <code>[\w-]{12}<\/code>/);
  expect(page).toContain('Nothing was lost');
}

describe('D1', () => {
  test('one read fails: the visitor notices nothing', async () => {
    const { watch, client, owner } = await signedIn();
    for (const [visitor, path] of [
      [client, '/'],
      [owner, '/w/demo'],
      [owner, '/w/demo/contacts'],
    ] as const) {
      watch.onCall = withFaults(ofD1, [lost]);
      const response = await visitor.get(path);
      expect([response.status, response.headers.getSetCookie()], path).toEqual([200, []]);
    }
  });

  test('a read fails twice: 503 with a reference, and still signed in afterwards', async () => {
    const { watch, client } = await signedIn();
    watch.onCall = withFaults(ofD1, [lost, lost]);
    expectConsoleError(/request failed.*a read failed.*Network connection lost/);
    await expectUnread(await client.get('/'));
    expect(watch.d1).toBe(2);
    expect((await client.get('/')).status).toBe(200);
  });

  test('a read over the limit of the day: one try, and the same page', async () => {
    const { watch, client } = await signedIn();
    watch.onCall = withFaults(ofD1, always({ fails: DAILY_LIMIT }));
    expectConsoleError(/request failed.*daily row read limit/);
    await expectUnread(await client.get('/'));
    expect(watch.d1).toBe(1);
  });

  test('a read that never ends: the page within six seconds', async () => {
    const { watch, client } = await signedIn();
    watch.onCall = withFaults(ofD1, always('hangs'));
    expectConsoleError(/request failed.*a read failed.*no answer/);
    const waited = await waitedFor(async () => expectUnread(await client.get('/')));
    expect(waited).toBeLessThan(6000);
    expect(watch.d1).toBe(2);
  });

  test('a write that never ends: a page within nine seconds, which promises nothing', async () => {
    const { watch, owner } = await signedIn();
    watch.onCall = withFaults(
      ({ sql }) => sql.some((text) => /^update/.test(text)),
      always('hangs'),
    );
    expectConsoleError(/request failed.*may or may not.*no answer within 8 s/);
    let page = '';
    const waited = await waitedFor(async () => {
      const card = `/w/demo/contacts/${carlaAtDemo}/portal-access`;
      const response = await owner.post(card, { enabled: 'off' });
      expect(response.status).toBe(503);
      page = await response.text();
    });
    expect(waited).toBeLessThan(9000);
    expect(page).toContain('We do not know whether this was saved');
    expect(page).not.toMatch(/Nothing was (?:lost|changed)/);
    expect(page).toContain(`href="/w/demo/contacts/${carlaAtDemo}"`);
  });

  test('what runs after the response fails: the answer is the same', async () => {
    const watch = watchBindings();
    const asking = visit('demo', watch.bindings);
    await asking.get('/sign-in');
    watch.onCall = withFaults(ofD1, [lost]);
    expect(await asking.ask(carla), 'a read that fails once').toBeDefined();
    watch.onCall = withFaults(ofD1, always(lost));
    expectConsoleError(/"what":"mail".*Network connection lost/);
    const asked = await asking.post('/sign-in/link', { email: carla });
    expect([asked.status, asked.headers.get('location')]).toEqual([303, '/sign-in/check-email']);
  });
});

describe('KV', () => {
  test('one read fails: the link signs in', async () => {
    const watch = watchBindings();
    const asking = visit('demo', watch.bindings);
    const mail = await asking.ask(carla);
    watch.onCall = withFaults(ofKv, [{ fails: 'KV GET failed: 500 Internal Server Error' }]);
    expect((await asking.get(linkIn(mail))).status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  });

  test('a read never ends: 503 for a link, and those signed in notice nothing', async () => {
    const { watch, client, owner } = await signedIn();
    const asking = visit('demo', watch.bindings);
    const mail = await asking.ask(carla);
    watch.onCall = withFaults(ofKv, always('hangs'));
    expectConsoleError(/request failed.*a read failed.*no answer/);
    const waited = await waitedFor(async () => expectUnread(await asking.get(linkIn(mail))));
    expect(waited).toBeLessThan(6000);
    const pages: [Visitor, string][] = [
      [client, '/'],
      [client, '/account/sessions'],
      [owner, '/w/demo'],
    ];
    for (const [visitor, path] of pages) expect((await visitor.get(path)).status).toBe(200);
  });
});

describe('without a visitor', () => {
  test('the health check: an answer within six seconds that names what hangs', async () => {
    const watch = watchBindings();
    watch.onCall = withFaults(() => true, always('hangs'));
    const waited = await waitedFor(async () => {
      const response = await visit('app', watch.bindings).get('/healthz');
      expect([response.status, await response.text()]).toEqual([503, 'not answering: D1, KV\n']);
    });
    expect(waited).toBeLessThan(6000);
  });

  test('a job whose statement never ends: it fails, and does not wait for ever', async () => {
    const watch = watchBindings();
    watch.onCall = withFaults(ofD1, always('hangs'));
    const nightly = createScheduledController({ cron: '17 3 * * *' });
    await waitedFor(() =>
      expect(worker.scheduled(nightly, watch.bindings)).rejects.toThrow('may or may not'),
    );
  });

  test('a mail whose reads never end: it waits for another try', async () => {
    const watch = watchBindings({ ...env, MAIL_TRANSPORT: 'mailchannels' });
    expectConsoleError(/mail refused/);
    mailService('429');
    await visit('demo', watch.bindings).post('/sign-in/link', { email: carla });
    watch.onCall = withFaults(ofD1, always('hangs'));
    expectConsoleError(/deliver a mail.*no answer within 10 s/);
    await waitedFor(() => deliverQueued(watch.bindings));
    expect(queued()).toHaveLength(1);
  });
});
