// The table of what each room may import. A new room needs a row here, and a file in the fixture.

/**
 * @typedef {object} Row each list is a text of words with spaces between them
 * @property {string} room a folder, or one file
 * @property {string} [uses] packages and node: modules; `x` includes `x/...`, and `x/` is `x/...` only
 * @property {string} [also] places that it may import although they are not in an earlier line
 * @property {string} [not] places that it may not import although they are in an earlier line
 */

/**
 * The layers, the lowest first. A room may import itself and the rooms of earlier lines, not those of its own line. If
 * `also` and `not` both contain a file, the longer place decides.
 * @type {Row[][]}
 */
export const LAYERS = [
  [
    { room: 'worker/crypto', uses: 'jose' },
    { room: 'worker/values', uses: 'node:url valibot' },
  ],
  [{ room: 'worker/db', also: 'worker/activity/kinds.ts', uses: 'drizzle-orm' }],
  [{ room: 'worker/limits', uses: 'drizzle-orm valibot' }],
  [{ room: 'worker/activity', uses: 'drizzle-orm valibot' }],
  [
    { room: 'worker/workspaces', uses: 'drizzle-orm valibot' },
    {
      room: 'worker/workspaces/logo',
      also: 'worker/workspaces',
      uses: 'drizzle-orm image-size/types/',
    },
    { room: 'worker/mail-services', uses: 'valibot' },
    {
      room: 'worker/mail-services/mailchannels',
      also: 'worker/mail-services',
      uses: 'mailchannels-sdk valibot',
    },
  ],
  [{ room: 'worker/accounts', uses: 'drizzle-orm valibot' }],
  [{ room: 'worker/sessions', uses: 'drizzle-orm valibot' }],
  [
    {
      room: 'worker/passwords',
      not: 'worker/workspaces worker/mail-services',
      uses: 'drizzle-orm jose',
    },
  ],
  [
    { room: 'worker/sign-in', uses: 'drizzle-orm jose valibot' },
    { room: 'worker/contacts', uses: 'drizzle-orm valibot' },
    { room: 'worker/senders', uses: 'drizzle-orm email-providers/common.json valibot' },
  ],
  [
    {
      room: 'worker/mail',
      also: 'ui',
      not: 'worker/contacts ui/layouts ui/pages',
      uses: 'drizzle-orm preact preact-render-to-string valibot',
    },
  ],
  [
    { room: 'worker/jobs', uses: 'drizzle-orm' },
    { room: 'worker/env.ts', uses: 'valibot' },
  ],
  [{ room: 'worker/context.ts', uses: 'hono' }],
  [
    {
      room: 'worker/http',
      also: 'ui worker/crypto/hash.ts worker/db/stores.ts worker/db/store-error.ts',
      not: 'worker/db worker/crypto worker/mail worker/jobs',
      uses: 'hono preact preact-render-to-string valibot',
    },
  ],
  [
    {
      room: 'worker/routes',
      also: 'ui worker/crypto/hash.ts',
      not: 'worker/db worker/crypto worker/jobs worker/env.ts',
      uses: 'hono valibot',
    },
  ],
  [{ room: 'worker/app.ts', uses: 'hono' }],
  [{ room: 'worker/index.ts' }],
];

/** The only file that writes a table, by the table's name in db/schema.ts: so its rows have one shape and one owner. */
export const WRITERS = new Map([['activity', 'worker/activity/record.ts']]);

/**
 * Rooms outside the order. Each may import only itself; only rooms that name it in `also` may import it.
 * @type {Row[]}
 */
export const APART = [
  { room: 'ui', not: 'ui/strength', uses: 'preact' },
  // worker/dev/assets.mjs generates this file.
  { room: 'ui/paths.ts', also: 'dist/assets.json' },
  { room: 'ui/strength', uses: '@zxcvbn-ts/core' },
  // Islands are sent to the browser as they are, so they import nothing.
  { room: 'ui/islands', not: 'ui' },
  // Runs in Node before any package is installed.
  {
    room: 'worker/dev',
    not: 'worker/dev/assets.mjs worker/dev/strength-entry.js worker/dev/demo.ts worker/dev/demo',
    uses: 'node:child_process node:fs node:http node:net node:path node:url',
  },
  // Runs in Node when packages are installed. It writes SQL for the Worker's own tables, limits and keys.
  {
    room: 'worker/dev/demo.ts',
    also: 'worker/dev/demo worker/contacts/companies.ts worker/crypto worker/db worker/sign-in/address-key.ts worker/values',
  },
  {
    room: 'worker/dev/demo',
    also: 'worker/activity worker/contacts/companies.ts worker/db worker/limits worker/mail/retry-delays.ts worker/sessions worker/values',
    uses: 'drizzle-orm',
  },
  // Runs in Node when packages are installed. It bundles the next one for browsers.
  { room: 'worker/dev/assets.mjs', uses: 'esbuild node:fs node:path node:url' },
  {
    room: 'worker/dev/strength-entry.js',
    also: 'ui/strength worker/passwords/common-passwords.txt',
  },
];
