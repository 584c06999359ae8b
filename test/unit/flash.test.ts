import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import type { AppEnv } from '../../worker/context.ts';
import { leaveFlash, shorten, takeFlash } from '../../worker/http/flash.ts';

const FAMILY = '👩‍👩‍👧‍👦';
const FLAG = '🇵🇹';

describe('a flash that is too long', () => {
  test.each([
    ['an emoji', '🎉'],
    ['a family', FAMILY],
    ['a flag', FLAG],
    ['a letter with a mark', 'e\u0301'],
    ['a syllable of Hangul', '\u1112\u1161\u11ab'],
    ['a line break of two', '\r\n'],
  ])('%s at any place near the limit: whole, or not there', (_what, character) => {
    for (let before = 190; before <= 200; before++) {
      const kept = shorten('x'.repeat(before) + character.repeat(100));
      const rest = kept.replace(/^x+/, '').replace(/…$/, '');
      expect(rest, `${before} before`).toBe(character.repeat(rest.length / character.length));
      expect(kept.endsWith('…')).toBe(true);
    }
  });

  test('words: cut after a word, so that no address is cut in two', () => {
    const words = `${'word '.repeat(38)}client@demo.test.evil.example was signed out.`;
    expect(shorten(words)).toBe(`${'word '.repeat(38).trim()}…`);
  });

  test.each([
    ['accents', 'é'.repeat(5000)],
    ['emoji', '🎉'.repeat(5000)],
    ['families', FAMILY.repeat(5000)],
    ['marks on one letter', `a ${`e${'\u0301'.repeat(20_000)}`}`],
    ['halves of pairs', '\ud83d'.repeat(5000)],
    ['the other halves', '\udc00 '.repeat(5000)],
    ['what a cookie must escape', ';,%"\\ \u0000\n'.repeat(5000)],
  ])('%s: at most 3000 bytes in the cookie and its mark, without throwing', (_what, words) => {
    const kept = shorten(words);
    expect(encodeURIComponent(kept).length).toBeLessThanOrEqual(3000 + '%E2%80%A6'.length);
    expect(kept.isWellFormed()).toBe(true);
  });
});

test.each(['Saved.', '', 'Zoë’s mail — “done” 🎉', `${'x'.repeat(200)}`, '100% of a=b; c'])(
  'a flash within the limits, as "%s": shown as it was left, once',
  async (words) => {
    const { left, shown, after } = await leaveAndTake(words);
    expect(shown).toBe(words);
    expect(left.length).toBeLessThan(4096);
    expect(after).toMatch(/^__Host-flash=; Max-Age=0/);
  },
);

test.each([
  '%',
  '%ff',
  '%E0%A4%A',
  '%ud83d',
  '"',
  '=',
  'a'.repeat(8000),
  encodeURIComponent('🎉'.repeat(300)),
  '%F0%9F%8E',
  '\u00ff\u00fe',
])('a cookie of junk, %s: never throws, and is deleted or ignored', async (value) => {
  const { status, words } = await take(`__Host-flash=${value}`);
  expect(status).toBe(200);
  expect(words.length).toBeLessThan(4096);
  expect(words.isWellFormed()).toBe(true);
});

const app = new Hono<AppEnv>();
app.get('/leave', (c) => {
  leaveFlash(c, decodeURIComponent(c.req.query('words') ?? ''));
  return c.text('');
});
app.get('/take', (c) => c.text(takeFlash(c) ?? ''));

async function leaveAndTake(words: string) {
  const query = new URLSearchParams({ words: encodeURIComponent(words) });
  const left = (await app.request(`/leave?${query}`)).headers.get('set-cookie') ?? '';
  const taken = await app.request('/take', { headers: { cookie: left.split(';')[0] ?? '' } });
  return { left, shown: await taken.text(), after: taken.headers.get('set-cookie') ?? '' };
}

async function take(cookie: string): Promise<{ status: number; words: string }> {
  const response = await app.request('/take', { headers: { cookie } });
  return { status: response.status, words: await response.text() };
}
