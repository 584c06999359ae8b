import { beforeEach, describe, expect, test } from 'vitest';
import { withoutWaiting } from '../../support/clock.ts';
import {
  adviceAfterCheck,
  adviceOn,
  ownerOf,
  publishSpf,
  sixtyOthers,
} from '../../support/dns-advice.ts';
import type { DnsBehaviour } from '../../support/doubles/dns.ts';
import { zone } from '../../support/network.ts';
import { runSchedule, STUDIO } from '../../support/senders.ts';

const US = 'include:relay.mailchannels.net';
const RELAY = 'relay.mailchannels.net';
const GOOGLE = '_spf.google.example';

beforeEach(() => publishSpf({ [RELAY]: 0, [GOOGLE]: 3 }));

async function spfWith(...published: string[]) {
  zone.set(STUDIO, published);
  return adviceAfterCheck(await ownerOf(), 'spf');
}

test('no SPF record among sixty others: missing, with a whole record to add', async () => {
  const { words, value } = await spfWith(...sixtyOthers());
  expect(words).toMatch(/SPF Missing .*Not there yet\. Add it/);
  expect(value).toBe(`v=spf1 ${US} ~all`);
});

test('an SPF record behind sixty others: found, and joined with ours', async () => {
  const { words, value } = await spfWith(...sixtyOthers(), `v=spf1 include:${GOOGLE} -all`);
  expect(words).toMatch(/SPF Wrong .*does not name our mail service. Change it to the value/);
  expect(words).not.toMatch(/Add it|could not count/);
  expect(value).toBe(`v=spf1 include:${GOOGLE} ${US} -all`);
});

test('two SPF records: joined into one, never a third', async () => {
  const { words, value } = await spfWith('v=spf1 mx ~all', ...sixtyOthers(), 'v=spf1 a -all');
  expect(words).toMatch(
    /several SPF records, which counts as none\. Keep one, and join the others/,
  );
  expect(words).not.toContain('Add it');
  expect(value).toBe(`v=spf1 mx a ${US} -all`);
});

test('more SPF records than are kept: no value that would lose some', async () => {
  const { words, value } = await spfWith(
    ...Array.from({ length: 30 }, (_, nth) => `v=spf1 ip4:192.0.2.${nth} -all`),
  );
  expect(words).toMatch(/Not known yet .*There is more at this name than we read/);
  expect(words).not.toMatch(/Missing|Add it/);
  expect(value).toBeNull();
});

test('an SPF record longer than is kept: no value that would lose its end', async () => {
  const many = Array.from({ length: 200 }, (_, nth) => `ip4:192.0.2.${nth}`).join(' ');
  const { words, value } = await spfWith(`v=spf1 ${many} -all`);
  expect(words).toMatch(/There is more at this name than we read/);
  expect(value).toBeNull();
});

describe('what nobody could say is never “add it”', () => {
  const TROUBLE: DnsBehaviour[] = [
    ...(['SERVFAIL', 'REFUSED', 'NOTIMP', '500', 'html', 'hangs', 'down', 'redirects'] as const),
    ...(['cut off', 'endless'] as const),
    { raw: '{"Status":0,"Answer":"none"}' },
  ];
  test.each(TROUBLE)('%j: not known, and the value is folded away', async (how) => {
    zone.behaves(how);
    const owner = await withoutWaiting(() => ownerOf());
    const { words, value, isFolded } = await adviceOn(owner, 'spf');
    if (how === 'endless') expect(words).toMatch(/more at this name than we read/);
    else expect(words).toMatch(/could not look (this|it) up just now.*[Cc]heck again in a moment/);
    expect(words).toMatch(/only one SPF record: if there is one already, never add a second/);
    expect(words).not.toMatch(/Missing|Not there yet|Add it/);
    expect(isFolded || value === null, 'no value is offered').toBe(true);
  });

  test('seen as missing before, and no answer now: not known any more', async () => {
    const owner = await ownerOf();
    expect((await adviceOn(owner, 'spf')).words).toContain('SPF Missing');
    zone.behaves('SERVFAIL');
    const { words } = await adviceAfterCheck(owner, 'spf');
    expect(words).toContain('could not look it up just now');
    expect(words).not.toMatch(/Missing|Not there yet|Add it/);
  });

  test('seen as wrong before, and no answer now: the old record is not “at present”', async () => {
    zone.set(STUDIO, ['v=spf1 mx -all']);
    const owner = await ownerOf();
    zone.behaves('REFUSED', STUDIO);
    const { words } = await adviceAfterCheck(owner, 'spf');
    expect(words).not.toMatch(/There at present|v=spf1 mx/);
  });

  test('one record of many that can’t be read: it may be the SPF record', async () => {
    const Answer = [
      { name: STUDIO, type: 16, data: '"a"' },
      { name: STUDIO, type: 16, data: '"v=' },
    ];
    zone.behaves({ raw: JSON.stringify({ Status: 0, Answer }) }, STUDIO);
    const { words, value } = await adviceAfterCheck(await ownerOf(), 'spf');
    expect(words).toMatch(/There is more at this name than we read/);
    expect(value).toBeNull();
  });
});

