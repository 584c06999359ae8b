import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { carlaAtDemo, demoId, olivia, oliviaId } from './cast.ts';
import { rows } from './database.ts';
import { splitStatements } from './sql.ts';
import { type Visitor, visit } from './visitor.ts';

let count = 0;
/** How many migrations there were before the codes. */
const BEFORE = env.TEST_MIGRATIONS.findIndex(({ name }) => name.startsWith('0016_'));

/** Before each test: D1 has the schema of before the codes, and demo with Olivia and Carla. */
export async function resetToSentences(): Promise<void> {
  count = 0;
  await reset();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS.slice(0, BEFORE));
  await env.DB.batch([
    env.DB.prepare(
      "INSERT INTO workspaces (id, slug, name, created_at) VALUES (?, 'demo', 'Demo Studio', 1)",
    ).bind(demoId),
    env.DB.prepare(
      "INSERT INTO members (id, name, email, email_key, created_at) VALUES (?1, 'Olivia', ?2, ?2, 1)",
    ).bind(oliviaId, olivia),
    env.DB.prepare(
      `INSERT INTO contacts (id, workspace_id, name, name_key, email, email_key, portal_access, created_at, updated_at)
       VALUES (?, ?, 'Carla Client', 'carla client', 'client@demo.test', 'client@demo.test', 1, 1, 1)`,
    ).bind(carlaAtDemo, demoId),
  ]);
}

/** Brings D1 up to date, and Olivia to her workspace. */
export async function migrate(): Promise<Visitor> {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await env.DB.batch(splitStatements(env.TEST_SEED).map((sql) => env.DB.prepare(sql)));
  return visit('app').signInAs(olivia);
}

/** Records an activity of Carla as earlier versions did; returns its id. */
export async function enterActivity(kind: string, detail: unknown): Promise<string> {
  count += 1;
  const id = `activity-${count}`;
  await env.DB.prepare(
    'INSERT INTO activity (id, at, kind, workspace_id, contact_id, detail) VALUES (?, ?, ?, ?, ?, ?)',
  )
    .bind(id, Date.now() - count * 1000, kind, demoId, carlaAtDemo, detailText(detail))
    .run();
  return id;
}

function detailText(detail: unknown): string {
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}

/** Stores a mail to Carla as earlier versions did; returns its id. */
export async function enterMail(state: string, reason: string): Promise<string> {
  count += 1;
  const id = `mail-${count}`;
  await env.DB.prepare(
    `INSERT INTO mails (id, kind, workspace_id, contact_id, state, reason, tries, created_at, settled_at)
     VALUES (?, 'sign-in', ?, ?, ?, ?, 1, ?, 2)`,
  )
    .bind(id, demoId, carlaAtDemo, state, reason, Date.now() - count)
    .run();
  return id;
}

export async function detailOf(id: string): Promise<unknown> {
  const [row] = await rows('SELECT detail FROM activity WHERE id = ?', id);
  return JSON.parse(String(row?.detail));
}

export async function reasonOf(id: string): Promise<unknown> {
  return (await rows('SELECT reason FROM mails WHERE id = ?', id))[0]?.reason;
}

/** What a page says, without its tags. */
export async function readPage(owner: Visitor, path: string): Promise<string> {
  const response = await owner.get(path);
  expect(response.status, path).toBe(200);
  const html = await response.text();
  const text = html.replace(/<(style|script)[^>]*>.*?<\/\1>/gs, '').replace(/<[^>]+>/g, '');
  return text.replace(/&amp;/g, '&').replace(/\s+/g, ' ');
}

export const CARD = `/w/demo/contacts/${carlaAtDemo}`;

export const ACTIVITY = '/w/demo/activity';
