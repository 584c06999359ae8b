import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import worker from '../../../worker/index.ts';
import { days } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, demoId } from '../../support/cast.ts';
import { dump, rows } from '../../support/database.ts';
import { visit } from '../../support/visitor.ts';

const NOW = Date.UTC(2026, 10, 22, 3, 17);

/** Runs what the nightly cron runs, as of a moment. */
async function sweepAt(now: number): Promise<void> {
  const controller = createScheduledController({
    scheduledTime: new Date(now),
    cron: '17 3 * * *',
  });
  await worker.scheduled(controller, env);
  await waitOnExecutionContext(createExecutionContext());
}

async function addSession(id: string, expiresAt: number): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO sessions (id, workspace_id, contact_id, method, link_epoch, device, place,
       created_at, last_seen_at, expires_at) VALUES (?, ?, ?, 'link', ?, '', '', 0, 0, ?)`,
  )
    .bind(id, demoId, carlaAtDemo, expiresAt, expiresAt)
    .run();
}

async function addActivity(id: string, kind: string, at: number): Promise<void> {
  await env.DB.prepare(
    'INSERT INTO activity (id, at, kind, workspace_id, contact_id) VALUES (?, ?, ?, ?, ?)',
  )
    .bind(id, at, kind, demoId, carlaAtDemo)
    .run();
}

async function addTry(key: string, resetsAt: number): Promise<void> {
  await env.DB.prepare('INSERT INTO tries (key, count, resets_at) VALUES (?, 5, ?)')
    .bind(key, resetsAt)
    .run();
}

async function addMail(id: string, createdAt: number): Promise<void> {
  await env.DB.prepare(
    "INSERT INTO mails (id, kind, workspace_id, contact_id, state, created_at) VALUES (?, 'sign-in', ?, ?, 'accepted', ?)",
  )
    .bind(id, demoId, carlaAtDemo, createdAt)
    .run();
}

async function addLink(mail: string, requestedAt: number): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO magic_links (mail_id, workspace_id, contact_id, address_key, link_epoch, verifier_hash, requested_at)
     VALUES (?, ?, ?, '', 0, '', ?)`,
  )
    .bind(mail, demoId, carlaAtDemo, requestedAt)
    .run();
}

async function idsIn(table: 'sessions' | 'activity' | 'mails'): Promise<unknown[]> {
  return (await rows(`SELECT id FROM ${table} ORDER BY id`)).map(({ id }) => id);
}

test('the sweep: removes what is past its time, to the millisecond, nothing else', async () => {
  const { contacts, contact_companies, members, workspaces } = (await dump()).d1;
  await addSession('s-living', NOW + days(30));
  await addSession('s-expired yesterday', NOW - days(1));
  await addSession('s-kept, just', NOW - days(180));
  await addSession('s-gone', NOW - days(180) - 1);
  await addTry('t-counting', NOW + 1);
  await addTry('t-kept, just', NOW);
  await addTry('t-over', NOW - 1);
  await addActivity('a-kept, just', 'signed_in', NOW - days(396));
  await addActivity('a-gone', 'signed_in', NOW - days(396) - 1);
  await addActivity('a-gone too', 'access_off', NOW - days(500));
  await addActivity('l-kept, just', 'link_sent', NOW - days(90));
  await addActivity('l-gone', 'link_sent', NOW - days(90) - 1);
  await addActivity('l-withheld', 'link_withheld', NOW - days(90) - 1);
  await addActivity('l-scanned', 'link_scanned', NOW - days(90) - 1);
  await addActivity('l-opened', 'link_opened', NOW - days(90) - 1);
  await addActivity('l-opened, kept', 'link_opened', NOW - days(90));
  await addActivity('l-failed stays', 'link_failed', NOW - days(91));
  await addMail('m-kept, just', NOW - days(90));
  await addMail('m-gone', NOW - days(90) - 1);
  await addMail('m-new', NOW);
  await addActivity('z-now', 'link_sent', NOW);
  await addLink('k-kept, just', NOW - days(1));
  await addLink('k-gone', NOW - days(1) - 1);

  await sweepAt(NOW);
  expect(await idsIn('sessions')).toEqual(['s-expired yesterday', 's-kept, just', 's-living']);
  expect(await idsIn('activity')).toEqual([
    'a-kept, just',
    'l-failed stays',
    'l-kept, just',
    'l-opened, kept',
    'z-now',
  ]);
  expect(await idsIn('mails')).toEqual(['m-kept, just', 'm-new']);
  expect(await rows('SELECT mail_id FROM magic_links')).toEqual([{ mail_id: 'k-kept, just' }]);
  expect(await rows('SELECT key FROM tries ORDER BY key')).toEqual([
    { key: 't-counting' },
    { key: 't-kept, just' },
  ]);
  const after = await dump();
  expect(after.d1).toMatchObject({ contacts, contact_companies, members, workspaces });

  await sweepAt(NOW);
  expect(await dump(), 'running it twice changes nothing').toEqual(after);
});

test('the sweep: leaves active sessions and valid links', async () => {
  const client = await visit('demo').signInAs(carla);
  await visit('demo').ask(carla);
  const before = await dumpButCounts();
  await sweepAt(Date.now());
  expect(await dumpButCounts()).toEqual(before);
  expect((await client.get('/')).status).toBe(200);
});

/** Without the counts of mails: the hour by which they count may end in the middle of the test. */
async function dumpButCounts(): ReturnType<typeof dump> {
  const { d1, kv } = await dump();
  return { d1: { ...d1, tries: [] }, kv };
}
