import { afterEach, expect, test, vi } from 'vitest';
import { carla, olivia } from '../support/cast.ts';
import { CONTACTS } from '../support/contacts.ts';
import { type Fields, type Visitor, visit } from '../support/visitor.ts';

// Attack row 40. How long a machine takes is not asserted; what is: no long text is ever normalised, because that takes
// time in the square of its length.

/** The longest text that any field normalises: a password, 512 code points of up to two UTF-16 units each, is read in 4 times that. */
const LONGEST_NORMALISED = 2048;

const LONG = {
  '16,000 spaces': ' '.repeat(16_000),
  'a letter behind 16,000 spaces': `${' '.repeat(16_000)}x`,
  '8,000 combining marks': `a${'\u0315\u0300'.repeat(4_000)}`,
  '16,000 hyphens': '-'.repeat(16_000),
  '16,000 at signs': '@'.repeat(16_000),
};

const FORMS: { where: string; field: string; post: (value: string) => Promise<Response> }[] = [
  at('demo', '/sign-in/link', 'email', {}),
  at('demo', '/sign-in/link', 'next', { email: carla }),
  at('demo', '/sign-in/password', 'email', { password: 'five purple tunas' }),
  at('demo', '/sign-in/password', 'password', { email: carla }),
  at('demo', '/sign-in/code', 'code', {}, (browser) => browser.ask(carla)),
  at('app', CONTACTS, 'name', { email: 'd@acme.test' }, signIn),
  at('app', CONTACTS, 'email', { name: 'Dora' }, signIn),
  at('app', CONTACTS, 'client', { name: 'Dora', email: 'd@acme.test' }, signIn),
  at('app', '/workspaces/new', 'name', {}, signIn),
  at('app', '/workspaces/new', 'slug', { name: 'Studio' }, signIn),
  ...['name', 'accent_color', 'welcome', 'portal_contact', 'language', 'time_zone'].map((field) =>
    at('app', '/w/demo/settings/branding', field, {}, signIn),
  ),
  at('app', '/w/demo/settings/email', 'email', {}, signIn),
  at('app', '/account/password', 'password', {}, signIn),
];

afterEach(() => vi.restoreAllMocks());

test.each(FORMS)('$where, $field: nothing long is normalised', async ({ post }) => {
  for (const [what, value] of Object.entries(LONG)) {
    const lengths: number[] = [];
    const { normalize } = String.prototype;
    vi.spyOn(String.prototype, 'normalize').mockImplementation(function (this: string, form) {
      lengths.push(this.length);
      return normalize.call(this, form);
    });
    const answer = await post(value);
    vi.restoreAllMocks();
    expect(answer.status, what).toBeLessThan(500);
    expect(Math.max(0, ...lengths), what).toBeLessThanOrEqual(LONGEST_NORMALISED);
  }
});

test('the search of contacts: no more than 100 characters are normalised', async () => {
  const owner = await visit('app').signInAs(olivia);
  const normalise = vi.spyOn(String.prototype, 'normalize');
  for (const q of Object.values(LONG)) {
    const answer = await owner.get(`${CONTACTS}?${new URLSearchParams({ q })}`);
    expect(answer.status).toBe(200);
  }
  for (const text of normalise.mock.contexts) expect(String(text).length).toBeLessThanOrEqual(100);
});

function signIn(browser: Visitor) {
  return browser.signInAs(olivia);
}

function at(
  host: string,
  path: string,
  field: string,
  others: Fields,
  before: (browser: Visitor) => Promise<unknown> = async () => {},
) {
  const post = async (value: string) => {
    const browser = visit(host);
    await before(browser);
    return browser.post(path, { ...others, [field]: value });
  };
  return { where: `POST ${path}`, field, post };
}
