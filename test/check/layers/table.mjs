// The one table of what may import what. A new room is one row here, and one file in the fixture.

/**
 * @typedef {object} Row its lists are words with spaces between them
 * @property {string} room a folder, or a file that is a room of its own
 * @property {string} [uses] packages and node: modules; `x` stands for `x/...` too, `x/` for `x/...` only
 * @property {string} [also] places that it may import although they don't come before it
 * @property {string} [not] places that it may not import although they come before it
 */

/**
 * The layers, lowest first. A room may import itself and the rooms of earlier lines; rooms of one line don't know
 * each other. Of `also` and `not`, the one with the longer name for a file counts.
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
    {
      room: 'worker/senders',
      uses: 'drizzle-orm email-providers/common.json node:dns/promises valibot',
    },
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
      also: 'ui worker/crypto/hash.ts worker/db/stores.ts',
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

/**
 * Rooms outside of the order: each imports only itself, and is imported only where `also` names it.
 * @type {Row[]}
 */
export const APART = [
  { room: 'ui', not: 'ui/strength', uses: 'preact' },
  // Written by worker/dev/assets.mjs.
  { room: 'ui/paths.ts', also: 'dist/assets.json' },
  { room: 'ui/strength', uses: '@zxcvbn-ts/core' },
  // Islands reach the browser as they stand, so they import nothing.
  { room: 'ui/islands', not: 'ui' },
  // Runs in Node, before anything is installed.
  {
    room: 'worker/dev',
    not: 'worker/dev/assets.mjs worker/dev/strength-script.js',
    uses: 'node:child_process node:fs node:http node:net node:path node:url',
  },
  // Runs in Node as well, after that; and what it makes a script of.
  { room: 'worker/dev/assets.mjs', uses: 'esbuild node:fs node:path node:url' },
  {
    room: 'worker/dev/strength-script.js',
    also: 'ui/strength worker/passwords/common-passwords.txt',
  },
];
