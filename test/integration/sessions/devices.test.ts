import { describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../../worker/values/duration.ts';
import {
  carla,
  carlaAtDemo,
  lars,
  larsAtDemo,
  olivia,
  oliviaId,
  PASSPHRASE,
  rita,
  rob,
} from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { dump, epochAndSessions, rows } from '../../support/database.ts';
import { linkIn } from '../../support/mail.ts';
import { REQUEST, SESSION } from '../../support/sessions.ts';
import { copyOf, typePassword, type Visitor, visit, withPassword } from '../../support/visitor.ts';

const DEVICES = '/account/sessions';
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0';
const LISBON = { city: 'Lisbon', country: 'PT' };

const BOTH = [
  { who: 'a contact', host: 'demo', email: carla, id: carlaAtDemo },
  { who: 'a member', host: 'app', email: olivia, id: oliviaId },
];

type Listed = { device: string; isThis: boolean; place: string; facts: string[]; ends: string };

/** The devices on a page, as a person reads them. */
function devicesOn(page: string): Listed[] {
  const list = /<ul class="devices">(.*?)<\/ul>/s.exec(page)?.[1] ?? '';
  return list.split('<li>').slice(1).map(readDevice);
}

function readDevice(item: string): Listed {
  const plain = (html: string) => html.replace(/<[^>]+>/g, '').trim();
  const lines = [...item.matchAll(/<p(?: class="soft")?>(.*?)<\/p>/gs)].map(([, html = '']) =>
    plain(html),
  );
  const facts = lines.filter((line) => /^(Signed in|Last seen)/.test(line));
  return {
    device: plain(/<strong>(.*?)<\/strong>/s.exec(item)?.[1] ?? ''),
    isThis: item.includes('This device'),
    place: lines.filter((line) => !facts.includes(line)).join(),
    facts,
    ends: /action="([^"]+)"/.exec(item)?.[1] ?? '',
  };
}

async function devicesOf(browser: Visitor): Promise<Listed[]> {
  return devicesOn(await (await browser.get(DEVICES)).text());
}

/** The newest living session of an account. */
async function sessionOf(account: string): Promise<string> {
  const [row] = await rows(
    'SELECT id FROM sessions WHERE ? IN (contact_id, member_id) AND ended_at IS NULL ORDER BY rowid DESC',
    account,
  );
  if (row === undefined) throw new Error(`${account} is not signed in`);
  return String(row.id);
}

/** Signs in by password, with a browser and from a place to recognise it by. */
async function fromLisbon(host: string, email: string): Promise<Visitor> {
  const browser = visit(host);
  const init = { headers: { 'user-agent': FIREFOX }, cf: LISBON };
  await browser.post('/sign-in/password', { email, password: PASSPHRASE }, init);
  return browser;
}

