import { createApp } from './app.ts';
import { deriveKeyring } from './crypto/keyring.ts';
import { derivePeppers } from './crypto/pepper.ts';
import { parseSettings } from './env.ts';
import { sweep } from './jobs/sweep.ts';
import { createWorkspaceDirectory } from './tenancy/directory.ts';

export default {
  /** Answers a request with the app of this deployment's settings; with faults in them, answers nothing else. */
  async fetch(request, env, ctx) {
    const ready = await readyFor(env);
    return ready.ok ? ready.app.fetch(request, env, ctx) : refuseToRun(ready.faults);
  },

  async scheduled(controller, env) {
    await sweep(env.DB, controller.scheduledTime);
  },
} satisfies ExportedHandler<Env>;

type Ready = { ok: true; app: ReturnType<typeof createApp> } | { ok: false; faults: string[] };

/** Settings are read and keys derived once per isolate: `env` is the same object for all its requests. */
const readied = new WeakMap<Env, Promise<Ready>>();

function readyFor(env: Env): Promise<Ready> {
  const known = readied.get(env);
  if (known !== undefined) return known;
  const ready = getReady(env);
  readied.set(env, ready);
  return ready;
}

async function getReady(env: Env): Promise<Ready> {
  const parsed = parseSettings(env);
  if (!parsed.ok) return parsed;
  const { settings } = parsed;
  const [keyring, peppers] = await Promise.all([
    deriveKeyring(settings.sessionSecrets),
    derivePeppers(settings.passwordPeppers),
  ]);
  const directory = createWorkspaceDirectory();
  return { ok: true, app: createApp({ settings, keyring, peppers, directory }) };
}

/** Names each faulty setting, never a value, and lets nobody in. */
function refuseToRun(faults: string[]): Response {
  const message = `Latchkey is not set up: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in its settings.\n${faults.map((fault) => `- ${fault}`).join('\n')}\n`;
  console.error(message);
  return new Response(message, {
    status: 500,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });
}
