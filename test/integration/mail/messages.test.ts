import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { seconds } from '../../../worker/values/duration.ts';
import { ALL_MAILS, type From, type Mailed } from '../../support/all-mails.ts';
import { carla, olivia } from '../../support/cast.ts';
import { moveClock, moveClockToMarch } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { overTheWire } from '../../support/delivery.ts';
import { textOf, type WireMail } from '../../support/doubles/mailchannels/send.ts';
import { escaped } from '../../support/html.ts';
import { mailService, onTheWire } from '../../support/network.ts';
import { png } from '../../support/pictures.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import { visit } from '../../support/visitor.ts';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0';
const IN_LISBON = { headers: { 'user-agent': FIREFOX }, cf: { city: 'Lisbon', country: 'PT' } };

/** The mail at each try, oldest first. */
async function triesAt(mailed: Mailed, from: From = IN_LISBON): Promise<readonly WireMail[]> {
  moveClock(0);
  expectConsoleError(/"what":"mail refused"/);
  mailService(...Array(mailed.refusals ?? 1).fill('429'), 'takes it over (202)');
  expect((await mailed.order(from)).status).toBe(303);
  while (queued().length > 0) {
    moveClock(seconds(queued()[0]?.delaySeconds ?? 0));
    await deliverQueued(overTheWire);
  }
  expect(onTheWire()).toHaveLength((mailed.refusals ?? 1) + 1);
  return onTheWire();
}

type Read = { mail: WireMail; body: WireMail['body']; subject: string; text: string; html: string };

async function read(mailed: Mailed, from?: From): Promise<Read> {
  const mail = (await triesAt(mailed, from)).at(-1);
  if (mail === undefined) throw new Error('no mail came');
  const html = mail.body.content.find(({ type }) => type === 'text/html')?.value ?? '';
  return { mail, body: mail.body, subject: mail.body.subject, text: textOf(mail), html };
}

/** The code in the text of a mail; '' for none. */
function codeOf(mail: WireMail | undefined): string {
  return /^Your code is (\w+)$/m.exec(textOf(mail))?.[1] ?? '';
}

function store(sql: string, ...values: string[]): Promise<unknown> {
  const statement = env.DB.prepare(`UPDATE workspaces SET ${sql} WHERE slug = 'demo'`);
  return statement.bind(...values).run();
}

const LONG_ADDRESS = `${'a'.repeat(60)}@${'acme.'.repeat(36)}test`;

/** As much as the form takes of everything, of what grows most when it is escaped; and a logo. */
async function brandAtLength(): Promise<void> {
  const desk = await visit('app').signInAs(olivia);
  const form = new FormData();
  form.set('name', '"'.repeat(80));
  form.set('welcome', '"'.repeat(400));
  form.set('portal_contact', LONG_ADDRESS);
  form.append('logo', new File([await png()], 'logo.png'));
  const request = { method: 'POST', headers: { origin: desk.origin }, body: form };
  const saved = await desk.send(new Request(`${desk.origin}/w/demo/settings/branding`, request));
  expect(saved.status).toBe(303);
}

/** All links of the HTML that lead somewhere. */
function linksIn(html: string): string[] {
  return [...html.matchAll(/href="(https?:[^"]+)"/g)].map(([, to = '']) => to);
}