describe.each(BOTH)('GET /account/sessions, of $who', ({ host, email, id }) => {
  test('the list: browser, location, way, first and last seen; this device first', async () => {
    moveClock(0);
    const client = await withPassword(host, email);
    moveClock(hours(2));
    const other = await fromLisbon(host, email);
    await client.get(DEVICES);
    moveClock(minutes(5));
    const unknown = { device: 'Unknown browser', place: '' };
    expect(await devicesOf(client)).toEqual([
      {
        ...unknown,
        isThis: true,
        facts: ['Signed in by link 2 hours ago', 'Last seen 5 minutes ago'],
        ends: '/sign-out',
      },
      {
        device: 'Firefox on Windows',
        place: 'Lisbon, PT',
        isThis: false,
        facts: ['Signed in by password 5 minutes ago', 'Last seen 5 minutes ago'],
        ends: `${DEVICES}/${await sessionOf(id)}/revocation`,
      },
    ]);
    const theirs = await devicesOf(other);
    expect(theirs.map(({ device, isThis }) => [device, isThis])).toEqual([
      ['Firefox on Windows', true],
      ['Unknown browser', false],
    ]);
  });

  test('one is ended: signed out at its next request, and no other', async () => {
    const client = await withPassword(host, email);
    const other = await fromLisbon(host, email);
    const third = await visit(host).signInAs(email);
    const ending = (await devicesOf(client)).find(({ device }) =>
      device.startsWith('Firefox'),
    )?.ends;
    const ended = await client.post(ending ?? '');
    expect([ended.status, ended.headers.get('location')]).toEqual([303, DEVICES]);
    expect(await (await client.get(DEVICES)).text()).toContain(
      'Firefox on Windows was signed out.',
    );
    expect((await other.get(DEVICES)).status).toBe(303);
    expect((await third.get(DEVICES)).status).toBe(200);
    expect((await devicesOf(client)).map(({ device }) => device)).not.toContain(
      'Firefox on Windows',
    );
    expect(await rows('SELECT ended_by FROM sessions ORDER BY rowid')).toEqual([
      { ended_by: null },
      { ended_by: 'other-device' },
      { ended_by: null },
    ]);
    expect((await client.post(ending ?? '')).status, 'a second time').toBe(404);
  });

  test('all others are ended: signed out, and mailed links are void', async () => {
    const client = await withPassword(host, email);
    const others = [await fromLisbon(host, email), await visit(host).signInAs(email)];
    const asking = visit(host);
    const link = linkIn(await asking.ask(email));
    const { epoch } = { ...(await epochAndSessions(id)) };
    const ended = await client.post(`${DEVICES}/revocation`);
    expect([ended.status, ended.headers.get('location')]).toEqual([303, DEVICES]);
    expect(await (await client.get(DEVICES)).text()).toContain(
      '2 other devices were signed out. Links mailed before no longer work.',
    );
    for (const other of others) expect((await other.get(DEVICES)).status).toBe(303);
    expect(await devicesOf(client)).toHaveLength(1);
    expect(await epochAndSessions(id)).toMatchObject({ epoch: Number(epoch) + 1 });
    expect((await asking.get(link)).status).toBe(410);
    expect((await typePassword(visit(host), email)).status, 'the password stays').toBe(303);
  });

  test('this one is ended: the same as signing out', async () => {
    const client = await visit(host).signInAs(email);
    const copy = copyOf(client);
    const ended = await client.post(`${DEVICES}/${await sessionOf(id)}/revocation`);
    expect([ended.status, ended.headers.get('location')]).toEqual([303, '/sign-in']);
    expect([...client.cookies.keys()]).not.toContain(SESSION);
    expect([...client.cookies.keys()]).not.toContain(REQUEST);
    expect((await copy.get(DEVICES)).status).toBe(303);
    expect(await rows('SELECT ended_by FROM sessions')).toEqual([{ ended_by: 'sign-out' }]);
  });

  test('no other device: the page says so', async () => {
    const client = await visit(host).signInAs(email);
    const page = await (await client.get(DEVICES)).text();
    expect(page).toContain('No other device is signed in.');
    expect(page).not.toContain(`${DEVICES}/revocation`);
    await client.post(`${DEVICES}/revocation`);
    expect((await client.get(DEVICES)).status, 'this one goes on').toBe(200);
  });
});

test('an expired session: not listed, and cannot be ended', async () => {
  const stale = await visit('demo').signInAs(carla);
  const id = await sessionOf(carlaAtDemo);
  moveClock(days(31));
  const client = await visit('demo').signInAs(carla);
  expect(await devicesOf(client)).toHaveLength(1);
  expect((await client.post(`${DEVICES}/${id}/revocation`)).status).toBe(404);
  expect((await stale.get(DEVICES)).status).toBe(303);
});

test('a session of another account: 404, as for an unknown id', async () => {
  const owner = await visit('app').signInAs(olivia);
  await owner.post(`/w/demo/contacts/${larsAtDemo}/portal-access`, { enabled: 'on' });
  const visitors = {
    carla: await visit('demo').signInAs(carla),
    lars: await visit('demo').signInAs(lars),
    rob: await visit('rival').signInAs(rob),
    rita: await visit('app').signInAs(rita),
    olivia: owner,
  };
  const [ofCarla, ofLars, ofOlivia] = [
    await sessionOf(carlaAtDemo),
    await sessionOf(larsAtDemo),
    await sessionOf(oliviaId),
  ];
  const before = await dump();
  for (const [browser, id] of [
    [visitors.carla, ofLars],
    [visitors.carla, ofOlivia],
    [visitors.rob, ofCarla],
    [visitors.rita, ofOlivia],
    [visitors.olivia, ofCarla],
    [visitors.carla, '00000000-0000-4000-8000-000000000000'],
    [visitors.carla, "' OR 1=1 --"],
    [visitors.carla, '%'],
  ] as const) {
    const path = `${DEVICES}/${encodeURIComponent(id)}/revocation`;
    expect((await browser.post(path)).status, id).toBe(404);
  }
  expect(await dump()).toEqual(before);
  for (const browser of Object.values(visitors))
    expect((await browser.get(DEVICES)).status).toBe(200);
});

