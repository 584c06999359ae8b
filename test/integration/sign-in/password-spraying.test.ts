import { describe, expect, test } from 'vitest';
import { PASSWORDS_PER_NETWORK } from '../../../worker/limits/rules.ts';
import { POLICY } from '../../../worker/passwords/password-hash.ts';
import { days, hours, seconds } from '../../../worker/values/duration.ts';
import { carla, nobody } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { passwordTries } from '../../support/database.ts';
import { derivations } from '../../support/doubles/pbkdf2.ts';
import { linkIn } from '../../support/mail.ts';
import { tally, typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

const WRONG = 'six yellow herons wade at dawn';

describe('wrong passwords from one network', () => {
  /** Tries one password on many, known and unknown, all from the same place. */
  async function spray(browser: Visitor, times: number): Promise<Response[]> {
    const answers: Response[] = [];
    for (let at = 0; at < times; at += 1) {
      const email = at === 0 ? carla : `somebody-${at}@demo.test`;
      answers.push(await typePassword(browser, email, WRONG));
    }
    return answers;
  }

  test('over many addresses: thirty are judged, and no more count for any address', async () => {
    await withPassword('demo', carla);
    const before = derivations();
    const sprayer = visit('demo');
    const answers = await spray(sprayer, PASSWORDS_PER_NETWORK.free + 10);
    expect(tally(answers)).toEqual({ 401: PASSWORDS_PER_NETWORK.free, 429: 10 });
    expect(answers.at(-1)?.headers.get('retry-after')).toMatch(/^(60|5\d)$/);
    expect(derivations() - before).toBe(PASSWORDS_PER_NETWORK.free * POLICY.rounds);

    for (let tried = 1; tried <= 6; tried += 1) {
      expect((await typePassword(sprayer, carla, WRONG)).status).toBe(429);
    }
    const counted = await passwordTries();
    expect(counted.origin).toEqual([PASSWORDS_PER_NETWORK.free]);
    expect(counted.address, 'one each').toEqual(counted.address.map(() => 1));
    expect((await typePassword(visit('demo'), carla)).status, 'from elsewhere').toBe(303);

    // the owner, who sits in the same office
    const asking = sprayer;
    expect((await typePassword(asking, carla)).status).toBe(429);
    expect((await asking.get(linkIn(await asking.ask(carla)))).status).toBe(303);
    expect((await asking.get('/')).status).toBe(200);
  });

  test('at once: exactly thirty are judged', async () => {
    const sprayer = visit('demo');
    const emails = Array.from({ length: 50 }, (_, at) => `somebody-${at}@demo.test`);
    const answers = await Promise.all(emails.map((email) => typePassword(sprayer, email, WRONG)));
    expect(tally(answers)).toEqual({ 401: PASSWORDS_PER_NETWORK.free, 429: 20 });
    expect(await passwordTries()).toEqual({
      address: Array(PASSWORDS_PER_NETWORK.free).fill(1),
      origin: [PASSWORDS_PER_NETWORK.free],
    });
  });

  test('at one host: count at every other; a forged header makes no new network', async () => {
    const headers = { 'cf-connecting-ip': '192.0.2.44' };
    const tried = (host: string, at: number) =>
      visit(host).post(
        '/sign-in/password',
        { email: `somebody-${at}@demo.test`, password: WRONG },
        {
          headers: {
            ...headers,
            'x-forwarded-for': `10.0.0.${at}`,
            'true-client-ip': `10.0.0.${at}`,
          },
        },
      );
    for (let at = 0; at < PASSWORDS_PER_NETWORK.free; at += 1) {
      expect((await tried(['demo', 'rival', 'app'][at % 3] ?? '', at)).status).toBe(401);
    }
    for (const host of ['demo', 'rival', 'app']) expect((await tried(host, 99)).status).toBe(429);
    expect((await passwordTries()).origin).toEqual([PASSWORDS_PER_NETWORK.free]);
  });

  test('each pause: longer than the last, and never without end', async () => {
    moveClock(0);
    const sprayer = visit('demo');
    await spray(sprayer, PASSWORDS_PER_NETWORK.free);
    for (const pause of [...PASSWORDS_PER_NETWORK.pauses, hours(1), hours(1)]) {
      const resting = await typePassword(sprayer, nobody, WRONG);
      const after = resting.headers.get('retry-after');
      expect([resting.status, after]).toEqual([429, String(pause / 1000)]);
      moveClock(pause);
      expect((await typePassword(sprayer, `later-${Date.now()}@demo.test`, WRONG)).status).toBe(
        401,
      );
    }
  });

  test('a few each day, as in an office: reset every day, and never paused', async () => {
    moveClock(0);
    const office = visit('demo');
    await spray(office, PASSWORDS_PER_NETWORK.free - 1);
    moveClock(days(1) - seconds(1));
    expect(await passwordTries()).toMatchObject({ origin: [PASSWORDS_PER_NETWORK.free - 1] });
    moveClock(seconds(1));
    expect(tally(await spray(office, 3))).toEqual({ 401: 3 });
    expect((await passwordTries()).origin).toEqual([3]);
  });

  test('IPv6: counted by the /64 of the subscriber', async () => {
    const from = (address: string) =>
      visit('demo').post(
        '/sign-in/password',
        { email: nobody, password: WRONG },
        { headers: { 'cf-connecting-ip': address } },
      );
    for (const address of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:DB8:1:2:0:0:0:5']) {
      await from(address);
    }
    await from('2001:db8:1:3::1');
    expect((await passwordTries()).origin).toEqual([1, 3]);
  });
});
