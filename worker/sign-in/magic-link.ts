import * as v from 'valibot';
import { type Account, StoredAccount } from '../accounts/account.ts';
import { audienceOf, type Realm } from '../accounts/realm.ts';
import { sha256 } from '../crypto/hash.ts';
import type { MailId } from '../db/ids.ts';
import { LINK_LIFETIME } from '../limits/lifetimes.ts';
import { days } from '../values/duration.ts';

/** How long a used or expired link is still recognised, so that its page can explain it. */
export const LINK_REMEMBERED = days(1);

/**
 * A magic link, stored in KV under the hash of its token. It never changes. D1 decides whether it may still be used,
 * so a stale answer of KV does no harm (decision 0001).
 */
export type MagicLink = {
  /** The mail that the link was sent in; null for a link that is older than this field. */
  mail: MailId | null;
  account: Account;
  epoch: number;
  /** The hash of the verifier of the browser that asked. */
  verifierHash: string;
  addressKey: string;
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
    next: v.string(),
    createdAt: v.number(),
    expiresAt: v.number(),
  }),
);

/** A token, and what mail programs hang on the end of a link: `.`, `>`, `_`, `&data=...`. A letter or digit is never that. */
const OPENED = /^([A-Za-z0-9_-]{43})(?:[_-]*(?:[^A-Za-z0-9_\-\0].*)?)$/s;
/** The most characters of a token and what hangs on it. */
const LONGEST_OPENED = 2000;

/** The token in the last part of a link that was opened, with the hash that it is stored under; null when there is none. */
export async function tokenIn(opened: string): Promise<{ token: string; hash: string } | null> {
  if (opened.length > LONGEST_OPENED) return null;
  const [, token] = OPENED.exec(opened) ?? [];
  return token === undefined ? null : { token, hash: await sha256(token) };
}

/** Stores a magic link for LINK_REMEMBERED. */
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

/** Finds the magic link of a token in a realm; null otherwise. A token of another tenant is not found. */
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

/** Whether a link is older than LINK_LIFETIME. */
export function linkExpired(link: MagicLink, now: number): boolean {
  return now >= link.expiresAt;
}

function keyOf(tokenHash: string): string {
  return `link:${tokenHash}`;
}
