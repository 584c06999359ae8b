// Times hashing from outside: within workerd, no clock advances while something is computed.

import http from 'node:http';
import { createTestHarness } from 'wrangler';
import { startServer } from '../support/browser/server.ts';
import { linkIn } from '../support/mail.ts';

const REPEATS = 31;
const CLIENT = { email: 'client@demo.test', password: 'seven quiet herons over the canal' };

type Sent = { port: number; host?: string; path: string; fields?: Record<string, string> };
type Timed = { sent: Sent; status: number; times: number[] };

const harness = createTestHarness({ workers: [{ configPath: './test/bench/wrangler.toml' }] });
const [server, { url }] = await Promise.all([startServer(), harness.listen()]);
const demo = { port: server.port, host: `demo.portal.localhost:${server.port}` };
await choosePassword();

const benched = (path: string) => timed({ port: Number(url.port), path }, 200);
const empty = benched('/nothing');
const emptyInApp = timed({ ...demo, host: 'elsewhere.test', path: '/' }, 421);
const one = benched('/pbkdf2/SHA-256/100000');
const sha256 = benched('/pbkdf2/SHA-256/600000');
const sha512 = benched('/pbkdf2/SHA-512/220000');
const verify = benched('/verify');
const signIn = timed({ ...demo, path: '/sign-in/password', fields: CLIENT }, 303);
const works = {
  '(a) 1 x 100,000 SHA-256': one,
  '(b) 1 x 100,000 SHA-512': benched('/pbkdf2/SHA-512/100000'),
  '(c) 600,000 SHA-256, in rounds': sha256,
  '(c) 220,000 SHA-512, in rounds': sha512,
  '(d) verifyPassword()': verify,
  '(e) POST /sign-in/password': signIn,
};
await timeAll([empty, emptyInApp, ...Object.values(works)]);
await Promise.all([harness.close(), server.close()]);

const row = (work: Timed) => ({
  'median, ms': round(median(work)),
  net: round(net(work)),
  'to (a)': round(net(work) / net(one)),
});
console.table(Object.fromEntries(Object.entries(works).map(([name, work]) => [name, row(work)])));
console.log(`\
net: less an empty request (${round(median(empty))} ms, of the app ${round(median(emptyInApp))} ms). ${REPEATS} turns, Node ${process.version}.
OWASP's work (600,000 SHA-256 or 220,000 SHA-512) per 1,000 ms: ${round(1000 / net(sha256))} times by SHA-256, ${round(1000 / net(sha512))} times by SHA-512.
verifyPassword() is ${round((100 * net(verify)) / net(signIn))} % of the sign-in request.`);

function timed(sent: Sent, status: number): Timed {
  return { sent, status, times: [] };
}

/** In turns, so that a busy moment of the machine falls on all alike. The first turn only warms up. */
async function timeAll(all: Timed[]): Promise<void> {
  for (let turn = 0; turn <= REPEATS; turn++) {
    for (const { sent, status, times } of all) {
      const started = performance.now();
      await send(sent, status);
      if (turn > 0) times.push(performance.now() - started);
    }
  }
}

function net(work: Timed): number {
  return median(work) - median(work === signIn ? emptyInApp : empty);
}

function median({ times }: Timed): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

/** The real walk: ask for a link, open it, choose a password. */
async function choosePassword(): Promise<void> {
  const { email, password } = CLIENT;
  const asked = await send({ ...demo, path: '/sign-in/link', fields: { email } }, 303);
  const { pathname } = new URL(linkIn((await server.mailbox())[0]));
  const opened = await send({ ...demo, path: pathname }, 303, asked);
  await send({ ...demo, path: '/account/password', fields: { password } }, 303, opened);
}

/** Returns the cookies that were set. Node doesn't resolve `*.localhost`: the name goes into Host. */
function send(sent: Sent, status: number, cookie = ''): Promise<string> {
  const { port, host = '127.0.0.1', path, fields } = sent;
  const form = { origin: `http://${host}`, 'content-type': 'application/x-www-form-urlencoded' };
  const headers = { host, cookie, ...(fields && form) };
  const options = { host: '127.0.0.1', port, path, method: fields ? 'POST' : 'GET', headers };
  return new Promise((resolve, reject) => {
    const request = http.request(options, (answer) => {
      const pairs = (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]);
      if (answer.statusCode !== status) reject(new Error(`${path}: ${answer.statusCode}`));
      answer.resume().on('end', () => resolve(pairs.join('; ')));
    });
    request.on('error', reject).end(fields && new URLSearchParams(fields).toString());
  });
}
