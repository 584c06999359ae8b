import * as v from 'valibot';
import type { Account } from '../accounts/account.ts';
import { audienceOf, type Door } from '../accounts/realm.ts';
import { sha256 } from '../crypto/hash.ts';
import type { ContactId, MailId, MemberId, WorkspaceId } from '../db/ids.ts';
import { LINK_LIFETIME, LINK_REMEMBERED } from '../limits/rules.ts';

/**
 * A pending link, in KV under the hash of its token. It never changes once written: whether it may
 * still be used is for D1 to say, so a stale or late answer of KV can harm nobody.
 */
export type Attempt = {
  /** The mail that brought it; null for links from before this was kept. */
  mail: MailId | null;
  account: Account;
  epoch: number;
  verifierHash: string;
  addressKey: string;
  masked: string;
  next: string;
  createdAt: number;
  expiresAt: number;
};

/** An account as it is written down, in KV and in a queue's messages. */
export const StoredAccount = v.variant('kind', [
  v.object({
    kind: v.literal('contact'),
    workspace: v.custom<WorkspaceId>((value) => typeof value === 'string'),
    id: v.custom<ContactId>((value) => typeof value === 'string'),
  }),
  v.object({
    kind: v.literal('member'),
    id: v.custom<MemberId>((value) => typeof value === 'string'),
  }),
  v.object({
    kind: v.literal('newcomer'),
    email: v.object({ address: v.string(), key: v.string() }),
  }),
]);

const Stored = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    audience: v.string(),
    mail: v.optional(v.nullable(v.custom<MailId>((value) => typeof value === 'string')), null),
    account: StoredAccount,
    epoch: v.number(),
    verifierHash: v.string(),
    addressKey: v.string(),
    masked: v.string(),
    next: v.string(),
    createdAt: v.number(),
    expiresAt: v.number(),
  }),
);

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The hash that a token is kept under; null for what cannot be a token of ours. */
export async function hashToken(token: string): Promise<string | null> {
  return TOKEN.test(token) ? sha256(token) : null;
}

/** Keeps an attempt for LINK_REMEMBERED, so that a late click can still be answered kindly. */
export async function keepAttempt(
  tokens: KVNamespace,
  door: Door,
  tokenHash: string,
  attempt: Omit<Attempt, 'createdAt' | 'expiresAt'>,
  now: number,
): Promise<void> {
  const stored = {
    audience: audienceOf(door),
    ...attempt,
    createdAt: now,
    expiresAt: now + LINK_LIFETIME,
  };
  await tokens.put(keyOf(tokenHash), JSON.stringify(stored), {
    expirationTtl: LINK_REMEMBERED / 1000,
  });
}

/** The attempt of a token, if it was issued at this door: another tenant's token is an unknown one. */
export async function findAttempt(
  tokens: KVNamespace,
  door: Door,
  tokenHash: string,
): Promise<Attempt | null> {
  const stored = v.safeParse(Stored, await tokens.get(keyOf(tokenHash)));
  if (!stored.success || stored.output.audience !== audienceOf(door)) return null;
  const { audience: _audience, ...attempt } = stored.output;
  return attempt;
}

export function hasExpired(attempt: Attempt, now: number): boolean {
  return now >= attempt.expiresAt;
}

function keyOf(tokenHash: string): string {
  return `link:${tokenHash}`;
}
