import { describe, expect, test } from 'vitest';
import { carla, carlaAtDemo } from '../../support/cast.ts';
import { typeCode } from '../../support/codes.ts';
import { dump, epochAndSessions, untouched, usedOnce } from '../../support/database.ts';
import { errorAt } from '../../support/html.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { visit } from '../../support/visitor.ts';

/** What mail programs, chats and people hang on the end of a link. */
const ENDS = [
  ['a full stop', '.'],
  ['a comma', ','],
  ['a bracket', '>'],
  ['an encoded bracket', '%3E'],
  ['a bracket and a full stop', '>.'],
  ['a parenthesis', ')'],
  ['a square bracket', ']'],
  ['a quotation mark', '"'],
  ['an encoded quotation mark', '%22'],
  ['a curly quotation mark', '%E2%80%9D'],
  ['an apostrophe', "'"],
  ['an equals sign', '='],
  ['a star', '*'],
  ['two stars', '**'],
  ['an underscore', '_'],
  ['a hyphen', '-'],
  ['an underscore and a full stop', '_.'],
  ['a semicolon', ';'],
  ['an exclamation mark', '!'],
  ['a space', '%20'],
  ['a no-break space', '%C2%A0'],
  ['a zero-width space', '%E2%80%8B'],
  ['a line break', '%0D%0A'],
  ['a fragment, encoded', '%23x'],
  ['a query, encoded', '%3Futm_source=mail'],
  ['Safe Links', '&data=05%7C02%7Cclient%40demo.test%7C0&sdata=abc%3D&reserved=0'],
  ['an encoding twice', '%253E'],
  ['a broken encoding', '%'],
  ['markup', '%3C%2Fa%3E'],
  ['campaign parameters', '?utm_source=mail&fbclid=IwAR0_x-y'],
  ['a question mark', '?'],
  ['a fragment', '#:~:text=code'],
] as const;

describe('a link with what mail programs hang on its end', () => {
  test.each(ENDS)('%s: opens in the browser that asked', async (_what, end) => {
    const asking = visit('demo');
    const mail = await asking.ask(carla, '/projects');
    const opened = await asking.get(linkIn(mail) + end);
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/projects']);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  });

  test.each(ENDS)(
    '%s: asks first elsewhere, and its button has the clean link',
    async (_what, end) => {
      const mail = await visit('demo').ask(carla);
      const other = visit('demo');
      const opened = await other.get(linkIn(mail) + end);
      expect(opened.status).toBe(200);
      expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
      expect(await opened.text()).toContain(`action="${new URL(linkIn(mail)).pathname}"`);
      expect((await other.post(linkIn(mail) + end)).status, 'posted to').toBe(303);
      expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
    },
  );

  test('a slash: redirected to the clean link, and nothing is used up before', async () => {
    const asking = visit('demo');
    const link = linkIn(await asking.ask(carla));
    const slash = await asking.get(`${link}/`);
    expect([slash.status, slash.headers.get('location')]).toEqual([301, link]);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
    expect((await asking.get(link)).status).toBe(303);
  });

  test.each(['.', '%3E', '_'])('%s on a used link: explained, and renewed', async (end) => {
    const asking = visit('demo');
    const link = linkIn(await asking.ask(carla));
    await asking.get(link);
    const late = visit('demo');
    const gone = await late.get(link + end);
    expect(gone.status).toBe(410);
    expect(await gone.text()).toContain(`action="${new URL(link).pathname}/renewal"`);
    const renewed = await late.post(`${link}${end}/renewal`);
    expect([renewed.status, renewed.headers.get('location')]).toEqual([
      303,
      '/sign-in/check-email',
    ]);
  });
});

test.each([
  ['a letter', 'a'],
  ['a digit', '7'],
  ['a letter behind an underscore', '_a'],
  ['words without a space', 'Or'],
  ['another token', 'A'.repeat(43)],
  ['two thousand full stops', '.'.repeat(2000)],
])('a link with %s on its end: unknown, and nothing is used up', async (_what, end) => {
  const asking = visit('demo');
  const link = linkIn(await asking.ask(carla));
  const before = await dump();
  expect((await asking.get(link + end)).status).toBe(404);
  expect((await asking.post(link + end)).status).toBe(404);
  expect(await dump()).toEqual(before);
});

test('a link cut short by one character: unknown', async () => {
  const asking = visit('demo');
  const link = linkIn(await asking.ask(carla));
  expect((await asking.get(`${link.slice(0, -1)}.`)).status).toBe(404);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

describe('a code pasted with what stands around it in the mail', () => {
  test.each<[string, (mail: { text: string; html: string }) => string]>([
    ['the line of its text', ({ text }) => /Your code is .*/.exec(text)?.[0] ?? ''],
    ['the last line of its text', ({ text }) => text.trim().split('\n').at(-1) ?? ''],
    ['the whole text', ({ text }) => text],
    ['the whole text on one line', ({ text }) => text.replace(/\s+/g, ' ')],
    ['the text as an answer quotes it', ({ text }) => text.replace(/^/gm, '> ')],
    ['the words of its HTML', ({ html }) => wordsOf(html)],
  ])('%s: signs in', async (_what, pasted) => {
    const asking = visit('demo');
    const mail = await asking.ask(carla);
    expect((await typeCode(asking, pasted(mail ?? { text: '', html: '' }))).status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  });

  test('two codes: refused as no code, and no try is counted', async () => {
    const asking = visit('demo');
    const mail = await asking.ask(carla);
    const before = await dump();
    const pasted = `Your code is ${codeIn(mail)}\nYour code is AAAAA7`;
    const refused = await typeCode(asking, pasted);
    expect(refused.status).toBe(422);
    expect(errorAt('code', await refused.text())).toContain('six letters and digits');
    expect(await dump()).toEqual(before);
  });
});

function wordsOf(html: string): string {
  const body = html.slice(html.indexOf('<body')).replace(/<style[\s\S]*?<\/style>/g, '');
  return body
    .replace(/<[^>]+>/g, ' ')
    .replace(/&[#\w]+;/g, ' ')
    .replace(/\s+/g, ' ');
}
