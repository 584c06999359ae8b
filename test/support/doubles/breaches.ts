// What Have I Been Pwned's range API says (haveibeenpwned.com/API/v3#SearchingPwnedPasswordsByRange).

/** How the service answers: well, not at all, never, with an error, or with somebody's login page. */
export type BreachBehaviour = 'up' | 'down' | 'slow' | '500' | 'html';

export type BreachService = {
  /** From here on, these passwords have been seen in a breach. */
  know(...passwords: string[]): void;
  behaves(how: BreachBehaviour): void;
  /** The service is up and knows no password. */
  clear(): void;
  /** The answer to a request for a range; null for any other request. */
  answer(request: Request): Promise<Response> | null;
  /** All that was asked of it: all that left the machine about a password. */
  asked: readonly Request[];
};

export function createBreachService(): BreachService {
  const known: string[] = [];
  const asked: Request[] = [];
  let behaviour: BreachBehaviour = 'up';

  return {
    know: (...passwords) => void known.push(...passwords),
    behaves: (how) => {
      behaviour = how;
    },
    clear: () => {
      known.length = 0;
      asked.length = 0;
      behaviour = 'up';
    },
    answer: (request) => {
      const prefix = RANGE.exec(request.url)?.[1];
      if (prefix === undefined) return null;
      asked.push(request);
      return answerAs(behaviour, request.signal, () => rangeOf(prefix, known));
    },
    asked,
  };
}

async function answerAs(
  behaviour: BreachBehaviour,
  signal: AbortSignal,
  range: () => Promise<string>,
): Promise<Response> {
  switch (behaviour) {
    case 'up':
      return new Response(await range());
    case 'down':
      throw new TypeError('connection refused');
    case 'slow':
      return untilAborted(signal);
    case '500':
      return new Response('Internal Server Error', { status: 500 });
    case 'html':
      return new Response('<h1>Sign in to the airport Wi-Fi</h1>', {
        headers: { 'content-type': 'text/html' },
      });
  }
}

/** Never answers: a caller without a time-out runs into the test's own. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

const RANGE = /^https:\/\/api\.pwnedpasswords\.com\/range\/([0-9A-F]{5})$/;
/** Real answers are padded to 800 lines and more; a few have the same shape. */
const PADDING_LINES = 20;

/** The answer for a prefix, when these passwords have been seen in breaches: `SUFFIX:COUNT`, sorted. */
async function rangeOf(prefix: string, passwords: string[]): Promise<string> {
  const digests = await Promise.all(passwords.map(sha1));
  const found = digests.filter((digest) => digest.startsWith(prefix));
  const real = found.map((digest) => `${digest.slice(prefix.length)}:42`);
  return [...real, ...Array.from({ length: PADDING_LINES }, padding)].sort().join('\r\n');
}

function padding(): string {
  return `${hex(crypto.getRandomValues(new Uint8Array(18))).slice(0, 35)}:0`;
}

async function sha1(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))));
}

function hex(bytes: Uint8Array): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  return digits.join('').toUpperCase();
}
