import { derivePeppers } from '../../worker/crypto/pepper.ts';
import { hashPassword, verifyPassword } from '../../worker/passwords/password-hash.ts';

const PASSWORD = 'correct horse battery staple';
const MOST_ITERATIONS = 100_000; // in one call: production refuses more

export default {
  /** Does what the path names, and answers; the clock is outside. */
  async fetch(request) {
    const [, work, hash = '', iterations] = new URL(request.url).pathname.split('/');
    if (work === 'pbkdf2') await pbkdf2(hash, Number(iterations));
    if (work === 'verify') await verify();
    return new Response('done\n');
  },
} satisfies ExportedHandler;

/** In rounds, each one's output the next one's password, as the project does it. */
async function pbkdf2(hash: string, iterations: number): Promise<void> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const bits = Number(hash.slice('SHA-'.length));
  let secret: BufferSource = new TextEncoder().encode(PASSWORD);
  for (let left = iterations; left > 0; left -= MOST_ITERATIONS) {
    const key = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits']);
    const round = { name: 'PBKDF2', hash, salt, iterations: Math.min(left, MOST_ITERATIONS) };
    secret = await crypto.subtle.deriveBits(round, key, bits);
  }
}

let stored: string | undefined;

async function verify(): Promise<void> {
  const peppers = await derivePeppers(['a-password-pepper-for-tests-only-0123456789']);
  stored ??= await hashPassword(peppers, PASSWORD);
  const verdict = await verifyPassword(peppers, PASSWORD, stored);
  if (verdict !== 'right') throw new Error(`the right password is ${verdict}`);
}
