// What MailChannels' HTTP API says when a mail is sent (docs.mailchannels.net/email-api).

import { createPlan } from '../plan.ts';

/** The API, or a simulator of it on this machine. */
const SEND =
  /^(?:https:\/\/api\.mailchannels\.net|http:\/\/127\.0\.0\.1:\d+)\/tx\/v1\/send(?:\?.*)?$/;

/** How the service answers a mail. */
export type Behaviour = keyof typeof ANSWERS;

const HTML = '<!doctype html><h1>Bad gateway</h1><p>upstream words for client@demo.test</p>';

const ANSWERS = {
  'takes it over (202)': accepted(202),
  'takes it over (200)': accepted(200),
  'says failed inside a 200': json(200, {
    request_id: 'r-1',
    results: [{ index: 0, status: 'failed', reason: 'upstream words' }],
  }),
  '400': json(400, { errors: ['upstream words'] }),
  '401': json(401, { message: 'upstream words' }),
  '403': json(403, { message: 'upstream words' }),
  '413': json(413, {}),
  '429': { status: 429, type: 'text/plain', text: 'upstream words' },
  '500 with HTML': { status: 500, type: 'text/html', text: HTML },
  '502 with HTML': { status: 502, type: 'text/html', text: HTML },
  'a login page in a 200': { status: 200, type: 'text/html', text: HTML },
  'an empty 202': { status: 202, type: 'application/json', text: '' },
  'half an answer': { status: 202, type: 'application/json', text: '{"results": [{"sta' },
  hangs: 'hangs',
  'drops the connection': 'drops',
} as const;

/** The eight ways that every visitor's answer is tried against. */
export const EIGHT: Behaviour[] = [
  'takes it over (202)',
  'says failed inside a 200',
  '400',
  '401',
  '429',
  '500 with HTML',
  'hangs',
  'drops the connection',
];

/** A mail as it went over the wire. */
export type WireMail = {
  headers: Record<string, string>;
  body: {
    personalizations: { to: { email: string }[]; cc?: unknown; bcc?: unknown }[];
    from: { name: string; email: string };
    reply_to?: { email: string };
    dkim_domain?: string;
    dkim_selector?: string;
    subject: string;
    content: { type: string; value: string }[];
    headers: Record<string, string>;
    tracking_settings: unknown;
    transactional: boolean;
  };
};

/** Whether a request is for sending a mail. */
export function isSending(address: string): boolean {
  return SEND.test(address);
}

export type MailService = {
  /** From here on it answers like this: each once in turn, the last one for ever. */
  behaves(...behaviours: (Behaviour | 'is asked')[]): void;
  /** From here on this happens in the moment after a mail has arrived. */
  whenMailed(event: () => void): void;
  /** No mail ever arrived, and it takes everything over. */
  clear(): void;
  /** The answer to a request that sends a mail; null for any other request. */
  answer(request: Request): Promise<Response> | null;
  /** Every mail that arrived, oldest first. */
  mails: readonly WireMail[];
};

/** @param pass what answers while the service behaves like `is asked`: the address that the mail really went to */
export function createMailService(pass?: typeof fetch): MailService {
  const mails: WireMail[] = [];
  const plan = createPlan<Behaviour | 'is asked'>('takes it over (202)');
  let afterMail = () => {};

  async function receive(request: Request): Promise<Response> {
    const body: WireMail['body'] = await request.clone().json();
    mails.push({ headers: Object.fromEntries(request.headers), body });
    afterMail();
    const behaviour = plan.next();
    if (behaviour !== 'is asked') return answerAs(behaviour);
    if (pass === undefined) throw new Error('Nobody is there to be asked.');
    return pass(request);
  }

  return {
    behaves: (...behaviours) => plan.set(...behaviours),
    whenMailed: (event) => {
      afterMail = event;
    },
    clear: () => {
      mails.length = 0;
      plan.set('takes it over (202)');
      afterMail = () => {};
    },
    answer: (request) => (isSending(request.url) ? receive(request) : null),
    mails,
  };
}

/** What the service does with a mail; a promise that never ends when it hangs. */
export function answerAs(behaviour: Behaviour): Promise<Response> {
  const answer: Answer = ANSWERS[behaviour];
  if (answer === 'hangs') return new Promise(() => {});
  if (answer === 'drops') return Promise.reject(new TypeError('the connection was lost'));
  const headers = { 'content-type': answer.type };
  return Promise.resolve(new Response(answer.text, { status: answer.status, headers }));
}

/** The text part of a mail on the wire. */
export function textOf(mail: WireMail | undefined): string {
  return mail?.body.content.find(({ type }) => type === 'text/plain')?.value ?? '';
}

type Answer = 'hangs' | 'drops' | { status: number; type: string; text: string };

function accepted(status: number) {
  return json(status, {
    request_id: 'r-1',
    results: [{ index: 0, status: 'sent', message_id: '<m-1@mailchannels.test>' }],
  });
}

function json(status: number, value: unknown) {
  return { status, type: 'application/json', text: JSON.stringify(value) };
}
