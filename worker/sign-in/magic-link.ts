import * as v from 'valibot';
import { type Account, StoredAccount } from '../accounts/account.ts';
import { audienceOf, type Realm } from '../accounts/realm.ts';
import { sha256 } from '../crypto/hash.ts';
import type { MailId } from '../db/ids.ts';
import { LINK_LIFETIME, LINK_REMEMBERED } from '../limits/rules.ts';

/**
 * A pending link, in KV under the hash of its token. It never changes once written: whether it may
 * still be used is for D1 to say, so a stale or late answer of KV can harm nobody.
 */
export type MagicLink = {
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
export async function storeMagicLink(
  tokens: KVNamespace,
  realm: Realm,
  tokenHash: string,
  link: Omit<MagicLink, 'createdAt' | 'expiresAt'>,
  now: number,
): Promise<void> {
  const stored = {
    audience: audienceOf(realm),
    ...link,
    createdAt: now,
    expiresAt: now + LINK_LIFETIME,
  };
  await tokens.put(keyOf(tokenHash), JSON.stringify(stored), {
    expirationTtl: LINK_REMEMBERED / 1000,
  });
}

/** The attempt of a token, if it was issued at this door: another tenant's token is an unknown one. */
export async function findMagicLink(
  tokens: KVNamespace,
  realm: Realm,
  tokenHash: string,
): Promise<MagicLink | null> {
  const stored = v.safeParse(Stored, await tokens.get(keyOf(tokenHash)));
  if (!stored.success || stored.output.audience !== audienceOf(realm)) return null;
  const { audience: _audience, ...link } = stored.output;
  return link;
}

export function linkExpired(link: MagicLink, now: number): boolean {
  return now >= link.expiresAt;
}

function keyOf(tokenHash: string): string {
  return `link:${tokenHash}`;
}
