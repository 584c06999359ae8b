import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { days, minutes } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { dump, rows } from '../../support/database.ts';
import {
  askWhileDown,
  DOWN,
  lastMail,
  overTheWire,
  passPause,
  REFUSED,
} from '../../support/delivery.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { mailService, onTheWire } from '../../support/network.ts';
import { adminPages } from '../../support/page-text.ts';
import { queued } from '../../support/queue.ts';
import { type Visitor, visit } from '../../support/visitor.ts';

describe('a change while the mail waits', () => {
  test.each<[string, (owner: Visitor) => Promise<unknown>]>([
    [
      'access off',
      (owner) => owner.post(`/w/demo/contacts/${carlaAtDemo}/portal-access`, { enabled: 'off' }),
    ],
    [
      'access off, and on again',
      async (owner) => {
        await owner.post(`/w/demo/contacts/${carlaAtDemo}/portal-access`, { enabled: 'off' });
        await owner.post(`/w/demo/contacts/${carlaAtDemo}/portal-access`, { enabled: 'on' });
      },
    ],
    [
      'another address',
      (owner) => owner.post(`/w/demo/contacts/${carlaAtDemo}`, { name: 'C', email: 'c@new.test' }),
    ],
    ['signed in by another mail', () => visit('demo').signInAs(carla)],
    ['deleted', (owner) => owner.post(`/w/demo/contacts/${carlaAtDemo}/deletion`)],
  ])('%s: nothing is sent, nothing waits, and no failure is recorded', async (what, change) => {
    await askWhileDown('takes it over (202)');
    await change(await visit('app').signInAs(olivia));
    const before = { wire: onTheWire().length, kv: (await dump()).kv };
    await passPause();
    expect(queued()).toEqual([]);
    expect(onTheWire()).toHaveLength(before.wire);
    expect((await dump()).kv, 'no link was minted').toEqual(before.kv);
    expect(await rows("SELECT 1 FROM activity WHERE kind = 'link_failed'")).toEqual([]);
    const states = await rows('SELECT state FROM mails WHERE tries = 1 AND provider_id IS NULL');
    expect(states).toEqual(what === 'deleted' ? [] : [{ state: 'dropped' }]);
    if (what === 'deleted') return;
    expect((await adminPages()).card).toContain('The mail was no longer needed');
  });

  test('brand and address of the portal: the mail has what is stored now', async () => {
    await askWhileDown('takes it over (202)');
    const stored = "UPDATE workspaces SET name = 'New Name', slug = 'renamed', portal_contact = ''";
    await env.DB.prepare(`${stored} WHERE slug = 'demo'`).run();
    await passPause();
    const mail = onTheWire().at(-1);
    expect(mail?.body).toMatchObject({
      subject: `${codeIn(lastMail())} is your code to sign in to New Name`,
      from: { name: 'New Name' },
      personalizations: [{ to: [{ email: carla }] }],
    });
    expect(mail?.body.reply_to).toBeUndefined();
    expect(new URL(linkIn(lastMail())).origin).toBe('http://renamed.portal.localhost');
  });
});

describe('the notice of a changed password', () => {
  const PASSWORD = { password: 'seven quiet herons over the canal' };

  async function setWhileDown(): Promise<Visitor> {
    const client = await visit('demo').signInAs(carla);
    moveClock(0);
    expectConsoleError(REFUSED);
    mailService(DOWN, DOWN, 'takes it over (202)');
    const there = visit('demo', overTheWire);
    for (const [name, value] of client.cookies) there.cookies.set(name, value);
    expect((await there.post('/account/password', PASSWORD)).status).toBe(303);
    expect(queued()).toHaveLength(1);
    return there;
  }

  test('waits, then arrives: the card shows both', async () => {
    await setWhileDown();
    expect((await adminPages()).card).toContain('The notice about the password is waiting');
    await passPause();
    expect(onTheWire().at(-1)?.body).toMatchObject({
      subject: 'Your password for Demo Studio was set',
      personalizations: [{ to: [{ email: carla }] }],
    });
    expect((await adminPages()).card).toContain('The notice about the password was accepted');
  });

  test('hours later: still sent; after a day: given up', async () => {
    await setWhileDown();
    mailService(DOWN);
    const [ordered] = await rows("SELECT created_at AS at FROM mails WHERE kind = 'password'");
    let passes = 0;
    for (; queued().length > 0 && passes < 60; passes += 1) await passPause();
    expect(queued()).toEqual([]);
    expect(Date.now() - Number(ordered?.at)).toBeGreaterThan(days(1) - minutes(120));
    expect(passes, 'fewer than max_retries in wrangler.toml').toBeLessThan(50);
    expect((await adminPages()).card).toContain('The notice about the password could not be sent');
  });

  test('access off meanwhile: not sent, and no failure is recorded', async () => {
    await setWhileDown();
    const owner = await visit('app').signInAs(olivia);
    await owner.post(`/w/demo/contacts/${carlaAtDemo}/portal-access`, { enabled: 'off' });
    const before = onTheWire().length;
    await passPause();
    expect(onTheWire()).toHaveLength(before);
    expect(queued()).toEqual([]);
    const [notice] = await rows("SELECT state FROM mails WHERE kind = 'password'");
    expect(notice).toEqual({ state: 'dropped' });
    expect(await rows("SELECT 1 FROM activity WHERE kind = 'notice_failed'")).toEqual([]);
  });

  test('the address changed meanwhile: not sent', async () => {
    await setWhileDown();
    const owner = await visit('app').signInAs(olivia);
    await owner.post(`/w/demo/contacts/${carlaAtDemo}`, { name: 'Other', email: 'other@new.test' });
    const before = onTheWire().length;
    await passPause();
    expect(onTheWire()).toHaveLength(before);
    expect(queued()).toEqual([]);
  });
});
