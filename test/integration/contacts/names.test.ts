import { expect, test } from 'vitest';
import { olivia } from '../../support/cast.ts';
import { addContact, CONTACTS, companiesOf, DORA, stored } from '../../support/contacts.ts';
import { dump } from '../../support/database.ts';
import { visit } from '../../support/visitor.ts';

const EMAIL = 'dora@acme.test';

test.each([
  ['a right-to-left mark around', '\u200fדנה כהן\u200f', 'דנה כהן'],
  ['a left-to-right mark inside', 'Dora\u200e Designer', 'Dora Designer'],
  ['an Arabic letter mark', '\u061cدورا', 'دورا'],
  ['isolates around', '\u2068Dora Designer\u2069', 'Dora Designer'],
  ['isolates inside', 'Dora \u2067דנה\u2069 Designer', 'Dora דנה Designer'],
  ['an isolate that is never closed', 'Dora\u2066 Designer', 'Dora Designer'],
  ['an embedding around', '\u202bדנה\u202c', 'דנה'],
  ['a byte order mark', '\ufeffDora', 'Dora'],
  ['a zero-width space', 'Dora\u200bDesigner', 'DoraDesigner'],
  ['soft hyphens', 'Dora De\u00adsigner\u00ad', 'Dora Designer'],
  ['a word joiner', 'Dora\u2060 Designer', 'Dora Designer'],
  ['no-break and ideographic spaces around', '\u00a0\u3000Dora\u3000', 'Dora'],
  ['a decomposed accent', 'Zoe\u0308', 'Zo\u00eb'],
  ['a joiner that joins nothing', 'Dora\u200d\u200c', 'Dora'],
  ['a joiner between Latin letters', 'Do\u200cra', 'Dora'],
])('a name with %s: stored without', async (_what, typed, name) => {
  const owner = await visit('app').signInAs(olivia);
  const card = await addContact(owner, { name: typed, email: EMAIL, client: typed });
  expect(await stored(EMAIL)).toMatchObject({ name, name_key: name.toLowerCase() });
  expect(await companiesOf(EMAIL)).toEqual([name]);
  const changed = await owner.post(card, { name: `${typed}\u200f`, email: EMAIL });
  expect(changed.status).toBe(303);
  expect(await stored(EMAIL)).toMatchObject({ name });
});

test.each([
  ['Persian, with a non-joiner', 'علی\u200cرضا'],
  ['Hindi, with a joiner', 'क्\u200dष'],
  ['an emoji that is joined', 'Dora 👩\u200d💻'],
  ['a heart in colour', 'Dora ❤\ufe0f'],
  ['a Japanese name with a variant', '葛\u{e0100}城'],
])('a name in %s: stored as it is', async (_what, name) => {
  const owner = await visit('app').signInAs(olivia);
  await addContact(owner, { name, email: EMAIL });
  expect(await stored(EMAIL)).toMatchObject({ name });
});

test.each([
  ['an override', 'Dora \u202engised', 'leave out invisible control characters'],
  ['an override around', '\u202eDora\u202c', 'leave out invisible control characters'],
  ['a left-to-right override', '\u202dDora', 'leave out invisible control characters'],
  ['an embedding inside', 'Dora \u202bab\u202c c', 'leave out invisible control characters'],
  ['a line break', 'Dora\nDesigner', 'leave out invisible control characters'],
  ['a NUL', 'Dora\u0000', 'leave out invisible control characters'],
  ['marks only', '\u200f\u200e\u2068\u2069\u200b', 'Type a name.'],
  ['a filler that looks like nothing', '\u3164', 'Type a name.'],
  ['16,000 spaces', ' '.repeat(16_000), 'At most 120 characters'],
  ['a name behind 16,000 spaces', `${' '.repeat(16_000)}Dora`, 'At most 120 characters'],
  ['8,000 combining marks', `a${'\u0315\u0300'.repeat(4_000)}`, 'At most 120 characters'],
])('%s as a name: refused beside its field, which keeps it', async (_what, name, words) => {
  const owner = await visit('app').signInAs(olivia);
  const before = await dump();
  const answer = await owner.post(CONTACTS, { ...DORA, name });
  expect(answer.status).toBe(422);
  const form = await answer.text();
  expect(form).toContain(words);
  if (!name.includes('\n') && !name.includes('\u0000')) expect(form).toContain(`value="${name}"`);
  expect(await dump()).toEqual(before);
});

test.each(['\u200edora', 'DO\u200bRA', ' zoe\u0308 '])(
  'the search for %j: finds by what is visible of it',
  async (q) => {
    const owner = await visit('app').signInAs(olivia);
    await addContact(owner, { name: '\u200fDora Zoë', email: EMAIL });
    const list = await owner.get(`${CONTACTS}?${new URLSearchParams({ q })}`);
    expect(await list.text()).toContain('Dora Zoë');
  },
);
