import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { rows } from './database.ts';
import { codeIn } from './mail.ts';
import type { Visitor } from './visitor.ts';

export const SESSION = '__Host-session';
export const REQUEST = '__Host-asking';

type SessionRow = {
  id: string;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  ended_at: number | null;
  ended_by: string | null;
};

/** The rows of all sessions, ended ones too, oldest first. */
export function allSessions(): Promise<Record<string, unknown>[]> {
  return rows('SELECT * FROM sessions ORDER BY created_at, rowid');
}

/** The row of the one session there is; throws when there are others. */
export async function onlySession(): Promise<SessionRow> {
  const found = await env.DB.prepare('SELECT * FROM sessions').all<SessionRow>();
  const [only, ...others] = found.results;
  if (only === undefined || others.length > 0) throw new Error(`${found.results.length} sessions`);
  return only;
}

/** The home page leads this browser to the sign-in page. */
export async function expectSignedOut(visitor: Visitor, what = 'signed out'): Promise<void> {
  const response = await visitor.get('/');
  const answer = [response.status, response.headers.get('location')];
  expect(answer, what).toEqual([303, '/sign-in?next=%2F']);
}

/** Signs in where a link would lead straight in: by the code of a new mail. */
export async function signInByCode(visitor: Visitor, email: string): Promise<Response> {
  return visitor.post('/sign-in/code', { code: codeIn(await visitor.ask(email)) });
}
