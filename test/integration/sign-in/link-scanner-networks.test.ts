import { expect, test } from 'vitest';
import { carla, carlaAtDemo } from '../../support/cast.ts';
import { epochAndSessions, rows, untouched, usedOnce } from '../../support/database.ts';
import { errorAt, inputAt } from '../../support/html.ts';
import { codeIn, linkIn, wrongCode } from '../../support/mail.ts';
import { mailbox, visit } from '../../support/visitor.ts';

const SCANNERS = [
  ['Microsoft', { asn: 8075 }],
  ['a mail-security company by name', { asn: 64512, asOrganization: 'Mimecast Services Ltd' }],
] as const;

test.each(SCANNERS)(
  'a link opened from the network of %s: the code is needed, not a press',
  async (_name, cf) => {
    const mail = await visit('demo').ask(carla);
    const scanner = visit('demo');
    const page = await (await scanner.get(linkIn(mail), { cf })).text();
    expect(inputAt('code', page)).toContain('autocomplete="one-time-code"');
    expect(page).not.toContain(codeIn(mail));

    const pressed = await scanner.post(linkIn(mail), {}, { cf });
    expect(pressed.status).toBe(422);
    expect(errorAt('code', await pressed.text())).toContain('six letters and digits');
    const wrong = await scanner.post(linkIn(mail), { code: wrongCode(codeIn(mail)) }, { cf });
    expect(wrong.status).toBe(422);
    const answer = await wrong.text();
    expect(errorAt('code', answer)).toContain('isn’t right');
    expect(inputAt('code', answer)).toContain(`value="${wrongCode(codeIn(mail))}"`);
    expect(scanner.cookies.size).toBe(0);
    expect(await rows("SELECT count FROM tries WHERE key LIKE 'code/%'")).toEqual([{ count: 1 }]);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);

    const right = await scanner.post(linkIn(mail), { code: codeIn(mail).toLowerCase() }, { cf });
    expect(right.status).toBe(303);
    expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
  },
);

test('five wrong codes from a scanner network: only the first browser signs in', async () => {
  const asking = visit('demo');
  const mail = await asking.ask(carla);
  const press = (code: string) => visit('demo').post(linkIn(mail), { code }, { cf: { asn: 8075 } });
  for (let tried = 1; tried <= 5; tried += 1) {
    expect((await press(wrongCode(codeIn(mail)))).status, `try ${tried}`).toBe(422);
  }
  expect((await press(codeIn(mail))).status).toBe(429);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
  expect((await asking.get(linkIn(mail), { cf: { asn: 8075 } })).status).toBe(303);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

test('tries of an address used up by a stranger: its link and code still work', async () => {
  const mail = await visit('demo').ask(carla);
  for (let browsers = 0; browsers < 5; browsers += 1) {
    const stranger = visit('demo');
    await stranger.post('/sign-in/link', { email: carla });
    for (let tried = 0; tried < 5; tried += 1) {
      await stranger.post('/sign-in/code', { code: 'AAAAAA' });
    }
  }
  const away = visit('demo');
  const cf = { asn: 53813 };
  expect((await away.post(linkIn(mail), { code: codeIn(mail) }, { cf })).status).toBe(303);
});

// A scanner that presses every button presses "Email me a new link" too, and may keep its cookies.
test('a link renewed from a scanner network: does not open without the code', async () => {
  const mail = await visit('demo').ask(carla);
  const scanner = visit('demo');
  const cf = { asn: 53813 };
  expect((await scanner.post(`${linkIn(mail)}/renewal`, {}, { cf })).status).toBe(303);
  const [fresh] = await mailbox();
  expect(fresh?.id).not.toBe(mail?.id);
  for (const answer of [
    await scanner.get(linkIn(fresh), { cf }),
    await scanner.post(linkIn(fresh), {}, { cf }),
  ]) {
    expect(answer.status).not.toBe(303);
    expect(inputAt('code', await answer.text())).toContain('autocomplete="one-time-code"');
  }
  expect(scanner.cookies.has('__Host-session')).toBe(false);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('a link opened from an ordinary network: a button, and no code', async () => {
  const mail = await visit('demo').ask(carla);
  const cf = { asn: 3320, asOrganization: 'Deutsche Telekom AG' };
  const browser = visit('demo');
  const page = await (await browser.get(linkIn(mail), { cf })).text();
  expect(inputAt('code', page)).toBe('');
  expect((await browser.post(linkIn(mail), {}, { cf })).status).toBe(303);
});
