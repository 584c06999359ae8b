import { prefixIn, rangeOf } from './breach-ranges.ts';

/** How the service answers: well, not at all, never, with an error, or with somebody's login page. */
type Service = 'up' | 'down' | 'slow' | '500' | 'html';

let service: Service = 'up';
let known: string[] = [];
let requests: Request[] = [];

/** These passwords have been seen in a breach, from here to the end of the test. */
export function breached(...passwords: string[]): void {
  known.push(...passwords);
}

/** The service misbehaves, from here to the end of the test. */
export function breachService(fault: Service): void {
  service = fault;
}

/** What was asked of the service since the test began: all that left the machine about a password. */
export function breachRequests(): readonly Request[] {
  return requests;
}

/** For network.ts, before each test: up again, and knowing no password. */
export function forgetBreaches(): void {
  service = 'up';
  known = [];
  requests = [];
}

/** The answer to a request for a range; null for any other request. */
export function answerAsBreaches(request: Request): Promise<Response> | null {
  const prefix = prefixIn(request.url);
  if (prefix === null) return null;
  requests.push(request);
  return answer(prefix, request.signal);
}

async function answer(prefix: string, signal: AbortSignal): Promise<Response> {
  switch (service) {
    case 'up':
      return new Response(await rangeOf(prefix, known));
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

/** Never answers: whoever sets no time-out runs into the test's own. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
