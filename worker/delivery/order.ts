import * as v from 'valibot';
import type { MailId } from '../db/ids.ts';
import type { Account, KnownAccount } from '../sessions/account.ts';
import type { Seen } from '../sessions/start.ts';
import { StoredAccount } from '../sign-in/attempt.ts';
import type { LinkOrder } from '../sign-in/issue.ts';

/**
 * A mail to be written and sent: what a queue's message holds. Nothing in it opens anything: no token, no code, no
 * verifier. Nor does it say where to send or whose words to use; both are looked up when the mail leaves.
 */
export type Order = SignInOrder | PasswordOrder;

type Ordered = {
  mail: MailId;
  /** When it was ordered, and from which browser and place, for the mail to tell. */
  at: number;
  seen: Seen;
};

/** A link that was asked for. */
export type SignInOrder = Ordered & { kind: 'sign-in'; link: LinkOrder };

/** A notice that the password was changed, for the owner of the address that it was changed at. */
export type PasswordOrder = Ordered & {
  kind: 'password';
  account: KnownAccount;
  addressKey: string;
  what: 'set' | 'changed' | 'removed';
};

const ordered = {
  mail: v.custom<MailId>((value) => typeof value === 'string'),
  at: v.number(),
  seen: v.object({ device: v.string(), place: v.string() }),
};

const Message = v.variant('kind', [
  v.object({
    ...ordered,
    kind: v.literal('sign-in'),
    link: v.object({
      account: StoredAccount,
      epoch: v.number(),
      verifierHash: v.string(),
      addressKey: v.string(),
      next: v.string(),
    }),
  }),
  v.object({
    ...ordered,
    kind: v.literal('password'),
    account: v.custom<KnownAccount>(isKnown),
    addressKey: v.string(),
    what: v.picklist(['set', 'changed', 'removed']),
  }),
]);

/** The order in a queue's message; null for what is none of ours. */
export function readOrder(body: unknown): Order | null {
  const parsed = v.safeParse(Message, body);
  return parsed.success ? parsed.output : null;
}

/** Whose mail it is. */
export function accountOf(order: Order): Account {
  return order.kind === 'sign-in' ? order.link.account : order.account;
}

function isKnown(value: unknown): boolean {
  const parsed = v.safeParse(StoredAccount, value);
  return parsed.success && parsed.output.kind !== 'newcomer';
}
