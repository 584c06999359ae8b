import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { days, minutes } from '../../../worker/values/duration.ts';
import { carla } from '../../support/cast.ts';
import { rows } from '../../support/database.ts';
import { addContacts } from '../../support/many-contacts.ts';
import { atAdmin, atPortal, type Door, deployment, moments } from '../../support/simulation.ts';

// A day in which one origin asks 10,000 times in known names, and 50 others 100 times each. `SIMULATION=full npm test --
// simulation` runs all of it; the suite runs a small part. Asks that are refused count nothing, so it shows the same.

const FULL = env.TEST_SIMULATION === 'full';
const ASKS = FULL ? 10_000 : 240;
const ASKS_OF_EACH = FULL ? 100 : 3;
/** How often it is looked whether a fresh network would be mailed. */
const PROBED_EVERY = FULL ? minutes(1) : minutes(60);
/** The free plan of MailChannels, the smallest default; and one that can bear fifty origins. */
const FREE_PLAN = 100;
const LARGER_PLAN = 1000;
/** A whole day takes minutes. */
const WITHIN = FULL ? 3_600_000 : 120_000;
const VICTIMS = FULL ? 20 : 6;
const MIDNIGHT = Date.UTC(2027, 2, 1);

type Who = 'one origin' | 'fifty origins' | 'first-timers' | 'known browsers' | 'contact card';
type Event = { at: number; who: Who; run: (now: number) => Promise<boolean> };
type Tally = Record<Who, { asked: number; mailed: number }>;

/** Plays a day; returns what each got, and for how long some attacked address was without mail for a fresh network. */
async function playDay(mailsPerDay: number, withFifty: boolean) {
  const victims = await addContacts(VICTIMS);
  const site = await deployment(mailsPerDay);
  const doors: Door[] = [...victims.map(atPortal), atPortal(carla), atAdmin];
  const door = (at: number) => doors[at % doors.length] ?? atAdmin;
  const contact = (at: number) =>
    `many-00000000-0000-4000-8000-00000000d001-${victims[at % VICTIMS]}`;
  const known = await Promise.all(doors.map((each) => site.knownBrowser(each)));
  const event = (
    who: Who,
    lane: number,
    count: number,
    run: (at: number, now: number) => Promise<boolean>,
  ) =>
    moments(count, lane).map((at, index) => ({ at, who, run: (now: number) => run(index, now) }));
  const events: Event[] = [
    ...event('one origin', 0, ASKS, (at, now) =>
      site.ask({ ...door(at), network: '192.0.2.1' }, now),
    ),
    ...event('first-timers', 7, 24, (at, now) =>
      site.ask({ ...door(at % VICTIMS), network: `home ${at}` }, now),
    ),
    ...event('known browsers', 11, 12, (at, now) =>
      site.ask(
        { ...door(at), network: `home ${at}`, known: known[at % doors.length] ?? null },
        now,
      ),
    ),
    ...event('contact card', 13, 4, (at, now) => site.send(contact(at), now)),
  ];
  for (let origin = 0; withFifty && origin < 50; origin += 1) {
    const ask = (at: number, now: number) =>
      site.ask({ ...door(at + origin), network: `198.51.100.${origin}` }, now);
    events.push(...event('fifty origins', 100 + origin, ASKS_OF_EACH, ask));
  }
  const tally = NONE();
  let longest = 0;
  let since: number | null = null;
  let probed = 0;
  for (const { at, who, run } of events.toSorted((one, other) => one.at - other.at)) {
    for (; probed <= at; probed += PROBED_EVERY) {
      const isMailed = (await site.wouldMail(doors, MIDNIGHT + probed)).every(Boolean);
      since = isMailed ? null : (since ?? probed);
      if (since !== null) longest = Math.max(longest, probed - since + PROBED_EVERY);
    }
    tally[who].asked += 1;
    if (await run(MIDNIGHT + at)) tally[who].mailed += 1;
  }
  return { tally, longest };
}

const NONE = (): Tally => ({
  'one origin': { asked: 0, mailed: 0 },
  'fifty origins': { asked: 0, mailed: 0 },
  'first-timers': { asked: 0, mailed: 0 },
  'known browsers': { asked: 0, mailed: 0 },
  'contact card': { asked: 0, mailed: 0 },
});

function print(title: string, { tally, longest }: Awaited<ReturnType<typeof playDay>>): void {
  const lines = Object.entries(tally).map(
    ([who, { asked, mailed }]) => `  ${who}: ${mailed} of ${asked} asks mailed`,
  );
  const without = `  longest that an attacked address was without mail for a fresh network: ${longest / minutes(1)} min`;
  console.log([`${title}`, ...lines, without].join('\n'));
}

test('a day of one origin: every honest ask is mailed, no address is without mail', {
  timeout: WITHIN,
}, async () => {
  const day = await playDay(FREE_PLAN, false);
  print(`One origin, ${FREE_PLAN} mails a day`, day);
  const { tally, longest } = day;
  expect(longest).toBe(0);
  for (const who of ['first-timers', 'known browsers', 'contact card'] as const) {
    expect(tally[who].mailed, who).toBe(tally[who].asked);
  }
  expect(tally['one origin']).toEqual({ asked: ASKS, mailed: FREE_PLAN / 5 });
  expect(await mailsSent()).toBeLessThanOrEqual(FREE_PLAN);
});

test.each(FULL ? [FREE_PLAN, LARGER_PLAN] : [FREE_PLAN])(
  'a day of 51 origins, %i mails: known browsers, members and the card are always mailed',
  { timeout: WITHIN },
  async (plan) => {
    const day = await playDay(plan, true);
    print(`One origin and fifty, ${plan} mails a day`, day);
    const { tally } = day;
    const spared = plan === FREE_PLAN ? [] : (['first-timers'] as const);
    for (const who of ['known browsers', 'contact card', ...spared] as const) {
      expect(tally[who].mailed, who).toBe(tally[who].asked);
    }
    expect(tally['one origin'].mailed).toBeLessThanOrEqual(plan / 5);
    expect(await mailsSent()).toBeLessThanOrEqual(plan);
  },
);

async function mailsSent(): Promise<number> {
  const [counted] = await rows(
    'SELECT count(*) AS count FROM mails WHERE created_at < ?',
    MIDNIGHT + days(1),
  );
  return Number(counted?.count);
}
