import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { connect } from '../../worker/db/client.ts';
import { createWorkspaceDirectory } from '../../worker/workspaces/directory.ts';
import { watchBindings } from '../support/bindings.ts';

test('the directory: holds 500 entries, and gives the oldest up for a new one', async () => {
  const { bindings, statements, ...meter } = watchBindings(env);
  const db = connect(bindings.DB);
  const directory = createWorkspaceDirectory();
  const now = Date.now();
  const asked = async (slug: string) => {
    const before = meter.calls.length;
    await directory.bySlug(db, slug, now);
    return meter.calls.length - before;
  };
  const slugs = Array.from({ length: 500 }, (_, index) => `invented-${index}`);
  for (const slug of slugs) await asked(slug);
  const [oldest = '', second = ''] = slugs;
  expect([await asked(oldest), await asked(second)], '500 are kept').toEqual([0, 0]);

  expect(await asked('one-more')).toBe(1);
  expect(await asked('one-more'), 'the new one is kept').toBe(0);
  expect(await asked(second), 'so are the others').toBe(0);
  expect(await asked(oldest), 'the oldest is gone').toBe(1);
});
