import { describe, expect, test } from 'vitest';
import { owner } from '../../support/admin.ts';
import { BRANDING, WORDS } from '../../support/branding.ts';
import { dump } from '../../support/database.ts';
import { controlAt, errorAt, inputAt } from '../../support/html.ts';
import type { Fields } from '../../support/visitor.ts';

describe('a wrong field: 422, says what is right, keeps what is typed', () => {
  test.each<[keyof typeof WORDS, string | string[], RegExp]>([
    ['name', ' ', /Type your business’s name/],
    ['name', 'n'.repeat(81), /At most 80/],
    ['name', 'Evil\u202egnp', /invisible control characters/],
    ['name', 'Two\nlines', /invisible control characters/],
    ['name', ['One', 'Two'], /Type your business’s name/],
    ['welcome', 'w'.repeat(401), /At most 400/],
    ['welcome', 'bell\u0007', /invisible control characters/],
    ['welcome', 'a\u2066b', /invisible control characters/],
    ['welcome', 'a\u2028b', /invisible control characters/],
    ['portal_contact', 'hello', /one email address/],
    ['portal_contact', 'a@x.test, b@x.test', /one email address/],
    ['portal_contact', 'Maren <a@x.test>, b@x.test', /one email address/],
    ['portal_contact', 'a@x.test\r\nBcc: b@x.test', /one email address/],
    ['language', 'tlh', /language of the list/],
    ['language', 'constructor', /language of the list/],
    ['language', '', /language of the list/],
    ['time_zone', 'Atlantis', /the largest city/],
    ['time_zone', '+01:00', /the largest city/],
    ['time_zone', 'Mars/Olympus_Mons', /the largest city/],
    ['time_zone', '/', /the largest city/],
    ['time_zone', '', /the largest city/],
    // attack 31
    ['accent_color', '', /six digits/],
    ['accent_color', 'red', /six digits/],
    ['accent_color', '#ffff', /six digits/],
    ['accent_color', '##ffffff', /six digits/],
    ['accent_color', 'ff ff ff', /six digits/],
    ['accent_color', 'fff\n', /six digits/],
    ['accent_color', '#12345g', /six digits/],
    ['accent_color', '#1234567', /six digits/],
    ['accent_color', '#fff;}body{display:none}', /six digits/],
    ['accent_color', '#123456;}body{display:none}', /six digits/],
    ['accent_color', '#123456\n}body{display:none}', /six digits/],
    ['accent_color', '#123456\n', /six digits/],
    ['accent_color', '\n#123456', /six digits/],
    ['accent_color', 'url(https://evil.example/x)', /six digits/],
    ['accent_color', 'var(--x)', /six digits/],
    ['accent_color', '#123456</style><script>alert(1)</script>', /six digits/],
    ['accent_color', '＃123456', /six digits/],
  ])('%s %j: refused', async (name, wrong, words) => {
    const admin = await owner();
    const before = await dump();
    const fields: Fields = { ...WORDS, [name]: wrong };
    const response = await admin.post(BRANDING, fields);
    const form = await response.text();
    expect(response.status).toBe(422);
    expect(errorAt(name, form)).toMatch(words);
    expect(controlAt(name, form)).toMatch(/ autofocus[ >]/);
    for (const [other, value] of Object.entries(WORDS)) {
      if (other !== name) expect(errorAt(other, form), other).toBeNull();
      if (other === name || other === 'language' || other === 'welcome') continue;
      expect(inputAt(other, form)).toContain(`value="${value.replace('&', '&amp;')}"`);
    }
    expect(form).not.toMatch(/<script>alert|display:none\}[^"]*<\/style>|style[^>]*>[^<]*evil/);
    expect(form, 'the page keeps the colour that is saved').toContain('--accent:#1f6f5c;');
    expect(await dump()).toEqual(before);
  });
});
