import { expect, test } from 'vitest';
import { carla, olivia } from '../../support/cast.ts';
import { typeCode } from '../../support/codes.ts';
import { addClient } from '../../support/contacts.ts';
import { dump, rows } from '../../support/database.ts';
import { errorAt, escaped, inputAt } from '../../support/html.ts';
import { codeIn } from '../../support/mail.ts';
import { mailbox, visit } from '../../support/visitor.ts';

// CVE-2026-73420, GHSA-5jpx-9hw9-2fx4, CVE-2022-35924: an address that one part of the code reads as
// another's, and mail that then goes to what was typed.
test.each([
  ['full-width at sign U+FF20', 'client\uff20demo.test'],
  ['Kelvin sign U+212A in the domain', 'client@\u212aiosk.test'],
  ['Kelvin sign U+212A in the local part', '\u212aarla@demo.test'],
  ['dotted capital I U+0130', 'cl\u0130ent@demo.test'],
  ['long s U+017F', 'client@demo.te\u017ft'],
  ['full-width letters', 'client@\uff44emo.test'],
  ['ideographic full stop', 'client@demo\u3002test'],
  ['zero width space in the domain', 'client@de\u200bmo.test'],
  ['zero width joiner in the local part', 'cli\u200dent@demo.test'],
  ['soft hyphen', 'client@de\u00admo.test'],
  ['right-to-left override', '\u202eclient@demo.test'],
  ['quoted local part', '"client"@demo.test'],
  ['quoted local part with an address', '"client@demo.test,x"@evil.test'],
  ['comma list', 'client@demo.test,thief@evil.test'],
  ['semicolon list', 'client@demo.test;thief@evil.test'],
  ['space list', 'client@demo.test thief@evil.test'],
  ['header injection', 'client@demo.test\r\nBcc: thief@evil.test'],
  ['line feed', 'client@demo.test\nthief@evil.test'],
  ['NUL', 'client@demo.test\u0000@evil.test'],
  ['display name with two addresses', 'Carla <client@demo.test>, Eve <thief@evil.test>'],
  ['display name of another', '"client@demo.test" <thief@evil.test>'],
  ['comment', 'client(thief@evil.test)@demo.test'],
  ['source route', '@evil.test:client@demo.test'],
  ['percent hack', 'client@demo.test@evil.test'],
  ['address literal', 'client@[127.0.0.1]'],
  ['bare IP', 'client@127.0.0.1'],
  ['copy in a mailto', 'mailto:client@demo.test?cc=thief@evil.test'],
  ['no domain', 'client@'],
  ['markup', '"><script>alert(1)</script>@demo.test'],
])(
  '%s as an address: refused beside its field, which keeps what was typed',
  async (_trick, typed) => {
    const before = await dump();
    const browser = visit('demo');
    const response = await browser.post('/sign-in/link', { email: typed });
    expect(response.status).toBe(422);
    const page = await response.text();
    expect(errorAt('email', page)).toBe(
      'That does not look like one email address, such as carla@acme.example.',
    );
    expect(inputAt('email', page)).toContain(`value="${escaped(typed)}"`);
    expect(inputAt('email', page)).toContain('aria-describedby="email-error"');
    expect(browser.cookies.size).toBe(0);
    expect(await dump()).toEqual(before);
  },
);

test.each([
  ['no address', {}],
  ['an empty one', { email: '  ' }],
  ['two fields of the same name', { email: [carla, 'thief@evil.test'] }],
])('%s: refused beside the field', async (_trick, fields) => {
  const before = await dump();
  const response = await visit('demo').post('/sign-in/link', fields);
  expect(response.status).toBe(422);
  expect(errorAt('email', await response.text())).toBe('Type an email address.');
  expect(await dump()).toEqual(before);
});

test.each([
  ['capitals', 'CLIENT@DEMO.TEST'],
  ['space around', ' \tclient@demo.test\u00a0'],
  ['a byte order mark in front', '\ufeffclient@demo.test'],
  ['a zero-width space in front', '\u200bclient@demo.test'],
  ['isolates around', '\u2068client@demo.test\u2069'],
  ['a full stop behind', 'client@demo.test.'],
  ['a bracket and a line break behind', 'client@demo.test>\r\n'],
  ['quotation marks', '\u201cclient@demo.test\u201d'],
  ['mailto in front', 'mailto:client@demo.test?subject=Hello'],
  ['a name', 'Carla <client@demo.test>'],
  ['a quoted name', '"Client, Carla" <client@demo.test>,'],
])('an address with %s: the mail goes to the stored address', async (_what, typed) => {
  const browser = visit('demo');
  const mail = await browser.ask(typed);
  expect((await mailbox()).map(({ to }) => to)).toEqual([carla]);
  const page = await (await browser.get('/sign-in/check-email')).text();
  expect(page.toLowerCase()).toContain(`<strong class="address">${carla}</strong>`);
  expect((await typeCode(browser, codeIn(mail))).status, 'its code works').toBe(303);
});

test('a curly apostrophe, as phones type it: the address with a straight one', async () => {
  await addClient("o'brien@acme.test");
  expect(await visit('demo').ask('o\u2019brien@acme.test')).toMatchObject({
    to: "o'brien@acme.test",
  });
});

test('an address of a Japanese carrier with two dots: stored, mailed and signed in', async () => {
  const id = await addClient('foo..bar@docomo.ne.jp');
  const browser = visit('demo');
  const mail = await browser.ask('Foo..Bar@docomo.ne.jp');
  expect(mail).toMatchObject({ to: 'foo..bar@docomo.ne.jp' });
  expect((await typeCode(browser, codeIn(mail))).status).toBe(303);
  expect(await rows('SELECT 1 FROM sessions WHERE contact_id = ?', id)).toHaveLength(1);
});

test.each([
  'client+evil@demo.test',
  'cl.ient@demo.test',
  'client@d\u0435mo.test',
  'client@demo.test.evil.test',
])('%s: an unknown address, which gets nothing', async (typed) => {
  const before = await dump();
  expect((await visit('demo').post('/sign-in/link', { email: typed })).status).toBe(303);
  expect(await dump()).toEqual(before);
});

test('an international domain: found in any spelling, and mailed in ASCII', async () => {
  const owner = await visit('app').signInAs(olivia);
  const contact = { name: 'Ines', email: 'Ines@M\u00fcnchen.test', portal_access: 'on' };
  expect((await owner.post('/w/demo/contacts', contact)).status).toBe(303);
  for (const typed of [
    'ines@m\u00fcnchen.test',
    'INES@M\u00dcNCHEN.TEST',
    'ines@xn--mnchen-3ya.test',
  ]) {
    expect(await visit('demo').ask(typed), typed).toMatchObject({ to: 'Ines@xn--mnchen-3ya.test' });
  }
  expect(await visit('demo').ask('ines@munchen.test')).toBeUndefined();
});
