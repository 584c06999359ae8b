import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { owner, page } from '../../support/admin.ts';
import { carla, demoId, lars } from '../../support/cast.ts';
import { CONTACTS } from '../../support/contacts.ts';
import type { Visitor } from '../../support/visitor.ts';

describe('the list of contacts', () => {
  /** 120 more: ten of each name, so that pages end in the middle of equal names. */
  async function addMany(): Promise<void> {
    await env.DB.batch(
      Array.from({ length: 120 }, (_each, at) => {
        const name = `Person ${String(at % 12).padStart(2, '0')}`;
        return env.DB.prepare(
          `INSERT INTO contacts (id, workspace_id, name, name_key, email, email_key, portal_access,
             created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)`,
        ).bind(
          `id-${at}`,
          demoId,
          name,
          name.toLowerCase(),
          `p${at}@many.test`,
          `p${at}@many.test`,
          at % 3 === 0 ? 1 : 0,
        );
      }),
    );
  }

  /** Every address on every page, following "Show more". */
  async function walk(visitor: Visitor, from: string): Promise<{ pages: number; found: string[] }> {
    const found: string[] = [];
    let path: string | undefined = from;
    let pages = 0;
    while (path !== undefined && pages < 10) {
      const html = await page(visitor, path);
      pages++;
      found.push(
        ...[...html.matchAll(/<span class="soft small">([^<]+@[^<]+)<\/span>\s*<\/td>/g)].map(
          ([, email = '']) => email,
        ),
      );
      path = /<a class="button quiet" href="([^"]+)">\s*Show more/
        .exec(html)?.[1]
        ?.replaceAll('&amp;', '&');
    }
    return { pages, found };
  }

  test('122 over three pages: each exactly once, by name, none of another tenant', async () => {
    await addMany();
    const admin = await owner();
    const { pages, found } = await walk(admin, CONTACTS);
    expect(pages).toBe(3);
    expect(found).toHaveLength(122);
    expect(new Set(found).size).toBe(122);
    expect(found.slice(0, 2)).toEqual([carla, lars]);
    expect(found).not.toContain('client@rival.test');
    expect(await page(admin, CONTACTS)).toContain('122 contacts');
  });

  test('a filter by access and a search: hold over all pages', async () => {
    await addMany();
    const admin = await owner();
    const on = await walk(admin, `${CONTACTS}?access=on`);
    expect(new Set(on.found).size).toBe(41);
    expect(on.found).toHaveLength(41);
    const off = await walk(admin, `${CONTACTS}?q=many.test&access=off`);
    expect(off.pages).toBe(2);
    expect(new Set(off.found).size).toBe(80);
    expect(off.found).toHaveLength(80);
  });

  test.each<[string, string[]]>([
    ['carla', [carla]],
    ['CARLA cl', [carla]],
    ['client@', [carla]],
    ['acme', [carla]],
    ['ACME corp', [carla]],
    ['demo.test', [carla, lars]],
    ['  lars  ', [lars]],
    ['rival', []],
    ['%', []],
    ['_', []],
    ['\\', []],
    ["' OR 1=1 --", []],
    ['nobody', []],
  ])('a search for %j: %j', async (q, emails) => {
    const admin = await owner();
    const { found } = await walk(admin, `${CONTACTS}?${new URLSearchParams({ q })}`);
    expect(found).toEqual(emails);
  });

  test('a malformed cursor: the first page', async () => {
    const admin = await owner();
    for (const after of ['x', '%', btoa('[]'), btoa('{"nameKey":1,"id":2}')]) {
      const { found } = await walk(admin, `${CONTACTS}?${new URLSearchParams({ after })}`);
      expect(found, after).toEqual([carla, lars]);
    }
  });
});
