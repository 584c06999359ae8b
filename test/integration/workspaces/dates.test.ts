import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { owner, page } from '../../support/admin.ts';
import { BRANDING, demo } from '../../support/branding.ts';
import { carla, carlaAtDemo, demoId } from '../../support/cast.ts';
import { moveClock, moveClockToMarch } from '../../support/clock.ts';
import { rows } from '../../support/database.ts';
import { visit } from '../../support/visitor.ts';

describe('dates', () => {
  test('every date: in the language and time zone of the workspace', async () => {
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

  test('the hour that comes twice when clocks are put back: each says which one it is', async () => {
    await (await owner()).post(BRANDING, { language: 'de', time_zone: 'Europe/Berlin' });
    for (const [at, words] of [
      ['2033-10-30T00:30:00Z', 'on 30. Okt. 2033 02:30 MESZ.'],
      ['2033-10-30T01:30:00Z', 'on 30. Okt. 2033 02:30 MEZ.'],
    ] as const) {
      moveClock(Date.parse(at) - Date.now());
      expect((await visit('demo').ask(carla))?.text).toContain(words);
    }
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
