import { env } from 'cloudflare:workers';
import { expect, test, vi } from 'vitest';
import { withReads } from '../../support/bindings.ts';
import { carla, carlaAtDemo, olivia } from '../../support/cast.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { setAccess } from '../../support/contacts.ts';
import { dump, epochAndSessions, untouched, usedOnce } from '../../support/database.ts';
import { pathOf } from '../../support/links.ts';
import { linkIn } from '../../support/mail.ts';
import { visit } from '../../support/visitor.ts';

test.each(['get', 'post'] as const)(
  'D1 out of reach at %s: a 503 that promises nothing; the link still works',
  async (method) => {
    const asking = visit('demo');
    const mail = await asking.ask(carla);
    vi.spyOn(env.DB, 'batch').mockRejectedValueOnce(
      new Error('D1_ERROR: Network connection lost.'),
    );
    expectConsoleError(/request failed/);
    const response = await asking[method](linkIn(mail));
    const page = await expectClean503(response);
    expect(page).toContain('We do not know whether you are signed in now. Try once more');
    expect(page).toContain(`href="${pathOf(linkIn(mail))}"`);
    expect(page).not.toContain('Nothing was');
    expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
    expect((await asking[method](linkIn(mail))).status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  },
);

test.each([
  ['before the session is written', 'INSERT ON sessions'],
  ['between the session and its record', 'INSERT ON activity'],
  ['between the session and the epoch', 'UPDATE OF link_epoch ON contacts'],
])('a crash %s: neither is stored', async (_when, event) => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const before = await dump();
  await env.DB.prepare(
    `CREATE TRIGGER crash BEFORE ${event} BEGIN SELECT RAISE(ABORT, 'crash'); END`,
  ).run();
  expectConsoleError(/request failed/);
  await expectBackInAMoment(await asking.get(linkIn(mail)));
  expect(await dump()).toEqual(before);
  await env.DB.prepare('DROP TRIGGER crash').run();
  expect((await asking.get(linkIn(mail))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('KV without the new link yet: the page says to wait; the link works later', async () => {
  let misses = 2;
  const late = withReads(async (real) => (misses-- > 0 ? null : real()));
  const asking = visit('demo', late);
  const mail = await asking.ask(carla);
  for (let early = 0; early < 2; early += 1) {
    const response = await asking.get(linkIn(mail));
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('wait a minute and open the link again');
  }
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
  expect((await asking.get(linkIn(mail))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('KV with an old version of a link: nobody is signed in again', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const old = await env.TOKENS.get(await kvKeyOf());
  const stale = withReads(async () => old);
  await asking.get(linkIn(mail));
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  expect((await visit('demo', stale).post(linkIn(mail))).status).toBe(410);

  await setAccess(await visit('app').signInAs(olivia), 'off');
  expect((await visit('demo', stale).post(linkIn(mail))).status).toBe(410);
  expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 2, sessions: 1 });
});

test.each([
  ['junk', '{"audience":'],
  ['another shape', '{"audience":1}'],
  ['nothing', 'null'],
])('KV with %s under a link: the link is unknown, and nothing fails', async (_what, value) => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  await env.TOKENS.put(await kvKeyOf(), value);
  expect((await asking.get(linkIn(mail))).status).toBe(404);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('KV out of reach: a clean 503, and the link works afterwards', async () => {
  let broken = true;
  const bindings = withReads(async (real) => {
    if (broken) throw new Error('KV GET failed: 503 Service Unavailable');
    return real();
  });
  const asking = visit('demo', bindings);
  const mail = await asking.ask(carla);
  expectConsoleError(/request failed/);
  await expectBackInAMoment(await asking.get(linkIn(mail)));
  broken = false;
  expect((await asking.get(linkIn(mail))).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

async function expectBackInAMoment(response: Response): Promise<void> {
  expect(await expectClean503(response)).toContain('Nothing was lost');
}

/** Returns the page. */
async function expectClean503(response: Response): Promise<string> {
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
  expect(response.headers.getSetCookie()).toEqual([]);
  const page = await response.text();
  expect(page).toMatch(/quote <code>[\w-]{12}<\/code>/);
  expect(page.replace(/<code>.*?<\/code>/, '')).not.toMatch(/D1_|KV |crash|SQLITE|Error/);
  return page;
}

/** The key of the one link that KV holds. */
async function kvKeyOf(): Promise<string> {
  const { keys } = await env.TOKENS.list({ prefix: 'link:' });
  expect(keys).toHaveLength(1);
  return keys[0]?.name ?? '';
}
