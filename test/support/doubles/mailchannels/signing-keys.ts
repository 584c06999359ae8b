// The part of MailChannels' API that gives out the keys of webhooks, and a MailChannels that signs them.

const KEYS = 'https://api.mailchannels.net/tx/v1/webhook/public-key';

/** How the service answers a request for a key. */
export type KeyService = 'answers' | 'has trouble' | 'shows a login page' | 'hangs' | 'drops';

export type SigningKeys = {
  behaves(how: KeyService): void;
  /** The service knows of no key any more. */
  withdraw(): void;
  /** The service gives out a key, base64 of its SPKI, under this id. */
  publish(id: string, key: string): void;
  /** No key was ever published, and the service answers. */
  clear(): void;
  /** The answer to a request for a key; null for any other request. */
  answer(request: Request): Promise<Response> | null;
  /** The ids that were asked for, oldest first. */
  asked: readonly string[];
};

export function createSigningKeys(): SigningKeys {
  const published = new Map<string, string>();
  const asked: string[] = [];
  let behaviour: KeyService = 'answers';

  return {
    behaves: (how) => {
      behaviour = how;
    },
    withdraw: () => published.clear(),
    publish: (id, key) => void published.set(id, key),
    clear: () => {
      published.clear();
      asked.length = 0;
      behaviour = 'answers';
    },
    answer: (request) => {
      const { origin, pathname, searchParams } = new URL(request.url);
      if (origin + pathname !== KEYS) return null;
      const id = searchParams.get('id') ?? '';
      asked.push(id);
      return answerAs(behaviour, id, published.get(id));
    },
    asked,
  };
}

async function answerAs(behaviour: KeyService, id: string, key?: string): Promise<Response> {
  switch (behaviour) {
    case 'hangs':
      return new Promise(() => {});
    case 'drops':
      throw new TypeError('the connection was lost');
    case 'has trouble':
      return Response.json({ message: 'upstream words' }, { status: 500 });
    case 'shows a login page':
      return new Response('<!doctype html><h1>Sign in</h1>');
    case 'answers':
      if (key === undefined) return Response.json({ message: 'upstream words' }, { status: 404 });
      return Response.json({ id, key });
  }
}

/** Somebody with a key pair, who signs bodies as MailChannels does (RFC 9421, RFC 9530). */
export type Signer = (payload: string, created?: number) => Promise<Record<string, string>>;

/** A signer whose key the service gives out, unless it is kept `secret`. */
export async function createSigner(
  keys: SigningKeys,
  id = 'mckey',
  secret?: 'secret',
): Promise<Signer> {
  const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('no key pair');
  const spki = await crypto.subtle.exportKey('spki', pair.publicKey);
  if (!(spki instanceof ArrayBuffer)) throw new Error('no SPKI');
  if (secret === undefined) keys.publish(id, base64(spki));
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