describe.each(ALL_MAILS)('$what', (mailed) => {
  test('HTML: small, of tables; loads nothing but the logo, and runs nothing', async () => {
    await brandAtLength();
    const { html } = await read(mailed);
    expect(new TextEncoder().encode(html).byteLength).toBeLessThan(30_000);
    expect(html).toMatch(
      /^<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8"\/?>/,
    );
    expect(html).not.toMatch(/<(style|script|link|iframe|form|input|svg|video|base|object)\b/i);
    expect(html, 'addresses break anywhere, words don’t').not.toMatch(/<p [^>]*break-all/);
    expect(html).not.toMatch(/prefers-color-scheme|@media|@import|url\(|background="|\son\w+=/i);
    const pictures = html.match(/<img [^>]*>/g) ?? [];
    const sources = [...html.matchAll(/(?:src|srcset|poster|data)="([^"]*)"/g)];
    expect(pictures).toHaveLength(mailed.voice === 'workspace' ? 1 : 0);
    expect(sources).toHaveLength(pictures.length);
    for (const picture of pictures) {
      expect(picture).toMatch(/src="http:\/\/demo\.portal\.localhost\/logo\/[0-9a-f]{64}"/);
      expect(picture, 'who it is, without images').toContain(`alt="${'&quot;'.repeat(80)}"`);
    }
    if (mailed.voice === 'workspace') expect(html, 'not cut').toContain(`>${LONG_ADDRESS}</a>`);
    const tables = html.match(/<table\b[^>]*>/g) ?? [];
    expect(tables.length).toBeGreaterThan(1);
    for (const table of tables) expect(table).toContain('role="presentation"');
  });

  test('preheader: says more than the subject', async () => {
    const { html, subject } = await read(mailed);
    const [, hidden = ''] =
      /<body[^>]*><div style="display:none[^"]*">([^<]*)<\/div>/.exec(html) ?? [];
    const words = hidden.replace(/[\u00a0\u200c]+$/, '');
    expect(words.length).toBeGreaterThan(30);
    expect(words).not.toContain(subject);
    expect(html).toContain(`<title>${subject}</title>`);
  });

  test('text: written, with every link and code of the HTML, once', async () => {
    const { html, text } = await read(mailed);
    expect(text).not.toMatch(/<[a-z!/]|&(?:\w+|#\d+);|\t|\r| \n|\n{3}/i);
    const links = [...new Set(linksIn(html))];
    expect(links).toHaveLength(1);
    expect(text.match(/https?:\S+/g)).toEqual(links);
    expect(text.split('\n')).toContain(links[0]);
    const codes = [...html.matchAll(/<td [^>]*letter-spacing[^>]*>([^<]*)<\/td>/g)];
    if (mailed.hasCode) {
      const [[, code] = []] = codes;
      expect(code).toMatch(/^[0-9A-Z]{6}$/);
      const { host } = new URL(links[0] ?? '');
      expect(text.split('\n').filter((line) => line.includes(String(code)))).toEqual([
        `Your code is ${code}`,
        `@${host} #${code}`,
      ]);
      expect(text, 'the line for phones is the last').toMatch(/\n@[\w.]+ #\w{6}\n$/);
    } else {
      expect(text).not.toMatch(/^@/m);
    }
  });

  test('headers: the sender, no automatic replies, no thread, the same mark at every try', async () => {
    const tries = await triesAt(mailed);
    const [first] = tries;
    const marks = tries.map(({ body }) => body.headers);
    expect(Object.keys(first?.body.headers ?? {}).toSorted()).toEqual([
      'Auto-Submitted',
      'X-Auto-Response-Suppress',
      'X-Latchkey-Mail',
    ]);
    expect(first?.body.headers).toMatchObject({
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    });
    expect(new Set(marks.map((mark) => mark['X-Latchkey-Mail'])).size).toBe(1);
    expect(marks[0]?.['X-Latchkey-Mail']).toMatch(/^<[\w-]{36}@portal\.localhost>$/);
    const who = mailed.voice === 'workspace' ? 'Demo Studio' : 'Latchkey';
    for (const mail of tries) {
      const { body } = mail;
      expect(body.subject).toEqual(mailed.subject(who, codeOf(mail)));
      expect(body.from).toEqual({ name: who, email: 'portal@portal.localhost' });
      expect(body.reply_to).toEqual(
        mailed.voice === 'workspace' ? { email: 'hello@demo.test' } : undefined,
      );
    }
  });

  test('dates: in the language and time zone of the sender', async () => {
    await store("language = 'de-DE', time_zone = 'Europe/Berlin'");
    const year = moveClockToMarch();
    const { html, text } = await read(mailed);
    const at =
      mailed.voice === 'workspace' ? `2. März ${year} 00:30 MEZ` : `1 Mar ${year} 23:30 UTC`;
    for (const part of [html, text]) expect(part).toContain(at);
    for (const part of [html, text]) {
      expect(part.includes('Firefox on Windows, Lisbon, PT')).toBe(!mailed.withoutClient);
    }
  });

  // attack row 26
  test('words of others: escaped, on one line, without bidi marks', async () => {
    const name = '<b onload=x>Evil</b>\r\nBcc: thief\u202e\u0007 & "Co"';
    await store('name = ?, portal_contact = ?', name, '"><script>x</script>\r\n\u202e@evil.test');
    const { mail, body, html, subject, text } = await read(mailed, {
      headers: { 'user-agent': 'Mozilla/5.0 <script>x</script> Firefox/143.0' },
      cf: { city: '<script>Lisbon</script>\r\nBcc: thief@evil.test\u202e', country: 'PT' },
    });
    const shown =
      mailed.voice === 'workspace' ? '<b onload=x>Evil</b> Bcc: thief & "Co"' : 'Latchkey';
    expect(subject).toEqual(mailed.subject(shown, codeOf(mail)));
    expect(body.from.name).toBe(shown);
    expect(html).not.toMatch(/<b |<script|\u202e/);
    expect(html).toContain(escaped(shown));
    expect(html.includes('&lt;script>Lisbon&lt;/script> Bcc: thief@evil.test')).toBe(
      !mailed.withoutClient,
    );
    const plain = text.replaceAll('\n', '');
    expect(plain).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(text).not.toMatch(/^Bcc/m);
    expect(Object.keys(body.headers)).toHaveLength(3);
    expect(body.personalizations).toEqual([
      { to: [{ email: expect.stringMatching(/^(client|owner)@demo\.test$/) }] },
    ]);
  });
});

/**
 * The properties that the mails may use. What a program doesn't know of these does no harm there (caniemail.com); the mso- ones
 * and text-underline-color are Word's own, which draws mails for Outlook.
 */
const KNOWN_PROPERTIES = new Set(
  `background-color background-image border border-bottom border-collapse border-left border-radius border-top box-shadow color
  display font-family font-size font-weight height letter-spacing line-height margin max-height max-width opacity overflow padding
  text-decoration width word-break mso-font-width mso-hide mso-padding-alt mso-text-raise text-underline-color`.split(
    /\s+/,
  ),
);

test.each(ALL_MAILS)(
  '$what: for Word all of the button is the link, and no odd style',
  async (mailed) => {
    const { html } = await read(mailed);
    const button = /<td align="center"><a href="[^"]+" style="([^"]+)">(.*?)<\/a><\/td>/.exec(html);
    const [, style = '', inside = ''] = button ?? [];
    expect(style).toMatch(/padding:14px 24px;mso-padding-alt:0;background-color:#[0-9a-f]{6};/);
    const gaps = [...inside.matchAll(/<!--\[if mso\]>(.*?)<!\[endif\]-->/g)].map(([, gap]) => gap);
    expect(gaps).toEqual([
      '<i style="mso-font-width:150%;mso-text-raise:28px" hidden>&emsp;</i>',
      '<i style="mso-font-width:150%" hidden>&emsp;&#8203;</i>',
    ]);
    expect(inside).toMatch(/<!\[endif\]--><\/span><span style="mso-text-raise:14px;">.*\w/);
    const styles = [...html.matchAll(/style="([^"]*)"/g)].flatMap(([, each = '']) =>
      each.split(';'),
    );
    const names = new Set(styles.map((each) => each.split(':')[0]?.trim() ?? ''));
    expect([...names].filter((name) => name !== '' && !KNOWN_PROPERTIES.has(name))).toEqual([]);
  },
);

test('two mails of one kind: a mark each', async () => {
  const marks: unknown[] = [];
  for (let nth = 1; nth <= 2; nth += 1) {
    await visit('demo', overTheWire).post('/sign-in/link', { email: carla });
    marks.push(onTheWire().at(-1)?.body.headers['X-Latchkey-Mail']);
  }
  expect(new Set(marks).size).toBe(2);
});
