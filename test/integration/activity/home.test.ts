import { describe, expect, test } from 'vitest';
import { hours, minutes } from '../../../worker/values/duration.ts';
import { owner, page } from '../../support/admin.ts';
import { carla, carlaAtDemo, rita } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { CONTACTS } from '../../support/contacts.ts';
import { codeIn } from '../../support/mail.ts';
import { visit } from '../../support/visitor.ts';

describe('Home', () => {
  test('the page: the address to share, a button for a website, recent sign-ins', async () => {
    await visit('demo').signInAs(carla);
    const admin = await owner();
    const home = await page(admin, '/w/demo');
    expect(home).toContain('>http://demo.portal.localhost</textarea>');
    expect(home).toContain('&lt;a href=&quot;http://demo.portal.localhost&quot;');
    expect(home).toContain('1 of 2 contacts can sign in.');
    expect(home).toMatch(new RegExp(`href="${CONTACTS}/${carlaAtDemo}">Carla Client</a>`));
    expect(home).toContain('by link');
    expect(home).toContain('Nothing at the moment.');
    const rival = await page(await visit('app').signInAs(rita), '/w/rival');
    expect(rival).toContain('Nobody yet');
    expect(rival).not.toContain('demo');
  });

  test('a contact asked and has not signed in: listed until they do', async () => {
    const admin = await owner();
    await visit('demo').ask(carla);
    expect(await page(admin, '/w/demo'), 'a link that still works is no news').toContain(
      'Nothing at the moment.',
    );
    moveClock(minutes(11));
    expect(await page(admin, '/w/demo')).toContain('Asked for a link and has not come in since.');
    await visit('demo').signInAs(carla);
    expect(await page(admin, '/w/demo')).toContain('Nothing at the moment.');
  });

  test('a contact typed too many wrong codes: listed for a week', async () => {
    const asker = visit('demo');
    const code = codeIn(await asker.ask(carla));
    const wrong = code === 'AAAAAA' ? 'BBBBBB' : 'AAAAAA';
    for (let guess = 0; guess < 6; guess++) await asker.post('/sign-in/code', { code: wrong });
    const admin = await owner();
    expect(await page(admin, '/w/demo')).toContain('Typed too many wrong codes.');
    moveClock(hours(24 * 8));
    const later = await owner();
    expect(await page(later, '/w/demo'), 'a week is enough').toContain('Nothing at the moment.');
  });
});
