import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { SECRETS, VARS } from './test/support/settings.ts';
import { buildAssets } from './worker/dev/assets.mjs';

// pages know them by name
await buildAssets();

const TEXT_FILE = /(\.css|\.island\.js|\.txt|email-providers\/common\.json)$/;
const TEXT_PREFIX = '\0text:';

/** The same as `[[rules]] type = "Text"` in wrangler.toml. */
function textModules() {
  return {
    name: 'text-modules',
    enforce: 'pre' as const,
    resolveId(source: string, importer: string | undefined) {
      if (!TEXT_FILE.test(source) || importer === undefined) return null;
      const path = createRequire(importer.split('?')[0] ?? importer).resolve(source);
      // An id ending in `.css` would be taken for a style sheet, and emptied, by vitest.
      return `${TEXT_PREFIX}${path}.text`;
    },
    async load(id: string) {
      if (!id.startsWith(TEXT_PREFIX)) return null;
      const path = id.slice(TEXT_PREFIX.length, -'.text'.length);
      return `export default ${JSON.stringify(await readFile(path, 'utf8'))};`;
    },
  };
}

// So that the Worker's configuration finds its required secrets on a clone that was never started.
Object.assign(process.env, SECRETS);

/** Tests never reach the real network: whoever needs an answer doubles `globalThis.fetch`. */
function refuseNetwork(request: { url: string }): never {
  throw new Error(`A test reached for the network: ${request.url}`);
}

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [
          textModules(),
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              outboundService: refuseNetwork,
              // in wrangler.toml only where MAIL_TRANSPORT is "cloudflare"
              email: { send_email: [{ name: 'EMAIL' }] },
              bindings: {
                ...VARS,
                ...SECRETS,
                TEST_MIGRATIONS: await readD1Migrations('./migrations'),
                TEST_SIMULATION: process.env.SIMULATION ?? '',
                TEST_CLOCK: JSON.parse(process.env.TEST_CLOCK ?? '[]'),
                TEST_SEED: await readFile('./worker/dev/seed.sql', 'utf8'),
              },
            },
          })),
        ],
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          name: 'workerd',
          // a loaded machine is slow, not wrong
          testTimeout: 60_000,
          // vitest leaves one core to itself, which is idle while files run
          maxWorkers: availableParallelism(),
          // one workerd for each core, not for each file; what a test leaves behind, test/support/setup.ts takes away
          isolate: false,
          include: ['test/unit/**/*.test.{ts,tsx}', 'test/integration/**/*.test.{ts,tsx}'],
          setupFiles: ['./test/support/setup.ts'],
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // each file has a server and a browser of its own
          maxWorkers: availableParallelism(),
        },
      },
    ],
  },
});