test('signing out all others: ends only sessions of this account', async () => {
  const owner = await visit('app').signInAs(olivia);
  await owner.post(`/w/demo/contacts/${larsAtDemo}/portal-access`, { enabled: 'on' });
  const bystanders = [
    owner,
    await visit('demo').signInAs(lars),
    await visit('rival').signInAs(rob),
  ];
  const client = await visit('demo').signInAs(carla);
  await client.post(`${DEVICES}/revocation`);
  for (const browser of bystanders) expect((await browser.get(DEVICES)).status).toBe(200);
});

describe('devices on a contact’s card', () => {
  const CARD = `/w/demo/contacts/${carlaAtDemo}`;

  test('the freelancer: sees the same devices, and ends one of them', async () => {
    const client = await withPassword('demo', carla);
    const other = await fromLisbon('demo', carla);
    const owner = await visit('app').signInAs(olivia);
    const listed = devicesOn(await (await owner.get(CARD)).text());
    const facts = {
      place: 'Lisbon, PT',
      facts: ['Signed in by password just now', 'Last seen just now'],
    };
    expect(listed).toHaveLength(2);
    expect(listed).toContainEqual({
      ...facts,
      device: 'Firefox on Windows',
      isThis: false,
      ends: `${CARD}/sessions/${await sessionOf(carlaAtDemo)}/revocation`,
    });

    const ends = listed.find(({ device }) => device.startsWith('Firefox'))?.ends ?? '';
    const ended = await owner.post(ends);
    expect([ended.status, ended.headers.get('location')]).toEqual([303, CARD]);
    expect((await other.get('/')).status).toBe(303);
    expect((await client.get('/')).status).toBe(200);
    const card = await (await owner.get(CARD)).text();
    expect(card).toContain('Carla Client was signed out of Firefox on Windows.');
    const text = card.replace(/<[^>]+>/g, '');
    expect(text).toContain('Signed out of a device by owner@demo.test: Firefox on Windows');
    expect(devicesOn(card)).toHaveLength(1);
    expect(await rows('SELECT ended_by FROM sessions WHERE ended_at IS NOT NULL')).toEqual([
      { ended_by: 'freelancer' },
    ]);
    expect(
      await rows("SELECT contact_id, member_id FROM activity WHERE kind = 'session_ended'"),
    ).toEqual([{ contact_id: carlaAtDemo, member_id: oliviaId }]);
    expect((await typePassword(visit('demo'), carla)).status, 'access stays').toBe(303);
  });

  test('a session of anybody else: 404, and nothing is recorded', async () => {
    const owner = await visit('app').signInAs(olivia);
    await owner.post(`/w/demo/contacts/${larsAtDemo}/portal-access`, { enabled: 'on' });
    await visit('demo').signInAs(carla);
    await visit('demo').signInAs(lars);
    await visit('rival').signInAs(rob);
    const other = await visit('app').signInAs(rita);
    const ofCarla = await sessionOf(carlaAtDemo);
    const before = await dump();
    for (const [member, path] of [
      [owner, `${CARD}/sessions/${await sessionOf(larsAtDemo)}`],
      [owner, `${CARD}/sessions/${await sessionOf(oliviaId)}`],
      [owner, `${CARD}/sessions/nothing`],
      [owner, `/w/demo/contacts/${larsAtDemo}/sessions/${ofCarla}`],
      [owner, `/w/rival/contacts/${carlaAtDemo}/sessions/${ofCarla}`],
      [other, `${CARD}/sessions/${ofCarla}`],
      [other, `/w/rival/contacts/${carlaAtDemo}/sessions/${ofCarla}`],
    ] as const) {
      expect((await member.post(`${path}/revocation`)).status, path).toBe(404);
    }
    expect(await dump()).toEqual(before);
  });
});
