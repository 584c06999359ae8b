import { describe, expect, test } from 'vitest';
import { owner, page } from '../../support/admin.ts';
import { BRANDING, demo, WORDS } from '../../support/branding.ts';
import { dump } from '../../support/database.ts';
import { controlAt, errorAt, refusedWords } from '../../support/html.ts';
import type { Visitor } from '../../support/visitor.ts';

describe('two tabs with the form', () => {
  /** The form as it is, as a browser would send it. */
  async function tab(admin: Visitor, query = ''): Promise<Record<string, string>> {
    const html = await page(admin, `${BRANDING}${query}`);
    const [, version = ''] = /name="version" value="([^"]+)"/.exec(html) ?? [];
    const saved = await demo();
    const names = Object.keys(WORDS).map((name) => [name, String(saved[name])]);
    return { ...Object.fromEntries(names), version };
  }

  test('the second to save: 409 with what it would undo, keeps what is typed', async () => {
    const admin = await owner();
    const [first, second] = [await tab(admin), await tab(admin)];
    expect((await admin.post(BRANDING, { ...first, name: 'Tab One', welcome: '' })).status).toBe(
      303,
    );
    const before = await dump();
    const late = { ...second, welcome: 'Typed in tab two', time_zone: 'lisbon' };
    const refused = await admin.post(BRANDING, late);
    const html = await refused.text();
    expect(refused.status).toBe(409);
    expect(await dump(), 'nothing is saved').toEqual(before);
    expect(refusedWords(html)).toContain('Other branding was saved meanwhile');
    expect(errorAt('name', html)).toBe('Saved at present: Tab One');
    expect(errorAt('welcome', html)).toBe('Saved at present: nothing');
    expect(errorAt('portal_contact', html)).toBeNull();
    expect(controlAt('name', html)).toMatch(/value="Demo Studio".* autofocus[ >]/);
    expect(html).toContain('Typed in tab two</textarea>');
    const [, version = ''] = /name="version" value="([^"]+)"/.exec(html) ?? [];
    const again = { ...late, version, name: 'Tab One' };
    expect((await admin.post(BRANDING, again)).status).toBe(303);
    expect(await demo()).toMatchObject({ name: 'Tab One', welcome: 'Typed in tab two' });
  });

  test('a preview or a wrong field: the form keeps the version it was opened with', async () => {
    const admin = await owner();
    const late = await tab(admin);
    await admin.post(BRANDING, { name: 'Tab One' });
    const query = `?${new URLSearchParams(late)}`;
    expect((await tab(admin, query)).version).toBe(late.version);
    const wrong = await (await admin.post(BRANDING, { ...late, accent_color: 'red' })).text();
    expect(wrong).toContain(`name="version" value="${late.version}"`);
  });

  test('the same form twice, as by a double click: both are saved', async () => {
    const admin = await owner();
    const form = { ...(await tab(admin)), name: 'Once' };
    for (const _twice of [1, 2]) expect((await admin.post(BRANDING, form)).status).toBe(303);
    const again = { ...(await tab(admin)), name: 'Again' };
    const both = await Promise.all([admin.post(BRANDING, again), admin.post(BRANDING, again)]);
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    expect(await demo()).toMatchObject({ name: 'Again' });
  });

  test('three at the same moment: one is saved whole, the others get 409', async () => {
    const admin = await owner();
    const form = await tab(admin);
    const names = ['One', 'Two', 'Three'];
    const answers = await Promise.all(
      names.map((name) => admin.post(BRANDING, { ...form, name, welcome: name })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([303, 409, 409]);
    const winner = names[statuses.indexOf(303)];
    expect(await demo()).toMatchObject({ name: winner, welcome: winner });
  });
});
