import { env } from 'cloudflare:workers';
import { carla, carlaAtDemo, olivia } from '../cast.ts';
import { withoutWaiting } from '../clock.ts';
import { expectConsoleError } from '../console-errors.ts';
import { mailService, signer } from '../network.ts';
import { deliverQueued } from '../queue.ts';
import { visit } from '../visitor.ts';
import { expectAnswer } from './account.ts';

/** A mail that waits for another try, two that never leave, and one that arrives by the queue. */
export async function walkMails(bindings: Env): Promise<void> {
  expectConsoleError(/mail refused/);
  const there = { ...bindings, MAIL_TRANSPORT: 'mailchannels' };
  mailService('429', '400', '429', '429', 'takes it over (202)');
  for (let asked = 1; asked <= 3; asked += 1) await visit('demo', there).ask(carla);
  await deliverQueued(there);
  const owner = await visit('app', bindings).signInAs(olivia);
  await owner.get('/w/demo');
  await owner.get(`/w/demo/contacts/${carlaAtDemo}`);
  await deliverQueued(there);
  await visit('demo', there).ask(carla);
  await env.DB.prepare("UPDATE mails SET state = 'waiting' WHERE tries = 1").run();
  await deliverQueued(there, 'latchkey-mail-dead');
}

/** News of a mail that was delivered, and of one that came back; the second look for one that nobody knows. */
export async function walkNews(bindings: Env): Promise<void> {
  expectConsoleError(/event of a mail/);
  expectConsoleError(/events of mails/);
  const there = { ...bindings, MAIL_TRANSPORT: 'mailchannels', MAILCHANNELS_ACCOUNT: 'acme' };
  await visit('demo', there).ask(carla);
  const sign = await signer();
  const named = { customer_handle: 'acme', timestamp: Date.now() / 1000 };
  const body = JSON.stringify([
    { event: 'delivered', smtp_id: '<m-1@mailchannels.test>', ...named },
    { event: 'hard-bounced', request_id: 'r-1', ...named },
    { event: 'delivered', smtp_id: 'unknown', ...named },
  ]);
  const machine = visit('app', there);
  const headers = { 'content-type': 'application/json', ...(await sign(body)) };
  const address = `${machine.origin}/webhooks/mailchannels`;
  const webhook = new Request(address, { method: 'POST', headers, body });
  await withoutWaiting(() => expectAnswer(200, machine.send(webhook)));
}
