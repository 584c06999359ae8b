// `npm start`: installs and prepares what a fresh clone needs, then serves the Worker on 127.0.0.1.
// `npm start -- --mail=simulator`: sends mail over HTTP to a simulator of MailChannels, and prints it.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { fail, install, ROOT } from './install.mjs';
import { outboxMail, simulatedMail } from './mail.mjs';

const STATE = join(ROOT, '.wrangler', 'state');
const STAMP = join(STATE, 'v3', 'd1', 'prepared.txt');
/** Where it is, the database beside it has had the demo, whatever became of its rows since. */
const DEMO_STAMP = join(STATE, 'v3', 'd1', 'demo.txt');
/** What was last put into the database. */
const SEED = join(ROOT, '.wrangler', 'seed.sql');
const DEV_VARS = join(ROOT, '.dev.vars');
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 5_000;

const port = readPort();
const mail = readMail(process.argv.slice(2));
const nodePath = install();
await refuseTakenPort();
ensureSecrets();
await prepareDatabase();
serve(await (mail === 'simulator' ? simulatedMail(nodePath) : outboxMail(nodePath)));

function readPort() {
  const text = process.env.PORT || '8787';
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  return fail(`PORT must be a number from 1 to 65535, not "${text}".`);
}

/** @param {string[]} args */
function readMail(args) {
  const [only = '--mail=outbox', ...more] = args;
  const chosen = /^--mail=(outbox|simulator)$/.exec(only)?.[1];
  if (chosen === undefined || more.length > 0) {
    fail(`npm start takes "-- --mail=simulator" and nothing else, not "${args.join(' ')}".`);
  }
  return chosen;
}

async function refuseTakenPort() {
  const probe = net.createServer();
  const error = await new Promise((resolve) => {
    probe.once('error', resolve);
    probe.listen(port, '127.0.0.1', () => resolve(null));
  });
  if (error === null) {
    await new Promise((resolve) => probe.close(resolve));
    return;
  }
  if (error.code === 'EADDRINUSE') {
    fail(`Port ${port} is taken. Stop what runs there, or choose another: PORT=8788 npm start`);
  }
  fail(`Cannot listen on 127.0.0.1:${port}: ${error.message}`);
}

/** Adds missing secrets to .dev.vars. Existing ones stay. */
function ensureSecrets() {
  const text = existsSync(DEV_VARS) ? readFileSync(DEV_VARS, 'utf8') : '';
  const wanted = {
    SESSION_SECRET: randomSecret(),
    PASSWORD_PEPPER: randomSecret(),
    // Any value works, because mail goes to the outbox or to a simulator.
    MAILCHANNELS_API_KEY: 'none-in-development',
  };
  const missing = Object.entries(wanted).filter(
    ([name]) => !new RegExp(`^\\s*(export\\s+)?${name}\\s*=`, 'm').test(text),
  );
  if (missing.length === 0) return;
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const lines = missing.map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(DEV_VARS, start + lines.join(''), { mode: 0o600 });
  console.log('Created local secrets in .dev.vars');
}

function randomSecret() {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(32));
  return Buffer.from(bytes).toString('base64url');
}

/** Applies migrations and seed, unless they have not changed since the last start; and once for each database the demo. */
async function prepareDatabase() {
  const wanted = await databaseStamp();
  const isPrepared = existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted;
  const hasDemo = existsSync(DEMO_STAMP);
  if (isPrepared && hasDemo) return;
  console.log('Applying migrations and seed ...');
  wranglerOnce(['d1', 'migrations', 'apply', 'DB', '--local']);
  const seed = readFileSync(join(ROOT, 'worker', 'dev', 'seed.sql'), 'utf8');
  writeFileSync(SEED, hasDemo ? seed : `${seed}\n${demoText()}`);
  wranglerOnce(['d1', 'execute', 'DB', '--local', '--yes', '--file', SEED]);
  mkdirSync(join(STAMP, '..'), { recursive: true });
  writeFileSync(STAMP, wanted);
  writeFileSync(DEMO_STAMP, '');
}

