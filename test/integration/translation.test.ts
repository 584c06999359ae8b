import { env } from 'cloudflare:workers';
import { expect, test, vi } from 'vitest';
import worker from '../../worker/index.ts';
import { ALL_MAILS } from '../support/all-mails.ts';
import { olivia } from '../support/cast.ts';
import { codeIn } from '../support/mail.ts';
import { onTheWire } from '../support/network.ts';
import { looseAddresses, translatable } from '../support/translation.ts';
import { mailbox, visit } from '../support/visitor.ts';
import { walkEverything } from '../support/walk/everything.ts';
import { walkMails } from '../support/walk/mails.ts';
import { walkSenders } from '../support/walk/senders.ts';

// Browsers and mail programs translate what they show: "Demo Studio" may become "Estudio de demostración", and a code a word.

const BRANDS = /Demo Studio|Rival Works|Latchkey/g;

/** What of a page or a mail would be translated and must not be. */
async function loose(html: string, more: string[] = []): Promise<string[]> {
  const words = await translatable(html);
  const found = [...looseAddresses(words), ...(words.match(BRANDS) ?? [])];
  return [...found, ...more.filter((each) => words.includes(each))];
}

/** All pages that anybody is shown on some walks, by their address. */
async function pagesOf(walk: () => Promise<void>): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  const fetch = worker.fetch.bind(worker);
  vi.spyOn(worker, 'fetch').mockImplementation(async (request, bindings, ctx) => {
    const response = await fetch(request, bindings, ctx);
    const isPage = response.headers.get('content-type')?.startsWith('text/html');
    if (isPage) pages.set(`${request.method} ${request.url}`, await response.clone().text());
    return response;
  });
  await walk();
  return pages;
}

test('every page: codes, addresses and brands are not translated', async () => {
  const pages = await pagesOf(async () => {
    await walkMails(env);
    await walkSenders(env);
    await walkEverything(env);
    await (await visit('app').signInAs(olivia)).get('/dev/mail');
  });
  expect(pages.size).toBeGreaterThan(35);
  for (const [address, html] of pages) expect(await loose(html), address).toEqual([]);
});

test('every mail of the walks: nor there', async () => {
  await walkMails(env);
  await walkSenders(env);
  await walkEverything(env);
  const mails = await mailbox();
  expect(mails.length).toBeGreaterThan(5);
  for (const { html, subject, text } of mails) {
    const codes = /^Your code is/m.test(text) ? [codeIn({ text })] : [];
    expect(await loose(html, codes), subject).toEqual([]);
  }
  for (const { body } of onTheWire()) {
    const html = body.content.find(({ type }) => type === 'text/html')?.value ?? '';
    expect(await loose(html), body.subject).toEqual([]);
  }
});

test.each(ALL_MAILS)('the mail “$what”: nor there', async ({ order }) => {
  await order({ headers: {}, cf: { city: 'Lisbon', country: 'PT' } });
  const body = onTheWire().at(-1)?.body;
  const [text = '', html = ''] = body?.content.map(({ value }) => value) ?? [];
  const code = /^Your code is (\w+)$/m.exec(text)?.[1];
  expect(html).toContain(' translate="no"');
  expect(await loose(html, code === undefined ? [] : [code])).toEqual([]);
});

test('the search for what is loose finds it', async () => {
  const page =
    '<body><p>Demo Studio <b translate="no">a@b.test</b> at c@d.test in K9AEB3</p></body>';
  expect(await loose(page, ['K9AEB3'])).toEqual(['c@d.test', 'Demo Studio', 'K9AEB3']);
});
