import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { createTestHarness } from 'wrangler';
import type { Zone } from '../doubles/dns.ts';
import type { DomainService } from '../doubles/mailchannels/domains.ts';
import type { MailService, WireMail } from '../doubles/mailchannels/send.ts';
import { createNetwork } from '../doubles/network.ts';
import type { Mail } from '../mail.ts';
import { SECRETS, VARS } from '../settings.ts';
import { splitStatements } from '../sql.ts';

export type Server = {
  port: number;
  /** `origin('app')` is the admin host, `origin('demo')` the portal of that slug. */
  origin(subdomain: string): string;
  /** What a subdomain answers to a GET. */
  get(subdomain: string, path: string, headers?: http.OutgoingHttpHeaders): Promise<Answer>;
  /** Every mail so far, newest first. */
  mailbox(): Promise<Mail[]>;
  /** From here on, these passwords have been seen in a breach. */
  breached(...passwords: string[]): void;
  /** As if everybody who is signed in by now had signed in that much earlier. */
  age(milliseconds: number): Promise<void>;
  /** As if that much time had passed since senders were last checked; then the schedule checks them. */
  checkSenders(milliseconds: number): Promise<void>;
  /** From here on MailChannels answers like this: each once in turn, the last one for ever. */
  mailService: MailService['behaves'];
  /** Every mail that went to MailChannels so far, oldest first. */
  wire: readonly WireMail[];
  /** What is published in DNS: nothing at first. */
  zone: Zone;
  /** MailChannels' side of freelancers' domains: its verdicts follow from the zone. */
  domainService: DomainService;
  close(): Promise<void>;
};

export type Answer = { status: number; headers: http.IncomingHttpHeaders; body: string };

/** As in wrangler.toml. */
const CHECK_SENDERS_CRON = '*/10 * * * *';

type Database = {
  prepare(sql: string): unknown;
  batch(statements: unknown[]): Promise<unknown>;
};

/**
 * The Worker on a free port of 127.0.0.1, on an empty database with migrations and seed.
 * @param mail how mail leaves; into the development mailbox unless it says otherwise
 */
export async function startServer(
  mail: Record<string, string> = { MAIL_TRANSPORT: 'outbox' },
): Promise<Server> {
  // the harness sends the Worker's own requests through this
  const realFetch = globalThis.fetch;
  const network = createNetwork(realFetch);
  globalThis.fetch = network.fetch;
  const worker = { configPath: './wrangler.toml' };
  const harness = createTestHarness({
    workers: [{ ...worker, ...settings('portal.localhost', mail) }],
  });
  const { url } = await harness.listen();
  const port = Number(url.port);
  // Mailed links carry the port, which is known only now.
  await harness.update({
    workers: [{ ...worker, ...settings(`portal.localhost:${port}`, mail) }],
  });
  const moved = Number((await harness.listen()).url.port);
  if (moved !== port) throw new Error(`The server moved from port ${port} to ${moved}.`);

  const handle = harness.getWorker();
  await handle.applyD1Migrations('DB');
  const database: Database = (await handle.getEnv()).DB;
  const seed = splitStatements(await readFile('worker/dev/seed.sql', 'utf8'));
  for (const statement of seed) await database.batch([database.prepare(statement)]);

  return {
    port,
    origin: (subdomain) => `http://${subdomain}.portal.localhost:${port}`,
    get: (subdomain, path, headers) => get(port, subdomain, path, headers),
    mailbox: () => getJson(port, 'app', '/dev/mail.json'),
    breached: network.breaches.know,
    age: async (milliseconds) => {
      const older = `UPDATE sessions SET created_at = created_at - ${milliseconds}`;
      await database.batch([database.prepare(older)]);
    },
    checkSenders: async (milliseconds) => {
      const older = `UPDATE senders SET checked_at = checked_at - ${milliseconds}`;
      await database.batch([database.prepare(older)]);
      await handle.scheduled({ cron: CHECK_SENDERS_CRON });
    },
    mailService: network.mailService.behaves,
    wire: network.mailService.mails,
    zone: network.zone,
    domainService: network.domainService,
    close: async () => {
      await harness.close();
      globalThis.fetch = realFetch;
    },
  };
}

function settings(rootDomain: string, mail: Record<string, string>) {
  return { vars: { ...VARS, ROOT_DOMAIN: rootDomain, ...mail }, secrets: SECRETS };
}

async function getJson<T>(port: number, subdomain: string, path: string): Promise<T> {
  const { status, body } = await get(port, subdomain, path);
  if (status === 200) return JSON.parse(body);
  throw new Error(`${subdomain}${path} answered ${status}: ${body}`);
}

/** Node doesn't resolve `*.localhost`, so the name goes into the Host header. */
function get(
  port: number,
  subdomain: string,
  path: string,
  headers: http.OutgoingHttpHeaders = {},
): Promise<Answer> {
  const host = `${subdomain}.portal.localhost:${port}`;
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, headers: { ...headers, host } };
    const request = http.get(options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    request.on('error', reject);
  });
}
