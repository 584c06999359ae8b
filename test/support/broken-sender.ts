import { carla } from './cast.ts';
import { withoutWaiting } from './clock.ts';
import { rows } from './database.ts';
import type { Behaviour } from './doubles/mailchannels/send.ts';
import { mailsTo, withDomains } from './senders.ts';
import { visit } from './visitor.ts';

/** The answer of a mail service that accepts a mail. */
export const OK: Behaviour = 'takes it over (202)';

/** Carla asks for a link at demo; time-outs of the mail service pass at once. */
export async function carlaAsks(): Promise<void> {
  await withoutWaiting(() => visit('demo', withDomains).post('/sign-in/link', { email: carla }));
}

/** From which address each mail on the wire came. */
export function sendersTo(address: string): (string | undefined)[] {
  return mailsTo(address).map(({ body }) => body.from.email);
}

/** How each sign-in mail fared. */
export async function signInMails() {
  return rows('SELECT state, tries, reason FROM mails WHERE contact_id IS NOT NULL');
}
