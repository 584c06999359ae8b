import { Webhooks } from 'mailchannels-sdk';
import { sha256 } from '../../crypto/hash.ts';
import { minutes, seconds } from '../../values/duration.ts';
import type { SigningKeys } from './signing-keys.ts';

/** A webhook that MailChannels signed, by what names the signed message; or why not. */
export type Verified = { ok: true; message: string } | { ok: false; why: 'forged' | 'no key yet' };

/**
 * How far a webhook's signature may be from now, before or after: clocks differ, and what is older is a replay. The
 * client that verifies it has the same five minutes.
 */
const WEBHOOK_FRESH = minutes(5);

/** Of the digests there are (RFC 9530), the one that MailChannels and its client use. */
const DIGEST = /^sha-256=:([\w+/]{43})=:$/;
/** What is signed, when and by which key (RFC 9421). Stricter than the client's own reading of it. */
const INPUT =
  /^\w{1,64}=\("content-digest"\);created=(\d{1,12});alg="[\w-]{1,32}";keyid="([\w.-]{1,64})"$/;

/**
 * Verifies MailChannels' signature on a recent webhook. Checks without a key come first, so that strangers rarely cause a
 * key look-up. The key is passed in, because the library would fetch it every time and accept signatures from the future.
 */
export async function verifyWebhook(
  find: (id: string) => ReturnType<SigningKeys>,
  headers: Headers,
  payload: string,
  now: number,
): Promise<Verified> {
  const digest = headers.get('content-digest') ?? '';
  const signature = headers.get('signature') ?? '';
  const input = headers.get('signature-input') ?? '';
  const [, created = '', keyId = ''] = INPUT.exec(input) ?? [];
  const isFresh = Math.abs(seconds(Number(created)) - now) <= WEBHOOK_FRESH;
  if (keyId === '' || !isFresh || !(await isDigestOf(digest, payload))) return FORGED;

  const found = await find(keyId);
  if (!found.ok) return found.why === 'silent' ? { ok: false, why: 'no key yet' } : FORGED;
  const signed = { 'content-digest': digest, signature, 'signature-input': input };
  const isSigned = await Webhooks.verify({ payload, headers: signed, publicKey: found.key });
  if (!isSigned) return FORGED;
  // of what was signed only: base64 has many spellings of one signature, and each would be another message
  return { ok: true, message: await sha256(`${digest} ${Number(created)} ${keyId}`) };
}

const FORGED = { ok: false, why: 'forged' } as const;

async function isDigestOf(header: string, payload: string): Promise<boolean> {
  const [, base64 = ''] = DIGEST.exec(header) ?? [];
  return (await sha256(payload)) === base64.replaceAll('+', '-').replaceAll('/', '_');
}
