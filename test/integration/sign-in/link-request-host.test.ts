import { expect, test } from 'vitest';
import { carla } from '../../support/cast.ts';
import { dump } from '../../support/database.ts';
import { linkRequest } from '../../support/links.ts';
import { linkIn } from '../../support/mail.ts';
import { mailbox, visit } from '../../support/visitor.ts';

// hackathon-starter#1326: a link whose host came from the request.
test.each([
  ['X-Forwarded-Host', 'http://demo.portal.localhost', { 'x-forwarded-host': 'evil.test' }],
  ['Forwarded', 'http://demo.portal.localhost', { forwarded: 'host=evil.test;proto=https' }],
  ['Host beside an absolute address', 'http://demo.portal.localhost', { host: 'evil.test' }],
  ['X-Original-URL', 'http://demo.portal.localhost', { 'x-original-url': 'http://evil.test/' }],
  ['another port', 'http://demo.portal.localhost:9999', {}],
  ['capitals and a trailing dot', 'http://DEMO.portal.localhost.', {}],
])('a forged %s: never gets into the link', async (_what, at, headers) => {
  await visit('demo').send(linkRequest(at, carla, headers));
  const [mail, ...more] = await mailbox();
  expect(more).toEqual([]);
  expect(new URL(linkIn(mail)).origin).toBe('http://demo.portal.localhost');
  expect(JSON.stringify(mail)).not.toMatch(/evil\.test|:9999/);
});

test.each([
  ['http://evil.test', {}],
  [
    'http://evil.test',
    { host: 'demo.portal.localhost', 'x-forwarded-host': 'demo.portal.localhost' },
  ],
  ['http://demo.portal.localhost.evil.test', {}],
  ['http://evil-portal.localhost', {}],
])('the foreign host %s: refused', async (at, headers) => {
  const before = await dump();
  const response = await visit('demo').send(linkRequest(at, carla, headers));
  expect(response.status).toBe(421);
  expect(await dump()).toEqual(before);
});
