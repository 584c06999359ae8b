// What Turnstile's siteverify says (developers.cloudflare.com/turnstile/get-started/server-side-validation).

/** How the service answers: well, not at all, never, with an error, or with somebody's login page. */
export type TurnstileBehaviour = 'up' | 'down' | 'slow' | '500' | 'html';

/** A challenge that was passed, as siteverify tells of it. */
export type Challenge = { hostname: string; action: string };

export type TurnstileService = {
  /** From here on, this token is of a challenge that was passed. It counts once. */
  passes(token: string, challenge: Challenge): void;
  behaves(how: TurnstileBehaviour): void;
  clear(): void;
  /** The answer to a request for siteverify; null for any other request. */
  answer(request: Request): Promise<Response> | null;
  /** The form of each request so far. */
  asked: readonly Record<string, string>[];
};

const SITEVERIFY = 'https://challenges.cloudflare.com/turnstile/v0/siteverify';

/** @param secret the only secret key that it knows */
export function createTurnstileService(secret: string): TurnstileService {
  const passed = new Map<string, Challenge>();
  const asked: Record<string, string>[] = [];
  let behaviour: TurnstileBehaviour = 'up';

  async function verify(request: Request): Promise<Response> {
    const form: Record<string, string> = {};
    for (const [name, value] of await request.formData()) form[name] = String(value);
    asked.push(form);
    switch (behaviour) {
      case 'up':
        return Response.json(verdictOn(form));
      case 'down':
        throw new TypeError('connection refused');
      case 'slow':
        return untilAborted(request.signal);
      case '500':
        return new Response('Internal Server Error', { status: 500 });
      case 'html':
        return new Response('<h1>Sign in to the airport Wi-Fi</h1>');
    }
  }

  function verdictOn(form: Record<string, string>) {
    const { response: token = '' } = form;
    const challenge = passed.get(token);
    if (form.secret !== secret) return refused('invalid-input-secret');
    if (challenge === undefined) return refused('timeout-or-duplicate');
    passed.delete(token);
    return {
      success: true,
      'error-codes': [],
      challenge_ts: new Date().toISOString(),
      ...challenge,
    };
  }

  return {
    passes: (token, challenge) => void passed.set(token, challenge),
    behaves: (how) => {
      behaviour = how;
    },
    clear: () => {
      passed.clear();
      asked.length = 0;
      behaviour = 'up';
    },
    answer: (request) => (request.url === SITEVERIFY ? verify(request) : null),
    asked,
  };
}

function refused(code: string) {
  return { success: false, 'error-codes': [code] };
}

/** Never answers: a caller without a time-out runs into the test's own. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
