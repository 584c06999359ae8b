import { MailChannels } from 'mailchannels-sdk';
import { minutes, seconds } from '../limits/duration.ts';
import {
  SIGNING_KEY_KEPT,
  SIGNING_KEY_KNOWN,
  SIGNING_KEY_MISSED,
  SIGNING_KEYS_IN_VAIN,
} from '../limits/rules.ts';

/** A key that webhooks are signed with. `silent`: MailChannels did not say, and may later. */
export type SigningKey = { ok: true; key: string } | { ok: false; why: 'unknown' | 'silent' };

/** Finds a key by its id, which may be anybody's invention; `store` knows, for all isolates, which ids are none. */
export type SigningKeys = (id: string, now: number, store: KVNamespace) => Promise<SigningKey>;

/** An Ed25519 public key as SPKI in base64 (RFC 8410), with or without the lines around it. */
const KEY = /MCowBQYDK2VwAyEA[\w+/]{43}=/;
const TIME_OUT = seconds(5);

/** What is known of a key's id. `isReal`: there was a key by it, and MailChannels has not said since that there is none. */
type Remembered = { found: SigningKey; until: number; isReal: boolean };

/**
 * The keys of MailChannels, for one isolate: each is asked for once in SIGNING_KEY_KEPT. What it keeps is bounded by
 * what it asks for. Strangers can use up what may be asked in vain, but not keep a key from being asked for again that
 * was there before, here or in another isolate.
 */
export function createSigningKeys(settings: {
  mailchannelsApiKey: string;
  mailchannelsUrl: string;
}): SigningKeys {
  const { mailchannelsApiKey, mailchannelsUrl: baseUrl } = settings;
  const client = new MailChannels(mailchannelsApiKey, baseUrl === '' ? {} : { baseUrl });
  const remembered = new Map<string, Remembered>();
  let vain = { count: 0, until: 0 };

  return async (id, now, store) => {
    const known = remembered.get(id);
    if (known !== undefined && now < known.until) return known.found;
    if (now >= vain.until) vain = { count: 0, until: now + minutes(1) };
    const isUsedUp = vain.count >= SIGNING_KEYS_IN_VAIN;
    const counted = known?.isReal || (isUsedUp && (await wasReal(store, id))) ? null : vain;
    if (counted !== null && isUsedUp) return SILENT;
    // counted before it is asked, so that many at once are no more than one after the other
    if (counted !== null) counted.count += 1;
    // and of those who come for a key that was there before, one asks: for as long as that takes it still counts
    else if (known?.found.ok) remembered.set(id, { ...known, until: now + TIME_OUT });
    const found = await ask(client, id);
    if (counted !== null && found.ok) counted.count -= 1;
    if (found.ok) await keepReal(store, id);
    else if (found.why === 'unknown' && counted === null) await forgetReal(store, id);
    for (const [other, { until, isReal }] of remembered) {
      if (!isReal && now >= until) remembered.delete(other);
    }
    const isReal = found.ok || (found.why === 'silent' && known?.isReal === true);
    const kept = found.ok ? SIGNING_KEY_KEPT : SIGNING_KEY_MISSED;
    remembered.set(id, { found, until: now + kept, isReal });
    return found;
  };
}

const SILENT = { ok: false, why: 'silent' } as const;

/** Says nothing of the key itself, which only MailChannels does. KV down: as if nobody had ever heard of it. */
async function wasReal(store: KVNamespace, id: string): Promise<boolean> {
  return (await store.get(inStore(id)).catch(() => null)) !== null;
}

/** Once an hour and isolate at most, and of ids that MailChannels has a key by: strangers can't make it write. */
async function keepReal(store: KVNamespace, id: string): Promise<void> {
  await store
    .put(inStore(id), 'real', { expirationTtl: SIGNING_KEY_KNOWN / seconds(1) })
    .catch(() => undefined);
}

/** MailChannels has withdrawn it. */
async function forgetReal(store: KVNamespace, id: string): Promise<void> {
  await store.delete(inStore(id)).catch(() => undefined);
}

function inStore(id: string): string {
  return `signing-key:${id}`;
}

async function ask(client: MailChannels, id: string): Promise<SigningKey> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeOut = new Promise<SigningKey>((resolve) => {
    timer = setTimeout(() => resolve(SILENT), TIME_OUT);
  });
  try {
    return await Promise.race([read(client, id), timeOut]);
  } finally {
    clearTimeout(timer);
  }
}

/** A 200 that holds no key, such as somebody's login page, says nothing about the key. */
async function read(client: MailChannels, id: string): Promise<SigningKey> {
  const { data, error } = await client.webhooks.getSigningKey(id);
  if (error?.statusCode === 404 || error?.statusCode === 400) return { ok: false, why: 'unknown' };
  const [key] = KEY.exec(data?.key ?? '') ?? [];
  return key === undefined ? SILENT : { ok: true, key };
}
