import { describe, expect, test } from 'vitest';
import { LOST_ANSWER } from '../../../worker/sessions/lost.ts';
import { minutes, seconds } from '../../../worker/values/duration.ts';
import { watchBindings } from '../../support/bindings.ts';
import { carla, carlaAtDemo, olivia, oliviaId } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { typeCode } from '../../support/codes.ts';
import { epochAndSessions, rows, usedOnce } from '../../support/database.ts';
import { CONNECTION_LOST, withFaults } from '../../support/faults.ts';
import { pathOf } from '../../support/links.ts';
import { signInBy, WAYS, withLostAnswer } from '../../support/lost-answers.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { BROWSER, browserOf, newDeviceMails } from '../../support/new-devices.ts';
import { onlySession } from '../../support/sessions.ts';
import { copyOf, mailbox, typePassword, visit, withPassword } from '../../support/visitor.ts';

const signedIn = () => rows("SELECT id FROM activity WHERE kind = 'signed_in'");
/** Calls that start a session are done, and their answers are lost. */
const starts = withFaults(
  ({ sql }) => sql.some((text) => /^insert into "sessions"/.test(text)),
  [{ losesAnswer: CONNECTION_LOST }],
);

describe('an answer of D1 that is lost', () => {
  test.each(WAYS)('by %s: the Worker looks, and the visitor is signed in at once', async (way) => {
    const watch = watchBindings();
    const browser = visit('demo', watch.bindings);
    const mail = await browser.ask(carla, '/there');
    watch.onCall = (call, run) => starts(call, run);
    const response = await signInBy(way, browser, mail);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/there']);
    expect((await browser.get('/')).status).toBe(200);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
    expect(await signedIn()).toHaveLength(1);
  });

  test('by password, or by the button in another browser: the same', async () => {
    const lose = () => {
      const watch = watchBindings();
      watch.onCall = withFaults(
        ({ sql }) => sql.some((text) => /^insert into "sessions"/.test(text)),
        [{ losesAnswer: CONNECTION_LOST }],
      );
      return visit('demo', watch.bindings);
    };
    await withPassword('demo', carla);
    const typing = lose();
    expect((await typePassword(typing, carla)).status).toBe(303);
    expect((await typing.get('/')).status).toBe(200);
    const mail = await visit('demo').ask(carla);
    const pressing = lose();
    expect((await pressing.post(linkIn(mail))).status).toBe(303);
    expect((await pressing.get('/')).status).toBe(200);
    expect(await rows('SELECT id FROM sessions')).toHaveLength(3);
  });
});

describe('an answer that never reached the browser that asked', () => {
  test.each(WAYS.flatMap((way) => WAYS.map((again) => [way, again] as const)))(
    'signed in by %s, and by %s again within a minute: the same session',
    async (way, again) => {
      const { browser, mail } = await withLostAnswer('demo', carla, way);
      const { id } = await onlySession();
      moveClock(LOST_ANSWER - seconds(1));
      const response = await signInBy(again, browser, mail);
      expect([response.status, response.headers.get('location')]).toEqual([303, '/there']);
      expect((await browser.get('/')).status).toBe(200);
      expect(await onlySession()).toMatchObject({ id, ended_at: null });
      expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
      expect(await signedIn()).toHaveLength(1);
      expect((await browser.post('/sign-out')).status).toBe(303);
      expect(await onlySession()).toMatchObject({ id, ended_by: 'sign-out' });
    },
  );

  test('a link that expired just then: the same session', async () => {
    const watch = watchBindings();
    const browser = visit('demo', watch.bindings);
    const mail = await browser.ask(carla);
    const before = copyOf(browser);
    moveClock(minutes(10) - seconds(10));
    expect((await browser.get(linkIn(mail))).status).toBe(303);
    moveClock(seconds(20));
    expect((await before.get(linkIn(mail))).status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  });

  test('a second mail of the same browser: its link gives the session as well', async () => {
    const browser = visit('demo');
    const first = await browser.ask(carla);
    const second = await browser.ask(carla);
    const before = copyOf(browser);
    await browser.get(linkIn(first));
    expect((await before.get(linkIn(second))).status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  });

  test('a renewed link that was pressed: the same session, for that browser only', async () => {
    const used = linkIn(await visit('demo').ask(carla));
    await visit('demo').post(used);
    const renewing = visit('demo');
    await renewing.post(`${pathOf(used)}/renewal`);
    const [mail] = await mailbox();
    const before = copyOf(renewing);
    expect((await renewing.post(linkIn(mail))).status).toBe(303);
    expect((await visit('demo').get(linkIn(mail))).status).toBe(410);
    expect((await before.get(linkIn(mail))).status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual({ epoch: 2, sessions: 2 });
  });

  test.each(['link', 'code'] as const)('a member, by %s: one mail of a new device', async (way) => {
    await browserOf(olivia);
    const { browser, mail } = await withLostAnswer('app', olivia, way);
    expect(await newDeviceMails(olivia)).toEqual([]);
    const before = copyOf(browser);
    expect((await signInBy(way, browser, mail)).status).toBe(303);
    expect(await newDeviceMails(olivia)).toHaveLength(1);
    expect((await signInBy(way, before, mail)).status, 'lost once more').toBe(303);
    expect(await newDeviceMails(olivia)).toHaveLength(1);
    const [row] = await rows(
      'SELECT count(*) AS count FROM sessions WHERE member_id = ? AND ended_at IS NULL',
      oliviaId,
    );
    expect(row?.count).toBe(1);
    await before.post('/sign-out');
    expect(before.cookies.has(BROWSER)).toBe(true);
    await before.signInAs(olivia);
    expect(await newDeviceMails(olivia), 'this browser is known').toHaveLength(1);
  });

  test.each(['link', 'code'] as const)(
    'a newcomer, by %s: one member, one session',
    async (way) => {
      const { browser, mail } = await withLostAnswer('app', 'newowner@fresh.test', way);
      expect((await signInBy(way, browser, mail)).status).toBe(303);
      expect((await browser.get('/')).status).toBeLessThan(400);
      expect(await onlySession()).toMatchObject({ ended_at: null });
    },
  );

  test('a wrong code: refused, and counted', async () => {
    const { browser, mail } = await withLostAnswer('demo', carla, 'code');
    const right = codeIn(mail);
    const wrong = right === 'AAAAAA' ? 'BBBBBB' : 'AAAAAA';
    for (let tries = 2; tries <= 5; tries += 1) {
      expect((await typeCode(browser, wrong)).status).toBe(422);
    }
    expect((await typeCode(browser, right)).status, 'the limit holds').toBe(429);
    expect(browser.cookies.has('__Host-session')).toBe(false);
  });
});