/** The SQL of the demo. Another process makes it: demo.ts needs the installed packages, and a Node that runs TypeScript. */
function demoText() {
  const script = [
    'import { demoSql } from "./worker/dev/demo.ts";',
    'const { SESSION_SECRET: sessionSecret, PASSWORD_PEPPER: passwordPepper } = process.env;',
    'process.stdout.write(await demoSql(Date.now(), { sessionSecret, passwordPepper }));',
  ];
  const args = [`--env-file=${DEV_VARS}`, '--input-type=module', '--eval', script.join('\n')];
  // a variable of the shell would win over the file, which is what the Worker reads
  const { SESSION_SECRET: _secret, PASSWORD_PEPPER: _pepper, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(nodePath, args, {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  if (status !== 0) fail(`The demo could not be written:\n${stderr}`);
  return stdout;
}

/** A hash of all migrations and of the seed. */
async function databaseStamp() {
  const names = readdirSync(join(ROOT, 'migrations')).filter((name) => name.endsWith('.sql'));
  const files = [...names.sort().map((name) => `migrations/${name}`), 'worker/dev/seed.sql'];
  const text = files.map((name) => `${name}\n${readFileSync(join(ROOT, name), 'utf8')}`).join('\n');
  const digest = await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(digest).toString('hex');
}

/** @param {string[]} args */
function wranglerOnce(args) {
  const { status, stdout, stderr } = spawnSync(nodePath, [wranglerPath(), ...args], {
    cwd: ROOT,
    env: environment(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) fail(`wrangler ${args.join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}`);
}

/** @param {Record<string, string>} mailVars */
function serve(mailVars) {
  const vars = {
    ROOT_DOMAIN: `portal.localhost:${port}`,
    ...mailVars,
    MAIL_FROM: 'portal@portal.localhost',
    SIGN_UP: 'closed',
    OWNER_EMAIL: 'owner@demo.test',
    PASSWORDS: 'on',
    // A local run needs no network.
    BREACH_CHECK: 'off',
  };
  const args = ['dev', '--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0'];
  // Without the first flag, wrangler rewrites the host of every request to that of the first route.
  args.push('--infer-origin-from-routes=false', '--show-interactive-dev-session=false');
  for (const [name, value] of Object.entries(vars)) args.push('--var', `${name}:${value}`);

  // A process group, so that wrangler, esbuild and workerd can be stopped together.
  const detached = process.platform !== 'win32';
  const child = spawn(nodePath, [wranglerPath(), ...args], {
    cwd: ROOT,
    env: environment(),
    stdio: ['ignore', 'inherit', 'inherit'],
    detached,
  });
  let stopping = false;
  let exitCode = 0;

  child.on('exit', (code) => {
    killGroup('SIGKILL');
    if (!stopping)
      console.error(`\nwrangler dev ended (${code ?? 'killed'}); its message is above.`);
    process.exit(stopping ? exitCode : code || 1);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0));
  process.on('exit', () => killGroup('SIGKILL'));
  stopWithNpm();
  void awaitReady();

  /** @param {number} code */
  function stop(code) {
    if (stopping) return;
    stopping = true;
    exitCode = code;
    killGroup('SIGTERM');
    setTimeout(() => process.exit(exitCode), STOP_WITHIN_MS);
  }

  /** @param {NodeJS.Signals} signal */
  function killGroup(signal) {
    if (child.pid === undefined) return;
    try {
      if (detached) process.kill(-child.pid, signal);
      else spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
    } catch {
      // The process has ended already.
    }
  }

  /** Stops when npm was killed. A killed npm sends no signal, so the server would go on running. */
  function stopWithNpm() {
    if (process.env.npm_lifecycle_event === undefined) return;
    const npmPid = findNpm();
    setInterval(() => {
      if (!isAlive(npmPid)) stop(0);
    }, 1_000).unref();
  }

  async function awaitReady() {
    const deadline = Date.now() + READY_WITHIN_MS;
    let answer = 'no answer';
    while (!stopping) {
      answer = await askHealth();
      if (answer === '') return printAddresses();
      if (Date.now() > deadline) {
        console.error(`\nThe Worker isn't healthy after ${READY_WITHIN_MS / 1000} s: ${answer}`);
        return stop(1);
      }
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }
}

/** The process id of npm: our parent, or the parent of the shell that npm runs scripts in. */
function findNpm() {
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(process.ppid)], {
    encoding: 'utf8',
  });
  const shell = /^\s*(\d+)\s+(?:\S*\/)?(?:sh|dash|bash|zsh)$/.exec((stdout ?? '').trim());
  return shell === null ? process.ppid : Number(shell[1]);
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** @returns {Promise<string>} empty when the Worker is healthy, otherwise the fault */
function askHealth() {
  return new Promise((resolve) => {
    const headers = { host: `app.portal.localhost:${port}` };
    const options = { host: '127.0.0.1', port, path: '/healthz', headers, timeout: 5_000 };
    const request = http.get(options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(response.statusCode === 200 ? '' : answerOf(body)));
      response.on('error', (error) => resolve(error.message));

      /** @param {string} text */
      function answerOf(text) {
        return `/healthz says ${response.statusCode} ${text.slice(0, 500)}`;
      }
    });
    request.on('timeout', () => request.destroy(new Error('no answer from /healthz')));
    request.on('error', (error) => resolve(error.message));
  });
}

function printAddresses() {
  console.log(`
Latchkey is running. Owner: owner@demo.test. Client: client@demo.test.

  admin                http://app.portal.localhost:${port}
  demo portal          http://demo.portal.localhost:${port}
  second portal        http://rival.portal.localhost:${port}
  ${mailLine()}

Ctrl-C stops it.`);
}

function mailLine() {
  return mail === 'simulator'
    ? 'mail                 printed here, on its way to the simulator of MailChannels; /dev/mail is off'
    : `development mailbox  http://app.portal.localhost:${port}/dev/mail`;
}

function wranglerPath() {
  return join(ROOT, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
}

function environment() {
  return {
    ...process.env,
    // wrangler's child processes must find the same Node.
    PATH: `${join(ROOT, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`,
    // wrangler must not use the network.
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_SEND_METRICS: 'false',
  };
}
