import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { carla, olivia } from '../../support/cast.ts';
import { moveClockToMarch } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import { textOf, type WireMail } from '../../support/doubles/mailchannels/send.ts';
import { escaped } from '../../support/html.ts';
import { mailService, zone } from '../../support/network.ts';
import { deliverQueued } from '../../support/queue.ts';
import {
  activeSender,
  codeFor,
  EMAIL,
  HELLO,
  mailsTo,
  PLATFORM,
  runSchedule,
  STUDIO,
  signedInOwner,
  withDomains,
} from '../../support/senders.ts';
import { visit } from '../../support/visitor.ts';

/** Of a free mail service: good for answers, and nothing can leave from it. */
const GMAIL = 'olivia.owner@gmail.com';
const PAGE = `http://app.portal.localhost${EMAIL}`;

type Case = { what: string; to: string; subject: () => string; order: () => Promise<unknown> };

const MAILS: Case[] = [
  {
    what: 'the code for an address to send from',
    to: HELLO,
    subject: () => `${codeFor(HELLO)} is your code to send as ${HELLO}`,
    order: async () => (await signedInOwner()).post(EMAIL, { email: HELLO }),
  },
  {
    what: 'the code for an address for replies',
    to: GMAIL,
    subject: () => `${codeFor(GMAIL)} is your code to get replies at ${GMAIL}`,
    order: async () => (await signedInOwner()).post(EMAIL, { email: GMAIL }),
  },
  {
    what: 'the notice of a sender broken by its records',
    to: olivia,
    subject: () => `Mail no longer leaves from ${HELLO}`,
    order: async () => {
      await activeSender();
      zone.set(STUDIO, []);
      return runSchedule();
    },
  },
  {
    what: 'the notice of a sender broken by a refusal',
    to: olivia,
    subject: () => `Mail no longer leaves from ${HELLO}`,
    order: async () => {
      await activeSender();
      expectConsoleError(/"what":"mail refused"/);
      mailService('400', 'takes it over (202)');
      await visit('demo', withDomains).post('/sign-in/link', { email: carla });
      await deliverQueued(withDomains);
    },
  },
];

async function read({ to, order }: Case): Promise<{ mail: WireMail; html: string; text: string }> {
  await order();
  const mail = mailsTo(to).at(-1);
  if (mail === undefined) throw new Error('no mail came');
  const html = mail.body.content.find(({ type }) => type === 'text/html')?.value ?? '';
  return { mail, html, text: textOf(mail) };
}

describe.each(MAILS)('$what', (mailed) => {
  test('the mail: comes from Latchkey, is small and complete, links to one page', async () => {
    const { mail, html, text } = await read(mailed);
    expect(mail.body).toMatchObject({
      subject: mailed.subject(),
      from: { name: 'Latchkey', email: PLATFORM },
    });
    expect(mail.body.reply_to).toBeUndefined();
    expect(JSON.stringify(mail.body)).not.toContain('dkim_selector');
    expect(new TextEncoder().encode(html).byteLength).toBeLessThan(30_000);
    expect(html).not.toMatch(/<(style|script|link|iframe|form|input|img)\b|@media|url\(/i);
    expect(html).toContain(`<title>${mailed.subject()}</title>`);
    const links = [...html.matchAll(/href="(https?:[^"]+)"/g)].map(([, link]) => link);
    expect(new Set(links)).toEqual(new Set([PAGE]));
    expect(text.match(/https?:\S+/g)).toEqual([PAGE]);
    expect(text).not.toMatch(/<[a-z!/]|&\w+;|\n{3}|\t/);
    const [, hidden = ''] = /<body[^>]*><div style="display:none[^"]*">([^<]*)</.exec(html) ?? [];
    expect(hidden.replace(/[\u00a0\u200c]+$/, '').length).toBeGreaterThan(30);
    expect(hidden).not.toContain(mailed.subject());
  });

  test('a hostile name: escaped, on one line, without control characters', async () => {
    await env.DB.prepare("UPDATE workspaces SET name = ? WHERE slug = 'demo'")
      .bind('<b onload=x>Evil</b>\r\nBcc: thief\u202e\u0007')
      .run();
    const { mail, html, text } = await read(mailed);
    const shown = '<b onload=x>Evil</b> Bcc: thief';
    expect(text).toContain(`“${shown}”`);
    expect(html).toContain(escaped(shown));
    expect(html).not.toMatch(/<b |\u202e/);
    expect(text).not.toMatch(/^Bcc/m);
    expect(mail.body.subject).toBe(mailed.subject());
  });
});

test('the code: on its own line for autofill, with its sender and how long it works', async () => {
  const year = moveClockToMarch();
  const [asked] = MAILS;
  if (asked === undefined) throw new Error('no mail');
  const { html, text } = await read(asked);
  const code = codeFor(HELLO);
  expect(html).toMatch(new RegExp(`<td [^>]*letter-spacing[^>]*>${code}</td>`));
  expect(text.split('\n').filter((line) => line.includes(code))).toEqual([
    `Your code is ${code}`,
    `@app.portal.localhost #${code}`,
  ]);
  for (const part of [html, text]) {
    expect(part).toContain(`${olivia} asked on 1 Mar ${year} 23:30 UTC`);
    expect(part).toContain('It works for 30 minutes, once.');
    expect(part).toContain('nothing is sent as this address without the code');
  }
});

test('the code for replies: says that replies go there, not that mail comes from it', async () => {
  const [, replies] = MAILS;
  if (replies === undefined) throw new Error('no mail');
  const { html, text } = await read(replies);
  for (const part of [html, text]) {
    expect(part).toContain(`that answers to the mails of “Demo Studio” go to ${GMAIL}.`);
    expect(part).toContain('no answers come to this address without the code');
    expect(part).not.toMatch(/come from|send as|sent as/);
  }
  const page = await (await (await signedInOwner()).get(EMAIL)).text();
  expect(page).toContain('So replies will reach you there.');
});

test('the notice: since when, why, that clients get their mail, and what to do', async () => {
  for (const [mailed, ...words] of [
    [MAILS[2], 'its DNS records are no longer right (SPF)', 'again by itself'],
    [MAILS[3], 'the mail service refused mail from it', 'have the address checked'],
  ] as const) {
    if (mailed === undefined) throw new Error('no mail');
    const { text } = await read(mailed);
    expect(text).toMatch(/Since \d+ \w+ \d{4} \d\d:\d\d UTC the mails of “Demo Studio”/);
    expect(text).toContain('Your clients still get their mails, from portal@portal.localhost');
    expect(text).toContain(`Their answers reach you at ${HELLO}.`);
    for (const each of words) expect(text).toContain(each);
    await env.DB.prepare('DELETE FROM senders').run();
  }
});

test('the notice: times in the time zone of the workspace', async () => {
  await rows("UPDATE workspaces SET time_zone = 'Asia/Tokyo'");
  const [, , broken] = MAILS;
  if (broken === undefined) throw new Error('no mail');
  const { text, html } = await read(broken);
  for (const part of [text, html]) expect(part).toMatch(/Since \d+ \w+ \d{4} \d\d:\d\d GMT\+9 /);
});
