import { describe, expect, test } from 'vitest';
import { hours, minutes } from '../../../worker/values/duration.ts';
import { carla, olivia, PASSPHRASE, rita } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { OTHER_PASSPHRASE } from '../../support/passwords.ts';
import { typePassword, visit, withPassword } from '../../support/visitor.ts';

// Attack 35: one stranger asks in a known address's name, guesses its password and types wrong codes, so that the owner
// gets no mail. The owner's own browsers and networks must not notice.

/** All that a stranger at one network can do in somebody's name. */
async function harass(host: string, email: string): Promise<void> {
  const stranger = visit(host);
  for (let asked = 0; asked < 25; asked += 1) await stranger.ask(email);
  for (let tried = 0; tried < 8; tried += 1) {
    await typePassword(stranger, email, OTHER_PASSPHRASE);
    await stranger.post('/sign-in/code', { code: 'AAAAAA' });
  }
}

describe.each([
  ['a contact', 'demo', carla],
  ['a member', 'app', olivia],
])('attack 35: one network against %s', (_who, host, email) => {
  test('the owner in a new browser elsewhere: is mailed, and signs in by link', async () => {
    await harass(host, email);
    const owner = visit(host);
    expect((await owner.get(linkIn(await owner.ask(email)))).status).toBe(303);
  });

  test('the owner in a new browser elsewhere: signs in by code', async () => {
    await harass(host, email);
    const owner = visit(host);
    const typed = await owner.post('/sign-in/code', { code: codeIn(await owner.ask(email)) });
    expect(typed.status).toBe(303);
  });

  test('the owner in a browser that has signed in before: signs in by password', async () => {
    const owner = await withPassword(host, email);
    await owner.post('/sign-out');
    await harass(host, email);
    expect((await typePassword(visit(host), email, PASSPHRASE)).status, 'a new one').toBe(429);
    expect((await typePassword(owner, email, PASSPHRASE)).status, 'a known one').toBe(303);
  });

  test('all day long: mail for the owner in every hour', async () => {
    moveClock(0);
    const stranger = visit(host);
    for (let hour = 0; hour < 24; hour += 1) {
      for (let asked = 0; asked < 12; asked += 1) {
        await stranger.post('/sign-in/link', { email });
      }
      expect(await visit(host).ask(email), `hour ${hour}`).toMatchObject({ to: email });
      moveClock(hours(1));
    }
  });
});

test('attack 35: wrong codes of one network lock the codes of that network only', async () => {
  const stranger = visit('demo');
  for (let asked = 0; asked < 4; asked += 1) {
    await stranger.ask(carla);
    for (let tried = 0; tried < 5; tried += 1) {
      await stranger.post('/sign-in/code', { code: 'AAAAAA' });
    }
    // a new sign-in request: another count of the browser, the same of the network
    stranger.cookies.clear();
  }
  await stranger.ask(carla);
  const locked = await stranger.post('/sign-in/code', { code: 'AAAAAA' });
  expect(locked.status).toBe(429);
  const owner = visit('demo');
  const typed = await owner.post('/sign-in/code', { code: codeIn(await owner.ask(carla)) });
  expect(typed.status).toBe(303);
});

test('attack 35: codes of strangers in many networks are locked; a known browser’s is not', async () => {
  const owner = await visit('demo').signInAs(carla);
  await owner.post('/sign-out');
  for (let network = 0; network < 5; network += 1) {
    const stranger = visit('demo');
    await stranger.ask(carla);
    for (let tried = 0; tried < 5; tried += 1) {
      await stranger.post('/sign-in/code', { code: 'AAAAAA' });
    }
  }
  const fresh = visit('demo');
  const ofFresh = await fresh.post('/sign-in/code', { code: codeIn(await fresh.ask(carla)) });
  expect(ofFresh.status, 'a new browser').toBe(429);
  const code = codeIn(await owner.ask(carla));
  expect((await owner.post('/sign-in/code', { code })).status, 'a known browser').toBe(303);
});

describe('what members see of it', () => {
  const LINKS = 'Somebody asked for sign-in links in your name too often.';
  const PASSWORDS = 'Somebody typed too many wrong passwords in your name.';
  const PAGES = ['/w/demo', '/account/sessions'];

  test('Home and the devices page say so, and until when; nobody else’s do', async () => {
    const member = await visit('app').signInAs(olivia);
    const other = await visit('app').signInAs(rita);
    for (const path of PAGES) expect(await (await member.get(path)).text()).not.toContain(LINKS);
    moveClock(minutes(1));
    await harass('app', olivia);
    const until = new Date(Date.now() + hours(1)).toISOString();
    for (const path of PAGES) {
      const page = await (await member.get(path)).text();
      expect(page).toContain(LINKS);
      expect(page).toContain(`<time datetime="${until}"`);
      expect(page).toContain(PASSWORDS);
    }
    for (const path of ['/w/rival', '/account/sessions']) {
      expect(await (await other.get(path)).text()).not.toMatch(/in your name/);
    }
    moveClock(hours(1));
    for (const path of PAGES) expect(await (await member.get(path)).text()).not.toContain(LINKS);
  });
});