describe('look-ups, with those of what is included', () => {
  test('ten with ours: there is room', async () => {
    publishSpf({ 'eight.example': 8 });
    const { words, value } = await spfWith('v=spf1 include:eight.example -all');
    expect(words).not.toMatch(/look-ups|could not count/);
    expect(value).toBe(`v=spf1 include:eight.example ${US} -all`);
  });

  test('eleven with ours: no value to copy, because it would end all their mail', async () => {
    publishSpf({ 'nine.example': 9 });
    const { words, value } = await spfWith('v=spf1 include:nine.example -all');
    expect(words).toMatch(/no room for it: receivers give up at more than 10 look-ups/);
    expect(words).toMatch(/needs 10 or more look-ups, and with our mail service 11 or more/);
    expect(value).toBeNull();
  });

  test('look-ups of ours count too', async () => {
    publishSpf({ 'six.example': 6, [RELAY]: 4 });
    const { words, value } = await spfWith('v=spf1 include:six.example -all');
    expect(words).toMatch(/needs 7 or more look-ups, and with our mail service 12 or more/);
    expect(value).toBeNull();
  });

  test('more than ten, three levels deep and behind a redirect: receivers give up already', async () => {
    publishSpf({ 'c.example': 8 });
    zone.set('b.example', ['v=spf1 a:a.b.example include:c.example ~all']);
    zone.set('a.example', ['v=spf1 redirect=b.example']);
    zone.set('a.b.example', ['192.0.2.1'], 'A');
    const { words, value } = await spfWith('v=spf1 include:a.example -all');
    expect(words).toMatch(/More than 10 look-ups are in it/);
    expect(value).toBeNull();
  });

  test('two records that are too many together: no value, and the page says why', async () => {
    publishSpf({ 'a.example': 5, 'b.example': 5 });
    const { words, value } = await spfWith(
      'v=spf1 include:a.example ~all',
      'v=spf1 include:b.example -all',
    );
    expect(words).toMatch(/several SPF records.*needs 12 or more look-ups/);
    expect(value).toBeNull();
  });

  test('records that include one another in a circle: counted to the limit and no further', async () => {
    zone.set('a.example', ['v=spf1 include:b.example -all']);
    zone.set('b.example', ['v=spf1 include:a.example -all']);
    const { words } = await spfWith('v=spf1 include:a.example -all');
    expect(words).toMatch(/More than 10 look-ups are in it/);
    expect(zone.asked.length).toBeLessThan(60);
  });

  test.each([
    ['no answer about one', 'include:silent.example'],
    ['a macro', 'include:%{d}.example'],
  ])('%s: not all are counted, and the page says so', async (_what, term) => {
    zone.behaves('SERVFAIL', 'silent.example');
    const { words, value } = await spfWith(`v=spf1 ${term} -all`);
    expect(words).toContain('We could not count all that it looks up');
    expect(value).toBe(`v=spf1 ${term} ${US} -all`);
  });

  test('an include without an SPF record: named, because receivers give up at it', async () => {
    zone.set('two.example', ['v=spf1 -all', 'v=spf1 mx -all']);
    const { words } = await spfWith('v=spf1 include:gone.example include:two.example -all');
    expect(words).toMatch(
      /includes gone\.example and two\.example, where there is not exactly one/,
    );
  });

  test('three names that don’t exist: named; two: no matter', async () => {
    const { words } = await spfWith(
      'v=spf1 a:a.gone.example mx:b.gone.example a:c.gone.example -all',
    );
    expect(words).toMatch(/Nothing is at a\.gone\.example, b\.gone\.example and c\.gone\.example/);
    zone.set('a.gone.example', ['192.0.2.1'], 'A');
    expect((await adviceAfterCheck(await ownerOf(), 'spf')).words).not.toContain('Nothing is at');
  });
});

test('a term that receivers can’t read: named first, without a value', async () => {
  const { words, value } = await spfWith('v=spf1 inlcude:a.example -all');
  expect(words).toMatch(
    /can’t be read.*Put that part right first\. Not readable: “inlcude:a.example”/,
  );
  expect(value).toBeNull();
});

test('quotation marks that were copied: changed, not added to', async () => {
  const { words, value } = await spfWith(`"v=spf1 include:${GOOGLE} -all"`);
  expect(words).toMatch(/SPF Wrong .*There are quotation marks in it/);
  expect(value).toBe(`v=spf1 include:${GOOGLE} ${US} -all`);
});

test('“+all”, and no end: said with the right next step', async () => {
  expect((await spfWith('v=spf1 mx +all')).words).toContain('lets anybody send as you');
  expect((await spfWith('v=spf1 mx')).words).toContain(
    'does not say what holds for mail from elsewhere',
  );
});

test('a check by the schedule: asks for no more than six names', async () => {
  zone.set(STUDIO, [`v=spf1 include:${GOOGLE} -all`]);
  await ownerOf('hello@a.b.c.studio.example');
  const before = zone.asked.length;
  await runSchedule();
  expect(zone.asked.length - before).toBeLessThanOrEqual(6);
  expect(zone.asked.length - before).toBeGreaterThan(3);
});
