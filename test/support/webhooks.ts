import { env } from 'cloudflare:workers';
import * as paths from '../../ui/paths.ts';
import { carla } from './cast.ts';
import { rows } from './database.ts';
import type { Signer } from './doubles/mailchannels/signing-keys.ts';
import { signer } from './network.ts';
import { type Visitor, visit } from './visitor.ts';

export const ACCOUNT = 'acme-account';
/** The Message-ID of the one mail of a test, by the double of MailChannels' API. */
export const MESSAGE = '<m-1@mailchannels.test>';
export const REQUEST = 'r-1';
/** Words of a mail server that is somebody else's, or an attacker's. */
export const EVIL = '550 5.1.1 <script>alert(1)</script> \u202egnorw for client@demo.test';

/** What is logged of a mail that did not arrive. */
export const LOGGED = /"what":"event of a mail"/;

type Event = Record<string, unknown>;

/** The Worker of a test, and MailChannels as its client; a test may put another `machine` in. */
export const webhook: { bindings: Env; machine: Visitor; sign: Signer } = {
  bindings: env,
  machine: visit('app'),
  sign: async () => ({}),
};

/** Before each test: new bindings are a new isolate, which remembers no key from the test before. */
export async function prepareWebhook(): Promise<void> {
  webhook.bindings = { ...env, MAIL_TRANSPORT: 'mailchannels', MAILCHANNELS_ACCOUNT: ACCOUNT };
  webhook.machine = visit('app', webhook.bindings);
  webhook.sign = await signer();
}

/** Somebody asks for a link, and the mail service accepts the mail. */
export async function mailed(host = 'demo', email = carla): Promise<void> {
  await visit(host, webhook.bindings).post('/sign-in/link', { email });
}

/** An event as MailChannels sends it, about the one mail of a test. */
export function event(what: string, more: Event = {}): Event {
  return {
    email: 'portal@portal.localhost',
    customer_handle: ACCOUNT,
    timestamp: Math.floor(Date.now() / 1000),
    event: what,
    smtp_id: MESSAGE,
    request_id: REQUEST,
    recipients: [carla],
    ...more,
  };
}

export function bounce(more: Event = {}): Event {
  return event('hard-bounced', { status: '5.1.1', reason: EVIL, ...more });
}

/** Posts a body to the webhook, with the headers of its signature. */
export function postWebhook(
  body: string,
  headers: Record<string, string>,
  to = webhook.machine,
): Promise<Response> {
  const address = to.origin + paths.mailchannelsWebhook();
  const init = {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  };
  return to.send(new Request(address, init));
}

/** Posts events in a list, signed now, as MailChannels does. */
export async function sendEvents(...events: Event[]): Promise<Response> {
  const body = JSON.stringify(events);
  return postWebhook(body, await webhook.sign(body));
}

/** What was recorded of mails after they were sent. */
export async function deliveryActivity() {
  return rows(
    `SELECT kind, contact_id AS contact, detail FROM activity
     WHERE mail_id IS NOT NULL AND kind <> 'link_sent' ORDER BY contact_id, kind`,
  );
}

/** How many webhooks are stored, so that none counts twice. */
export async function storedWebhooks(): Promise<number> {
  return (await rows("SELECT 1 FROM tries WHERE key LIKE 'webhook/%'")).length;
}
