import { expect, test } from 'vitest';
import { minutes } from '../../../worker/values/duration.ts';
import { carla, olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { askWhileDown, lastMail, passPause } from '../../support/delivery.ts';
import { codeIn, linkIn, type Mail } from '../../support/mail.ts';
import { onTheWire } from '../../support/network.ts';
import { type Visitor, visit } from '../../support/visitor.ts';

// Gmail puts mails of one subject into one thread, and hides what they have in common: an older code can be what shows.

/** Asks from one browser, a minute after the last time. */
async function askNext(browser: Visitor): Promise<Mail> {
  moveClock(minutes(1));
  const mail = await browser.ask(carla);
  if (mail === undefined) throw new Error('no mail came');
  return mail;
}

test('mails with different codes: each has its own code in its subject', async () => {
  const [first, second] = [await askNext(visit('demo')), await askNext(visit('demo'))];
  for (const mail of [first, second]) {
    expect(mail.subject).toBe(`${codeIn(mail)} is your code to sign in to Demo Studio`);
  }
  expect(second.subject).not.toBe(first.subject);
});

test('mails with the same code: each says which it is', async () => {
  const browser = visit('demo');
  const mails = [await askNext(browser), await askNext(browser), await askNext(browser)];
  const [code, ...others] = new Set(mails.map(codeIn));
  expect(others, 'the browser keeps its code').toEqual([]);
  const subject = `${code} is your code to sign in to Demo Studio`;
  expect(mails.map((mail) => mail.subject)).toEqual([
    subject,
    `${subject} (2nd email)`,
    `${subject} (3rd email)`,
  ]);
});

test('another browser’s mails, and those before the last sign-in: are not counted', async () => {
  const browser = visit('demo');
  await askNext(browser);
  await askNext(visit('demo'));
  await browser.get(linkIn(await askNext(browser)));
  await browser.post('/sign-out');
  expect((await askNext(browser)).subject).toMatch(/Demo Studio$/);
});

test('a member: the code is in the subject, too', async () => {
  const mail = await visit('app').ask(olivia);
  expect(mail?.subject).toBe(`${codeIn(mail)} is your code to sign in to Latchkey`);
});

test('a mail that is tried again: keeps its subject', async () => {
  await askWhileDown('takes it over (202)');
  await passPause();
  const subjects = onTheWire().map(({ body }) => body.subject);
  expect(subjects.length).toBeGreaterThan(1);
  expect(new Set(subjects)).toEqual(
    new Set([`${codeIn(lastMail())} is your code to sign in to Demo Studio`]),
  );
});

test('the text around the code: no two mails begin and end alike', async () => {
  const browser = visit('demo');
  const [first, second] = [await askNext(browser), await askNext(browser)];
  for (const part of ['text', 'html'] as const) {
    const [[before, after], [beforeToo, afterToo]] = [halves(first[part]), halves(second[part])];
    expect(beforeToo).not.toBe(before);
    expect(afterToo).not.toBe(after);
  }
});

/** The words before and after the code, as Gmail compares them; what leads nowhere is left out. */
function halves(part: string): [string, string] {
  const body = part.replace(/^[\s\S]*<\/head>/, '').replace(/<[^>]+>/g, ' ');
  const [before = '', after = ''] = body.split(/\b[0-9A-Z]{6}\b/);
  return [before, after];
}
