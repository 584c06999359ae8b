import type { ApiKeyId, MemberId } from '../db/ids.ts';

/** Who does something: a member on a page, a program with an API key, or Latchkey by itself. */
export type Actor =
  | { kind: 'member'; id: MemberId }
  | { kind: 'api-key'; id: ApiKeyId }
  | { kind: 'system' };

/** A member as an actor. */
export function actorOf({ id }: { id: MemberId }): Actor {
  return { kind: 'member', id };
}
