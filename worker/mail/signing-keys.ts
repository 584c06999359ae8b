import { MailChannels } from 'mailchannels-sdk';
import { minutes } from '../limits/duration.ts';
import {
  SIGNING_KEY_KEPT,
  SIGNING_KEY_MISSED,
  SIGNING_KEY_TIME_OUT,
  SIGNING_KEYS_IN_VAIN,
} from '../limits/rules.ts';
import { inTime } from './in-time.ts';

/** A key that webhooks are signed with. `silent`: MailChannels did not say, and may later. */
export type SigningKey = { ok: true; key: string } | { ok: false; why: 'unknown' | 'silent' };

/** Finds a key by its id, which may be anybody's invention. */
export type SigningKeys = (id: string, now: number) => Promise<SigningKey>;

/** An Ed25519 public key as SPKI in base64 (RFC 8410), with or without the lines around it. */
const KEY = /MCowBQYDK2VwAyEA[\w+/]{43}=/;

/**
 * The keys of MailChannels, for one isolate: each is asked for once in SIGNING_KEY_KEPT. What it keeps is bounded by
 * what it asks for.
 */
export function createSigningKeys(settings: {
  mailchannelsApiKey: string;
  mailchannelsUrl: string;
}): SigningKeys {
  const { mailchannelsApiKey, mailchannelsUrl: baseUrl } = settings;
  const client = new MailChannels(mailchannelsApiKey, baseUrl === '' ? {} : { baseUrl });
  const remembered = new Map<string, { found: SigningKey; until: number }>();
  let vain = { count: 0, until: 0 };

  return async (id, now) => {
    const known = remembered.get(id);
    if (known !== undefined && now < known.until) return known.found;
    if (now >= vain.until) vain = { count: 0, until: now + minutes(1) };
    const counted = vain;
    if (counted.count >= SIGNING_KEYS_IN_VAIN) return SILENT;
    // counted before it is asked, so that many at once are no more than one after the other
    counted.count += 1;
    const found = await inTime(ask(client, id), SIGNING_KEY_TIME_OUT, SILENT);
    if (found.ok) counted.count -= 1;
    for (const [other, { until }] of remembered) if (now >= until) remembered.delete(other);
    remembered.set(id, { found, until: now + (found.ok ? SIGNING_KEY_KEPT : SIGNING_KEY_MISSED) });
    return found;
  };
}

const SILENT: SigningKey = { ok: false, why: 'silent' };

/** A 200 that holds no key, such as somebody's login page, says nothing about the key. */
async function ask(client: MailChannels, id: string): Promise<SigningKey> {
  const { data, error } = await client.webhooks.getSigningKey(id);
  if (error?.statusCode === 404 || error?.statusCode === 400) return { ok: false, why: 'unknown' };
  const [key] = KEY.exec(data?.key ?? '') ?? [];
  return key === undefined ? SILENT : { ok: true, key };
}
