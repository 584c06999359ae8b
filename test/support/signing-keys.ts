// The part of MailChannels' API that gives out the keys of webhooks, and a MailChannels that signs them.

const KEYS = 'https://api.mailchannels.net/tx/v1/webhook/public-key';

/** How the service answers who asks for a key. */
export type KeyService = 'answers' | 'has trouble' | 'shows a login page' | 'hangs' | 'drops';

let published = new Map<string, string>();
let asked: string[] = [];
let service: KeyService = 'answers';

/** The ids that were asked for since the test began, oldest first. */
export function keysAsked(): readonly string[] {
  return asked;
}

export function keyService(behaviour: KeyService): void {
  service = behaviour;
}

/** The service knows of no key any more. */
export function withdrawKeys(): void {
  published = new Map();
}

/** For test/support/network.ts, before each test. */
export function forgetKeys(): void {
  published = new Map();
  asked = [];
  service = 'answers';
}

/** For test/support/network.ts: the answer to who asks for a key, else null. */
export function answerForKey(request: Request): Promise<Response> | null {
  const { origin, pathname, searchParams } = new URL(request.url);
  if (origin + pathname !== KEYS) return null;
  const id = searchParams.get('id') ?? '';
  asked.push(id);
  return answer(id);
}

async function answer(id: string): Promise<Response> {
  switch (service) {
    case 'hangs':
      return new Promise(() => {});
    case 'drops':
      throw new TypeError('the connection was lost');
    case 'has trouble':
      return Response.json({ message: 'upstream words' }, { status: 500 });
    case 'shows a login page':
      return new Response('<!doctype html><h1>Sign in</h1>');
    case 'answers': {
      const key = published.get(id);
      return key === undefined
        ? Response.json({ message: 'upstream words' }, { status: 404 })
        : Response.json({ id, key });
    }
  }
}

/** Somebody with a key pair, who signs bodies as MailChannels does (RFC 9421, RFC 9530). */
export type Signer = (payload: string, created?: number) => Promise<Record<string, string>>;

/** A signer whose key the service gives out, unless it is kept `secret`. */
export async function signer(id = 'mckey', secret?: 'secret'): Promise<Signer> {
  const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('no key pair');
  const spki = await crypto.subtle.exportKey('spki', pair.publicKey);
  if (!(spki instanceof ArrayBuffer)) throw new Error('no SPKI');
  if (secret === undefined) published.set(id, base64(spki));
  return async (payload, created = Date.now()) => {
    const hash = await crypto.subtle.digest('SHA-256', encoder.encode(payload));
    const digest = `sha-256=:${base64(hash)}:`;
    const signed = `("content-digest");created=${Math.floor(created / 1000)};alg="ed25519";keyid="${id}"`;
    const base = `"content-digest": ${digest}\n"@signature-params": ${signed}`;
    const signature = await crypto.subtle.sign('Ed25519', pair.privateKey, encoder.encode(base));
    return {
      'content-digest': digest,
      signature: `sig_1=:${base64(signature)}:`,
      'signature-input': `sig_1=${signed}`,
    };
  };
}

const encoder = new TextEncoder();

function base64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
