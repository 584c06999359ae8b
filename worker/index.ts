import { createApp } from './app.ts';
import { deriveKeyring } from './crypto/keyring.ts';
import { derivePeppers } from './crypto/pepper.ts';
import { connect } from './db/client.ts';
import { sturdyStores } from './db/sturdy.ts';
import { parseSettings } from './env.ts';
import { logLine } from './http/log.ts';
import { CHECK_SENDERS_CRON, checkSenders } from './jobs/check-senders.ts';
import { sweep } from './jobs/sweep.ts';
import type { MailDeps } from './mail/deliver.ts';
import { giveUpDeadLetters, retryMails } from './mail/queue.ts';
import { createMailer } from './mail-services/choose.ts';
import { type Domains, domainsOf } from './mail-services/mailchannels/domains.ts';
import { createWorkspaceDirectory } from './workspaces/directory.ts';

export default {
  /** Answers a request with the app; if the settings have faults, answers every request with the list of faults. */
  async fetch(request, env, ctx) {
    const ready = await readyFor(env);
    if (!ready.ok) return refuseToRun(ready.faults);
    const stores = sturdyStores(env, 'visitor');
    try {
      return await ready.app.fetch(request, { ...env, ...stores.bindings }, ctx);
    } finally {
      stores.nowFor('after-response');
    }
  },

  /** Sends waiting mails again; marks mails of the dead-letter queue as given up. */
  async queue(batch, env) {
    const ready = await readyFor(env);
    if (!ready.ok) {
      reportFaults(ready.faults);
      batch.retryAll({ delaySeconds: UNTIL_SET_UP });
      return;
    }
    const deps = mailDepsOf(ready, env);
    if (DEAD_LETTERS.test(batch.queue)) await giveUpDeadLetters(deps, batch, Date.now);
    else await retryMails(deps, env.MAIL_RETRY, batch, Date.now);
  },

  /** Checks senders every ten minutes; deletes old rows every night. */
  async scheduled(controller, env) {
    if (controller.cron !== CHECK_SENDERS_CRON) {
      return sweep(sturdyStores(env, 'job').bindings.DB, controller.scheduledTime);
    }
    const ready = await readyFor(env);
    if (!ready.ok) {
      reportFaults(ready.faults);
      return;
    }
    const { domains } = ready;
    if (domains === null) return;
    const deps = mailDepsOf(ready, env);
    await checkSenders(deps, env.MAIL_RETRY, domains, Date.now());
  },
} satisfies ExportedHandler<Env>;

/** The name of the dead-letter queue in wrangler.toml ends in this. */
const DEAD_LETTERS = /-dead$/;
/** Seconds until the queue tries again, while the settings are wrong. */
const UNTIL_SET_UP = 300;

type Ready =
  | {
      ok: true;
      app: ReturnType<typeof createApp>;
      mailDeps: Omit<MailDeps, 'db' | 'tokens'>;
      domains: Domains | null;
    }
  | { ok: false; faults: string[] };

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
  const mailer = createMailer(settings, env);
  const mailDeps = { keyring, mailer, platform: settings, log: logLine };
  const app = createApp({ settings, keyring, peppers, directory, mailer });
  return { ok: true, app, mailDeps, domains: domainsOf(settings) };
}

/** Joins what the isolate keeps with the bindings of this invocation. */
function mailDepsOf({ mailDeps }: Extract<Ready, { ok: true }>, env: Env): MailDeps {
  const { DB, TOKENS } = sturdyStores(env, 'job').bindings;
  return { ...mailDeps, db: connect(DB), tokens: TOKENS };
}

/** Answers every request with the list of faults. It never shows a value. */
function refuseToRun(faults: string[]): Response {
  return new Response(reportFaults(faults), {
    status: 500,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });
}

function reportFaults(faults: string[]): string {
  const message = `Latchkey is not set up: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in its settings.\n${faults.map((fault) => `- ${fault}`).join('\n')}\n`;
  console.error(message);
  return message;
}
