import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { seconds } from '../../worker/values/duration.ts';
import { carla } from './cast.ts';
import { moveClock } from './clock.ts';
import { expectConsoleError } from './console-errors.ts';
import { rows } from './database.ts';
import { type Behaviour, textOf } from './doubles/mailchannels/send.ts';
import type { Mail } from './mail.ts';
import { mailService, onTheWire } from './network.ts';
import { deliverQueued, queued } from './queue.ts';
import { type Visitor, visit } from './visitor.ts';

/** What is logged when the mail service does not accept a mail. */
export const REFUSED = /"what":"mail refused"/;

/** How the mail service answers while it is down. */
export const DOWN: Behaviour = '500 with HTML';

/** Mail goes by MailChannels, as on a deployment. */
export const overTheWire = { ...env, MAIL_TRANSPORT: 'mailchannels' };

/** Carla asks for a link while the mail service is down: the mail waits in the queue. */
export async function askWhileDown(...then: Behaviour[]): Promise<Visitor> {
  moveClock(0);
  expectConsoleError(REFUSED);
  mailService(DOWN, DOWN, ...then);
  const browser = visit('demo', overTheWire);
  await browser.post('/sign-in/link', { email: carla });
  expect(queued()).toHaveLength(1);
  return browser;
}

/** As long passes as the queue has been asked to wait; then it delivers. */
export async function passPause(bindings: Env = overTheWire) {
  moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
  return deliverQueued(bindings);
}

/** The stored mails, oldest first. */
export async function storedMails() {
  return rows('SELECT state, tries, reason, provider_id FROM mails ORDER BY created_at');
}

/** The last mail on the wire, for `linkIn` and `codeIn`. */
export function lastMail(): Mail {
  const text = textOf(onTheWire().at(-1));
  return { text } as Mail;
}
