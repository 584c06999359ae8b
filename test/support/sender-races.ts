import { beforeStatement } from './bindings.ts';
import { EMAIL, HELLO, remove, STUDIO, withDomains } from './senders.ts';
import type { Visitor } from './visitor.ts';

export const OTHER = 'hello@other.example';

/** Bindings that call `change` just before a batch with such a statement. */
export function racing(statement: RegExp, change: () => Promise<unknown>): Env {
  return beforeStatement(statement, change, withDomains);
}

/** What happens to a sender, and how an owner does it. */
export type Change = [string, (owner: Visitor) => Promise<unknown>];

export const ENTERED: Change[] = [
  ['another address is entered', (owner) => owner.post(EMAIL, { email: OTHER })],
  ['another of the same domain is entered', (owner) => owner.post(EMAIL, { email: `o@${STUDIO}` })],
];

export const REMOVED: Change[] = [
  ['it is removed', (owner) => remove(owner)],
  [
    'it is removed and entered again',
    async (owner) => {
      await remove(owner);
      await owner.post(EMAIL, { email: HELLO });
    },
  ],
];
