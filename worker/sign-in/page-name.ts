import { randomLabel } from '../crypto/random.ts';

/** A new name for a page with a form that asks for a link: 128 random bits. A form that is sent twice has the same one. */
export function newPageName(): string {
  return randomLabel(16);
}

const NAME = /^[\w-]{22}$/;

/** The name of the page that a form was on; null when it has none of ours. */
export function readPageName(typed: string): string | null {
  return NAME.test(typed) ? typed : null;
}
