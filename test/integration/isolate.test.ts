import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { visit } from '../support/visitor.ts';

// Two tests that are the same on purpose: whichever runs second would find what the first one left behind.
test.each(['one test', 'the next test'])(
  'a test starts with no brand in memory: %s',
  async (name) => {
    expect(await (await visit('demo').get('/sign-in')).text()).toContain('Demo Studio');
    await env.DB.prepare('UPDATE workspaces SET name = ?').bind(`Changed by ${name}`).run();
    expect(await (await visit('demo').get('/sign-in')).text()).toContain('Demo Studio');
  },
);
