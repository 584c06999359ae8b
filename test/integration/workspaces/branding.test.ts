import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { carla, carlaAtDemo, demoId, olivia, rita } from '../../support/cast.ts';
import { moveClockToMarch } from '../../support/clock.ts';
import { dump, rows } from '../../support/database.ts';
import { errorAt, inputAt, refusedWords } from '../../support/html.ts';
import { type Fields, mailbox, type Visitor, visit } from '../../support/visitor.ts';

const BRANDING = '/w/demo/settings/branding';
const PREVIEWS = ['sign-in', 'portal', 'mail'];

const WORDS = {
  name: 'Maren & Söhne',
  accent_color: '#7A3E9D',
  welcome: 'Good to see you.\r\n\r\nYour files are inside.',
  portal_contact: 'Hello@Maren.test',
  language: 'de',
  time_zone: 'Europe/Berlin',
};

function owner(): Promise<Visitor> {
  return visit('app').signInAs(olivia);
}

async function page(visitor: Visitor, path: string): Promise<string> {
  const response = await visitor.get(path);
  expect(response.status, path).toBe(200);
  return response.text();
}

async function demo(): Promise<Record<string, unknown>> {
  const [row] = await rows("SELECT * FROM workspaces WHERE slug = 'demo'");
  return row ?? {};
}

describe('saving', () => {
  test('shows on the sign-in page, in the portal and in the next mail, at once', async () => {
    const admin = await owner();
    const client = await visit('demo').signInAs(carla);
    expect(await page(visit('demo'), '/sign-in')).toContain('Sign in to Demo Studio');
    const saved = await admin.post(BRANDING, WORDS);
    expect([saved.status, saved.headers.get('location')]).toEqual([303, BRANDING]);
    expect(await demo()).toMatchObject({
      name: 'Maren & Söhne',
      accent_color: '#7a3e9d',
      welcome: 'Good to see you.\n\nYour files are inside.',
      portal_contact: 'Hello@maren.test',
      language: 'de',
      time_zone: 'Europe/Berlin',
      logo_hash: null,
    });
    const form = await page(admin, BRANDING);
    expect(form).toContain('Saved.');
    expect(inputAt('name', form)).toContain('value="Maren &amp; Söhne"');
    expect(form).toMatch(/<option [^>]*value="de"[^>]* selected/);

    for (const html of [await page(visit('demo'), '/sign-in'), await page(client, '/')]) {
      expect(html).toContain('Maren &amp; Söhne');
      expect(html).toContain('--accent:#7a3e9d;');
      expect(html).toContain('Good to see you.\n\nYour files are inside.');
      expect(html).toContain('mailto:Hello@maren.test');
    }
    const mail = await visit('demo').ask(carla);
    expect(mail).toMatchObject({
      subject: 'Sign in to Maren & Söhne',
      from: { name: 'Maren & Söhne' },
      replyTo: 'Hello@maren.test',
    });
    expect(mail?.html).toContain('background-color:#7a3e9d');
  });

  test('a field that is not sent: stays; a field that no form has: ignored', async () => {
    const admin = await owner();
    const before = await demo();
    await admin.post(BRANDING, {
      name: 'Only the name',
      id: 'x',
      slug: 'rival',
      workspace_id: 'rival',
      default_portal_access: 'on',
      logo_hash: 'a'.repeat(64),
      logo: '/logo/x',
      created_at: '1',
    });
    expect(await demo()).toEqual({ ...before, name: 'Only the name' });
  });

  test('no portal contact: none is shown, and replies go to the owner', async () => {
    const admin = await owner();
    expect((await admin.post(BRANDING, { portal_contact: '  ' })).status).toBe(303);
    expect(await page(visit('demo'), '/sign-in')).not.toContain('Write to');
    expect((await visit('demo').ask(carla))?.replyTo).toBe(olivia);
  });

  test('another tenant: unchanged', async () => {
    const rival = "SELECT * FROM workspaces WHERE slug = 'rival'";
    const before = await rows(rival);
    await (await owner()).post(BRANDING, WORDS);
    expect(await rows(rival)).toEqual(before);
    const signIn = await page(visit('rival'), '/sign-in');
    expect(signIn).toContain('Sign in to Rival Works');
    expect(signIn).toContain('--accent:#7a3e9d;');
  });
});

