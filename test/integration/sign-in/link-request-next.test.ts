import { expect, test } from 'vitest';
import { carla, carlaAtDemo } from '../../support/cast.ts';
import { epochAndSessions, usedOnce } from '../../support/database.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { visit } from '../../support/visitor.ts';

for (const next of [
  '//evil.test',
  '/\\evil.test',
  '\\\\evil.test',
  '/.//evil.test',
  '/..//evil.test',
  '/%2e%2e//evil.test',
  '/\t/evil.test',
  '/\n/evil.test',
  ' //evil.test',
  'https:evil.test',
  'https://evil.test/',
  'http://demo.portal.localhost/x',
  '%2f%2fevil.test',
  'javascript:alert(1)',
  'data:text/html,x',
  'evil.test',
  '/a\r\nSet-Cookie: x=1',
  '/\u0000',
  `/${'a'.repeat(600)}`,
  '/sign-in?next=/sign-in',
  '/sign-out',
]) {
  test(`next=${JSON.stringify(next).slice(0, 40)}: signs in and ends at /`, async () => {
    const browser = visit('demo');
    const mail = await browser.ask(carla, next);
    const opened = await browser.get(linkIn(mail));
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/']);
    const here = await browser.get(`/sign-in?${new URLSearchParams({ next })}`);
    expect([here.status, here.headers.get('location')]).toEqual([303, '/']);
    expect((await browser.get('/')).status).toBe(200);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  });
}

test('next, a path of this host: link, button and code lead there', async () => {
  const next = '/projects/7?tab=files&q=%2F%2Fevil';
  const asking = visit('demo');
  const byButton = await asking.ask(carla, next);
  const pressed = await visit('demo').post(linkIn(byButton));
  const byCode = await asking.ask(carla, next);
  const typed = await asking.post('/sign-in/code', { code: codeIn(byCode) });
  for (const response of [pressed, typed]) {
    expect([response.status, response.headers.get('location')]).toEqual([303, next]);
  }
  expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 2, sessions: 2 });
});
