import { MailChannelsClient, Webhooks } from 'mailchannels-sdk';
import { days, hours, minutes, seconds } from '../../values/duration.ts';
import { withTimeout } from '../../values/timeout.ts';

/** How long an isolate caches a signing key, and how long it caches that a key does not exist. */
export const SIGNING_KEY_KEPT = hours(1);
export const SIGNING_KEY_MISSED = minutes(1);

/** Time-out for fetching a key, while MailChannels waits for our answer. */
const SIGNING_KEY_TIME_OUT = seconds(5);

/** How long KV remembers that a key id exists. */
const SIGNING_KEY_KNOWN = days(30);

/** At most this many unknown key ids are looked up per minute and isolate. Attack: invented ids. */
export const SIGNING_KEYS_IN_VAIN = 20;

/** A key that webhooks are signed with. `silent`: MailChannels did not say, and may later. */
export type SigningKey = { ok: true; key: string } | { ok: false; why: 'unknown' | 'silent' };

/** Finds a key by its id, which may be anybody's invention. `store` knows across isolates which ids were real. */
export type SigningKeys = (id: string, now: number, store: KVNamespace) => Promise<SigningKey>;

/** An Ed25519 public key as SPKI in base64 (RFC 8410), with or without the lines around it. */
const KEY = /MCowBQYDK2VwAyEA[\w+/]{43}=/;

const SILENT: SigningKey = { ok: false, why: 'silent' };

/** What is known of a key's id. `isReal`: there was a key by it, and MailChannels has not said since that there is none. */
type Remembered = { found: SigningKey; until: number; isReal: boolean };

/**
 * The signing keys of MailChannels, cached per isolate for SIGNING_KEY_KEPT. Attack: strangers send invented key ids. They
 * can use up the budget of look-ups for unknown ids, but an id that was once real is always looked up, also in another
 * isolate.
 */
export function createSigningKeys(settings: {
  mailchannelsApiKey: string;
  mailchannelsUrl: string;
}): SigningKeys {
  const { mailchannelsApiKey, mailchannelsUrl: baseUrl } = settings;
  const client = new MailChannelsClient(mailchannelsApiKey, baseUrl === '' ? {} : { baseUrl });
  const webhooks = new Webhooks(client);
  const remembered = new Map<string, Remembered>();
  const debit = lookUpBudget();

  return async (id, now, store) => {
    const known = remembered.get(id);
    if (known !== undefined && now < known.until) return known.found;
    const refund = debit(now);
    const isTrusted = known?.isReal === true || (refund === null && (await wasReal(store, id)));
    if (refund === null && !isTrusted) return SILENT;
    // of those who come for a key that was there before, one asks: for as long as that takes it still counts
    if (known?.found.ok) remembered.set(id, { ...known, until: now + SIGNING_KEY_TIME_OUT });
    const found = await withTimeout(ask(webhooks, id), SIGNING_KEY_TIME_OUT, SILENT);
    if (found.ok || isTrusted) refund?.();
    await writeDown(store, id, found, isTrusted);
    dropStale(remembered, now);
    const isReal = found.ok || (found.why === 'silent' && known?.isReal === true);
    const kept = found.ok ? SIGNING_KEY_KEPT : SIGNING_KEY_MISSED;
    remembered.set(id, { found, until: now + kept, isReal });
    return found;
  };
}

/**
 * A budget of look-ups for unknown key ids, SIGNING_KEYS_IN_VAIN a minute. Debits one and returns its refund; null when the
 * budget is spent. Debited before the request, so that parallel requests can't overdraw it.
 */
function lookUpBudget(): (now: number) => (() => void) | null {
  let minute = { spent: 0, until: 0 };
  return (now) => {
    if (now >= minute.until) minute = { spent: 0, until: now + minutes(1) };
    const debited = minute;
    if (debited.spent >= SIGNING_KEYS_IN_VAIN) return null;
    debited.spent += 1;
    return () => {
      debited.spent -= 1;
    };
  };
}

/** Entries of real keys are never dropped, so strangers cannot push them out. */
function dropStale(remembered: Map<string, Remembered>, now: number): void {
  for (const [id, { until, isReal }] of remembered) {
    if (!isReal && now >= until) remembered.delete(id);
  }
}

/** Whether KV knows the id as real. KV does not hold the key. If KV fails: no. */
async function wasReal(store: KVNamespace, id: string): Promise<boolean> {
  return (await store.get(inStore(id)).catch(() => null)) !== null;
}

/**
 * Writes to KV that an id is real, or deletes it. Only after MailChannels answered, and at most once an hour and isolate, so
 * strangers cannot cause writes.
 */
async function writeDown(
  store: KVNamespace,
  id: string,
  found: SigningKey,
  isTrusted: boolean,
): Promise<void> {
  const written = { expirationTtl: SIGNING_KEY_KNOWN / seconds(1) };
  if (found.ok) await store.put(inStore(id), 'real', written).catch(() => undefined);
  else if (found.why === 'unknown' && isTrusted) {
    await store.delete(inStore(id)).catch(() => undefined);
  }
}

function inStore(id: string): string {
  return `signing-key:${id}`;
}

/** A 200 that holds no key, such as somebody's login page, says nothing about the key. */
async function ask(webhooks: Webhooks, id: string): Promise<SigningKey> {
  const { data, error } = await webhooks.getSigningKey(id);
  if (error?.statusCode === 404 || error?.statusCode === 400) return { ok: false, why: 'unknown' };
  const [key] = KEY.exec(data?.key ?? '') ?? [];
  return key === undefined ? SILENT : { ok: true, key };
}
