import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import worker from '../../worker/index.ts';
import { PASSPHRASE } from './cast.ts';
import { inIsolate } from './isolate.ts';
import { linkIn, type Mail } from './mail.ts';
import { asWritten } from './translation.ts';

export type Fields = Record<string, string | string[]>;
type Init = { headers?: Record<string, string>; cf?: Record<string, unknown>; method?: string };

/** A browser at one host: keeps cookies as browsers do, follows nothing, walks the real flow. */
export type Visitor = {
  origin: string;
  cookies: Map<string, string>;
  get(path: string, init?: Init): Promise<Response>;
  post(path: string, fields?: Fields, init?: Init): Promise<Response>;
  /** A request exactly as given, with this browser's cookies. */
  send(request: Request): Promise<Response>;
  /** Asks for a link; returns the mail that came of it, if any did. */
  ask(email: string, next?: string): Promise<Mail | undefined>;
  /** Asks, opens the mail's link, and is signed in. */
  signInAs(email: string): Promise<Visitor>;
};

/**
 * Opens a browser at `demo`, `rival`, `app` or a whole host name. Each has its own address of origin, so
 * that the burst limit counts it alone. What runs after a response has run when a request returns.
 */
export function visit(host: string, bindings: Env = env): Visitor {
  const name = host.includes('.') ? host : `${host}.portal.localhost`;
  const origin = `http://${name}`;
  const cookies = new Map<string, string>();
  const address = nextAddress();

  async function send(request: Request): Promise<Response> {
    const sent = new Request(request, { redirect: 'manual' });
    if (cookies.size > 0 && !sent.headers.has('cookie')) {
      sent.headers.set('cookie', [...cookies].map(([key, value]) => `${key}=${value}`).join('; '));
    }
    if (!sent.headers.has('cf-connecting-ip')) sent.headers.set('cf-connecting-ip', address);
    const { response, settled } = await answerTo(sent, bindings);
    await settled();
    for (const line of response.headers.getSetCookie()) keep(cookies, line);
    return readable(response);
  }

  function get(path: string, init: Init = {}): Promise<Response> {
    return send(new Request(new URL(path, origin), init as RequestInit));
  }

  function post(path: string, fields: Fields = {}, init: Init = {}): Promise<Response> {
    const body = new URLSearchParams();
    for (const [key, value] of Object.entries(fields)) {
      for (const one of [value].flat()) body.append(key, one);
    }
    const headers = { origin, ...init.headers };
    return send(
      new Request(new URL(path, origin), { ...init, method: 'POST', headers, body } as RequestInit),
    );
  }

  async function ask(email: string, next?: string): Promise<Mail | undefined> {
    const before = new Set((await mailbox()).map(({ id }) => id));
    const fields = next === undefined ? { email } : { email, next };
    const response = await post('/sign-in/link', fields);
    if (response.status !== 303) throw new Error(`asking answered ${response.status}`);
    return (await mailbox()).find(({ id }) => !before.has(id));
  }

  const visitor: Visitor = {
    origin,
    cookies,
    get,
    post,
    send,
    ask,
    async signInAs(email) {
      const mail = await ask(email);
      if (mail === undefined) throw new Error(`no mail came for ${email} at ${origin}`);
      const opened = await get(linkIn(mail));
      if (opened.status !== 303) throw new Error(`the link answered ${opened.status}`);
      return visitor;
    },
  };
  return visitor;
}

/**
 * A page without what keeps its addresses and names from translation, which would be in the way of every test that looks for a
 * sentence. test/integration/translation.test.ts looks at pages as they are.
 */
async function readable(response: Response): Promise<Response> {
  const isPage = response.headers.get('content-type')?.startsWith('text/html');
  return isPage ? new Response(asWritten(await response.text()), response) : response;
}

let visitors = 0;

/** Another one for each visitor of a run (RFC 2544, C.2.2), so that no limit counts two of them as one. */
function nextAddress(): string {
  visitors += 1;
  return `198.18.${Math.floor(visitors / 250) % 250}.${visitors % 250}`;
}

/** Somebody with a password: came in by link, has just set it, and is signed in. */
export async function withPassword(
  host: string,
  email: string,
  password = PASSPHRASE,
): Promise<Visitor> {
  const visitor = await visit(host).signInAs(email);
  const set = await visitor.post('/account/password', { password });
  if (set.status !== 303) throw new Error(`setting a password answered ${set.status}`);
  return visitor;
}

/** Posts the form of the password tab. */
export function typePassword(
  browser: Visitor,
  email: string,
  password = PASSPHRASE,
  more: Fields = {},
): Promise<Response> {
  return browser.post('/sign-in/password', { email, password, ...more });
}

/** The Worker's answer, as soon as there is one; `settled` waits for what runs after it. */
export async function answerTo(
  request: Request,
  bindings: Env = env,
): Promise<{ response: Response; settled: () => Promise<void> }> {
  const ctx = createExecutionContext();
  const response = await worker.fetch(
    request as Request<unknown, IncomingRequestCfProperties>,
    inIsolate(bindings),
    ctx,
  );
  return { response, settled: () => waitOnExecutionContext(ctx) };
}

/** A copy of a browser's cookies as they are now, at another address of origin: a thief's, or a backup. */
export function copyOf(browser: Visitor, bindings: Env = env): Visitor {
  const copy = visit(new URL(browser.origin).hostname, bindings);
  for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
  return copy;
}

/** The development mailbox, newest first. */
export async function mailbox(): Promise<Mail[]> {
  const request = new Request('http://app.portal.localhost/dev/mail.json');
  const { response } = await answerTo(request);
  return response.json<Mail[]>();
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';');
  const at = pair.indexOf('=');
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
  if (/;\s*max-age=0/i.test(line)) cookies.delete(name);
  else cookies.set(name, value);
}

/** How many answers there were of each status. */
export function tally(answers: Response[]): Record<number, number> {
  const found: Record<number, number> = {};
  for (const { status } of answers) found[status] = (found[status] ?? 0) + 1;
  return found;
}
