import * as v from 'valibot';
import { days } from '../values/duration.ts';
import { headersOf, type OutgoingMail, type Transport } from './service.ts';

/** A mail that the development mailbox keeps, under an id of its own. */
export type KeptMail = Omit<OutgoingMail, 'dkim'> & {
  headers: Record<string, string>;
  sentAt: number;
};

const Kept = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    id: v.string(),
    to: v.string(),
    from: v.object({ name: v.string(), email: v.string() }),
    replyTo: v.nullable(v.string()),
    subject: v.string(),
    text: v.string(),
    html: v.string(),
    headers: v.optional(v.record(v.string(), v.string()), {}),
    sentAt: v.number(),
  }),
);

const PREFIX = 'outbox:';
const ID = /^\d{13}-[0-9a-f]{8}$/;
/** Keys sort by time, newest first, which is the order that KV lists them in. */
const END_OF_TIME = 9_999_999_999_999;
const KEPT_FOR = days(1);

/** The transport of development: mails stay in the local KV, for everybody to read. */
export function outbox(store: KVNamespace): Transport {
  return async (mail, now) => {
    const id = `${String(END_OF_TIME - now)}-${crypto.randomUUID().slice(0, 8)}`;
    const { dkim: _signedByNobody, ...shown } = mail;
    const kept: KeptMail = { ...shown, id, headers: headersOf(mail), sentAt: now };
    await store.put(`${PREFIX}${id}`, JSON.stringify(kept), { expirationTtl: KEPT_FOR / 1000 });
    return { ok: true, id, requestId: null };
  };
}

/** The mails of the outbox, newest first; at most 100. */
export async function listOutbox(store: KVNamespace): Promise<KeptMail[]> {
  const { keys } = await store.list({ prefix: PREFIX, limit: 100 });
  const mails = await Promise.all(keys.map(({ name }) => readMail(store, name)));
  return mails.filter((mail) => mail !== null);
}

export async function findInOutbox(store: KVNamespace, id: string): Promise<KeptMail | null> {
  return ID.test(id) ? readMail(store, `${PREFIX}${id}`) : null;
}

async function readMail(store: KVNamespace, key: string): Promise<KeptMail | null> {
  const parsed = v.safeParse(Kept, await store.get(key));
  return parsed.success ? parsed.output : null;
}