test.each([
  ...['#f80', 'f80', ' #FF8800 ', 'ff8800', 'FF8800'].map((typed) => [
    'accent_color',
    typed,
    '#ff8800',
  ]),
  ...['Berlin', 'berlin', 'europe/berlin'].map((typed) => ['time_zone', typed, 'Europe/Berlin']),
  ...['New York', 'new_york'].map((typed) => ['time_zone', typed, 'America/New_York']),
  ['time_zone', 'São Paulo', 'America/Sao_Paulo'],
  ['time_zone', 'Port au Prince', 'America/Port-au-Prince'],
  ['time_zone', 'kyiv', 'Europe/Kyiv'],
])('%s typed as %j: saved as %s', async (name, typed, kept) => {
  expect((await (await owner()).post(BRANDING, { [name]: typed })).status).toBe(303);
  expect((await demo())[name]).toBe(kept);
});

describe('two tabs with the form', () => {
  /** The form as it is, as a browser would send it. */
  async function tab(admin: Visitor, query = ''): Promise<Record<string, string>> {
    const html = await page(admin, `${BRANDING}${query}`);
    const [, version = ''] = /name="version" value="([^"]+)"/.exec(html) ?? [];
    const saved = await demo();
    const names = Object.keys(WORDS).map((name) => [name, String(saved[name])]);
    return { ...Object.fromEntries(names), version };
  }

  test('the second to save: 409, sees what it would undo, keeps what is typed, may save again', async () => {
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
    ['portal_contact', 'Maren <a@x.test>', /one email address/],
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
  ])('%s %j', async (name, wrong, words) => {
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

test('a colour that is none: refused by D1 itself', async () => {
  for (const junk of ['red', '#fff;}body{', '#12345g', '#123456\n', 'url(x)a', '#ABCDEF']) {
    const write = env.DB.prepare('UPDATE workspaces SET accent_color = ?').bind(junk).run();
    await expect(write, junk).rejects.toThrow(/CHECK constraint failed/);
  }
});

describe('markup in the brand: shown as text', () => {
  const EVIL = `</title></style><script>alert(1)</script><img src=x onerror=alert(1)>"'&`;
  const RAW = /<script>alert|<img src=x/;

  test('saved: on the sign-in page, in the portal, in the admin, in mails', async () => {
    const admin = await owner();
    expect((await admin.post(BRANDING, { name: EVIL, welcome: EVIL })).status).toBe(303);
    const client = await visit('demo').signInAs(carla);
    const [mail] = await mailbox();
    const shown = [
      await page(visit('demo'), '/sign-in'),
      await page(client, '/'),
      await page(admin, BRANDING),
      await page(admin, '/w/demo'),
      mail?.html ?? '',
    ];
    for (const html of shown) {
      expect(html).toContain('&lt;script>alert(1)');
      expect(html).not.toMatch(RAW);
    }
    expect(mail?.html, 'no style of a tenant’s in a mail').not.toContain('<style');
  });

  test('typed: in the form and in the previews', async () => {
    const admin = await owner();
    const typed = new URLSearchParams({ name: EVIL, welcome: EVIL, accent_color: EVIL });
    for (const path of [BRANDING, ...PREVIEWS.map((of) => `${BRANDING}/preview/${of}`)]) {
      const html = await page(admin, `${path}?${typed}`);
      expect(html, path).toContain('&lt;script>alert(1)');
      expect(html, path).not.toMatch(RAW);
      expect(html, path).toContain('#1f6f5c');
    }
  });
});

describe('dates', () => {
  test('in the workspace’s language and time zone: in the admin, in the portal, in mails', async () => {
    const year = moveClockToMarch();
    const admin = await owner();
    await admin.post(BRANDING, { language: 'de', time_zone: 'europe/berlin' });
    expect(await demo()).toMatchObject({ time_zone: 'Europe/Berlin' });
    const mail = await visit('demo').ask(carla);
    expect(mail?.text).toContain(`on 2. März ${year} 00:30 MEZ.`);
    expect(mail?.html).toContain(`on 2. März ${year} 00:30 MEZ.`);
    expect(await page(admin, `/w/demo/contacts/${carlaAtDemo}`)).toMatch(
      new RegExp(
        `<time datetime="${year}-03-01T23:30:\\d\\d\\.\\d{3}Z" title="2\\. März ${year} 00:30 MEZ">just now<`,
      ),
    );
    expect((await visit('rival').ask('client@rival.test'))?.text).toContain(
      `on 1 Mar ${year} 23:30 UTC.`,
    );
    // Carla was added on 9 October 2025: a date, and not words
    expect(await page(admin, `/w/demo/contacts/${carlaAtDemo}`)).toContain(
      'lang="de">9. Okt. 2025</time>',
    );
    const client = await visit('demo').signInAs(carla);
    expect(await page(client, '/account/sessions')).toContain(`title="2. März ${year} 00:30 MEZ"`);
  });

  test.each([
    ['en-GB', 'UTC', '1 Mar YYYY 23:30 UTC'],
    ['en-US', 'America/New_York', 'Mar 1, YYYY 06:30\u202fPM EST'],
    ['fr', 'Asia/Kolkata', '2 mars YYYY 05:00 UTC+5:30'],
    ['ja', 'Asia/Tokyo', 'YYYY年3月2日 08:30 JST'],
  ])('%s in %s: %s', async (language, zone, words) => {
    const year = moveClockToMarch();
    await (await owner()).post(BRANDING, { language, time_zone: zone });
    const text = (await visit('demo').ask(carla))?.text.replaceAll('\u202f', ' ');
    const expected = words.replace('YYYY', String(year)).replaceAll('\u202f', ' ');
    expect(text).toContain(`on ${expected}.`);
  });

  test('a time zone that no longer exists: UTC, and every page works', async () => {
    const set = 'UPDATE workspaces SET language = ?, time_zone = ? WHERE id = ?';
    await rows(set, 'xx-nonsense-', 'Mars/Olympus_Mons', demoId);
    const fresh = { ...env }; // an isolate that remembers no brand
    const mail = await visit('demo', fresh).ask(carla);
    expect(mail?.text).toMatch(/on \d+ \w+ \d{4} \d\d:\d\d UTC\./);
    expect((await (await owner()).get(BRANDING)).status).toBe(200);
  });
});

describe('the preview', () => {
  const DRAFT = new URLSearchParams({ ...WORDS, scheme: 'dark' });

  test.each(PREVIEWS)('of %s: shows what is typed, and saves nothing', async (of) => {
    const admin = await owner();
    const before = await dump();
    const html = await page(admin, `${BRANDING}/preview/${of}?${DRAFT}`);
    expect(html).toContain('Maren &amp; Söhne');
    expect(html).toContain('#7a3e9d');
    expect(html).toContain('<body inert');
    expect(html).not.toContain('<script');
    expect(await dump()).toEqual(before);
  });

  test('of a wrong value: shows what is saved', async () => {
    const admin = await owner();
    const typed = new URLSearchParams({ name: ' ', accent_color: 'red', welcome: 'New words' });
    const html = await page(admin, `${BRANDING}/preview/sign-in?${typed}`);
    expect(html).toContain('Sign in to Demo Studio');
    expect(html).toContain('--accent:#1f6f5c;');
    expect(html).toContain('New words');
  });

  test('colour scheme: the one that is asked for, whatever the system prefers', async () => {
    const admin = await owner();
    for (const of of ['sign-in', 'portal']) {
      const [light, dark] = [
        await page(admin, `${BRANDING}/preview/${of}?scheme=light`),
        await page(admin, `${BRANDING}/preview/${of}?scheme=dark`),
      ];
      expect(light).toContain(':root{color-scheme:light;');
      expect(light).toContain('--paper:#faf9f7');
      expect(dark).toContain(':root{color-scheme:dark;');
      expect(dark).toContain('--paper:#161615');
      for (const html of [light, dark])
        expect(html).not.toContain('prefers-color-scheme:dark){:root');
    }
    expect(await page(admin, `${BRANDING}/preview/mail?scheme=dark`)).toContain('invert(');
    expect(await page(admin, `${BRANDING}/preview/mail`)).not.toContain('invert(');
  });

  test('headers: framed by us alone, no scripts, no forms, no requests', async () => {
    const admin = await owner();
    for (const of of PREVIEWS) {
      const { headers } = await admin.get(`${BRANDING}/preview/${of}`);
      const policy = headers.get('content-security-policy') ?? '';
      expect(headers.get('x-frame-options'), of).toBe('SAMEORIGIN');
      for (const rule of ["default-src 'none'", "form-action 'none'", "frame-ancestors 'self'"]) {
        expect(policy, of).toContain(rule);
      }
      expect(policy, of).not.toMatch(/script-src|connect-src|frame-src/);
      expect(policy.includes('sandbox'), of).toBe(of !== 'mail');
      expect(headers.get('cache-control'), of).toBe('no-store');
    }
  });

  test('other pages: may not be framed, and show no frames', async () => {
    const admin = await owner();
    const { id } = (await mailbox())[0] ?? {};
    const framing = [BRANDING, `/dev/mail/${id}`];
    for (const path of [
      ...framing,
      '/w/demo',
      '/w/demo/settings/preferences/clients',
      '/dev/mail',
    ]) {
      const { headers } = await admin.get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(headers.get('x-frame-options'), path).toBe('DENY');
      expect(policy, path).toContain("frame-ancestors 'none'");
      const frames = framing.includes(path) ? "'self'" : "'none'";
      expect(policy, path).toContain(`frame-src ${frames}`);
    }
    const signIn = await visit('demo').get('/sign-in');
    expect(signIn.headers.get('content-security-policy')).toContain("frame-src 'none'");
    expect((await admin.get(`${BRANDING}/preview/other`)).status).toBe(404);
  });

  test('without script: the form comes back with what is typed, and with the frames', async () => {
    const admin = await owner();
    const before = await dump();
    const html = await page(admin, `${BRANDING}?${DRAFT}&logo=logo.png`);
    expect(html).toContain('Not saved yet.');
    expect(inputAt('name', html)).toContain('value="Maren &amp; Söhne"');
    const frames = [...html.matchAll(/<iframe [^>]*>/g)].map(([frame]) => frame);
    expect(frames).toHaveLength(3);
    for (const frame of frames) {
      expect(frame).toMatch(/ sandbox[ =>]/);
      expect(frame).not.toContain('allow-');
      expect(frame).toMatch(/src="[^"]*name=Maren\+%26\+S%C3%B6hne[^"]*scheme=dark"/);
    }
    expect(html).toMatch(/value="dark"[^>]* checked/);
    expect(await dump()).toEqual(before);
  });

  test('dark: stays dark after saving, and after a wrong field', async () => {
    const admin = await owner();
    const saved = await admin.post(BRANDING, { name: 'Demo Studio', scheme: 'dark' });
    const next = saved.headers.get('location') ?? '';
    expect(next).toBe(`${BRANDING}?scheme=dark`);
    const wrong = await admin.post(BRANDING, { name: ' ', scheme: 'dark' });
    const form = await page(admin, next);
    for (const html of [form, await wrong.text()]) {
      expect(html).toMatch(/value="dark"[^>]* checked/);
      expect(html).not.toMatch(/value="light"[^>]* checked/);
    }
    expect(form, 'nothing of it is typed').not.toContain('Not saved yet.');
  });

  test('colours: says in words which were corrected', async () => {
    const admin = await owner();
    const words = async (colour: string) => {
      const html = await page(
        admin,
        `${BRANDING}?${new URLSearchParams({ accent_color: colour })}`,
      );
      return /<ul[^>]*id="colours".*?<\/ul>/.exec(html)?.[0].replace(/<[^>]+>/g, ' ') ?? '';
    };
    expect(await words('#ffd400')).toMatch(/with dark text.*light pages: #[0-9a-f]{6}, darker/);
    expect(await words('#ffd400')).toContain('Links on dark pages: as picked.');
    expect(await words('#1f6f5c')).toMatch(
      /white text.*light pages: as picked.*#[0-9a-f]{6}, lighter/,
    );
    expect(await words('red')).toBe(await words('#1f6f5c'));
  });
});

test('another tenant’s member: 404', async () => {
  const rival = await visit('app').signInAs(rita);
  for (const path of [BRANDING, ...PREVIEWS.map((of) => `${BRANDING}/preview/${of}`)]) {
    expect((await rival.get(path)).status, path).toBe(404);
  }
});

/** The tag of a field's control, whichever kind it is. */
function controlAt(name: string, html: string): string | undefined {
  const tags = html.matchAll(/<(?:input|textarea|select) (?:[^">]|"[^"]*")*>/g);
  return [...tags].map(([tag]) => tag).find((tag) => tag.includes(` id="${name}"`));
}
