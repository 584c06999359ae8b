import { describe, expect, test } from 'vitest';
import { carla, carlaAtDemo, olivia } from '../support/cast.ts';
import { rows } from '../support/database.ts';
import { linkIn } from '../support/mail.ts';
import { mailbox, type Visitor, visit } from '../support/visitor.ts';

const OWN = { 'sec-fetch-site': 'same-origin' };

/** What a browser sends with a form of our own page, where an extension or a setting takes the Origin away. */
const WITHOUT_ORIGIN: [string, Record<string, string>][] = [
  ['is missing', OWN],
  ['is null', { ...OWN, origin: 'null' }],
];

describe.each(WITHOUT_ORIGIN)('our own form whose Origin %s', (_what, headers) => {
  test('asking and pressing the button of a link: signed in', async () => {
    const asked = await post(visit('demo'), '/sign-in/link', { email: carla }, headers);
    expect([asked.status, asked.headers.get('location')]).toEqual([303, '/sign-in/check-email']);
    const [mail] = await mailbox();
    const browser = visit('demo');
    const pressed = await post(browser, linkIn(mail), {}, headers);
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, '/']);
    expect(await (await browser.get('/')).text()).toContain('Carla');
  });

  test('the switch of a card: switched', async () => {
    const owner = await visit('app').signInAs(olivia);
    const card = `/w/demo/contacts/${carlaAtDemo}`;
    const off = await post(owner, `${card}/portal-access`, { enabled: 'off' }, headers);
    expect(off.status).toBe(303);
    const access = 'SELECT portal_access FROM contacts WHERE id = ?';
    expect(await rows(access, carlaAtDemo)).toEqual([{ portal_access: 0 }]);
  });

  test('a body that is no form: still 415', async () => {
    const visitor = visit('demo');
    const init = { method: 'POST', headers: { ...headers, 'content-type': 'text/plain' } };
    const request = new Request(`${visitor.origin}/sign-in/link`, { ...init, body: 'email=a' });
    expect((await visitor.send(request)).status).toBe(415);
  });
});

const HERE = 'http://demo.portal.localhost';

test.each<[string, Record<string, string>]>([
  ['neither header', {}],
  ['neither header, and a referrer of ours', { referer: `${HERE}/sign-in` }],
  ['no Origin, from a sibling subdomain', { 'sec-fetch-site': 'same-site' }],
  ['no Origin, from another site', { 'sec-fetch-site': 'cross-site' }],
  ['no Origin, from no page', { 'sec-fetch-site': 'none' }],
  ['a sandbox of our own page', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['a sibling that hides its Origin', { origin: 'null', 'sec-fetch-site': 'same-site' }],
  ['a hidden Origin, from no page', { origin: 'null', 'sec-fetch-site': 'none' }],
  ['a hidden Origin, and no other word', { origin: 'null' }],
  ['a hidden Origin, and an empty site', { origin: 'null', 'sec-fetch-site': '' }],
  ['an empty Origin', { ...OWN, origin: '' }],
  ['an Origin in capitals', { ...OWN, origin: 'NULL' }],
  ['two hidden Origins', { ...OWN, origin: 'null, null' }],
  ['our Origin and another', { ...OWN, origin: `${HERE}, null` }],
  ['the Origin of a sibling', { ...OWN, origin: 'http://rival.portal.localhost' }],
  ['the Origin of another site', { ...OWN, origin: 'https://evil.example' }],
  ['two sites', { origin: 'null', 'sec-fetch-site': 'same-origin, same-origin' }],
  ['a site in capitals', { 'sec-fetch-site': 'Same-Origin' }],
  ['a site in quotes', { 'sec-fetch-site': '"same-origin"' }],
  ['a site with a parameter', { 'sec-fetch-site': 'same-origin;v=1' }],
])('a form with %s: 403, and no mail', async (_what, headers) => {
  const response = await post(visit('demo'), '/sign-in/link', { email: carla }, headers);
  expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
  expect(await mailbox()).toEqual([]);
});

test('a refused form: the page says that nothing was changed, and what to do', async () => {
  const response = await post(visit('demo'), '/sign-in/link', { email: carla }, {});
  expect(response.status).toBe(403);
  const page = await response.text();
  expect(page).toContain('nothing was changed');
  expect(page).toContain('in a normal window, reload it, and press the button once more');
  expect(await mailbox()).toEqual([]);
});

/** Posts a form with these headers only: no Origin of its own. */
function post(
  visitor: Visitor,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string>,
): Promise<Response> {
  const body = new URLSearchParams(fields);
  return visitor.send(
    new Request(new URL(path, visitor.origin), { method: 'POST', headers, body }),
  );
}
