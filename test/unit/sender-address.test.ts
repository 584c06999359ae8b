import { describe, expect, test } from 'vitest';
import { usabilityOf } from '../../worker/senders/usability.ts';
import { parseEmail } from '../../worker/values/email-address.ts';

const OWN = { mailFrom: 'portal@Mail.Latchkey.example', rootDomain: 'clientportal.example:8787' };

async function judge(address: string, hasDomains = true) {
  const email = parseEmail(address);
  if (email === null) throw new Error(`no address: ${address}`);
  return usabilityOf(email, OWN, hasDomains);
}

describe('an address to send from', () => {
  test.each([
    'hello@studio.example',
    'me@mail.studio.example',
    'x@notgmail.com',
    'x@gmail.com.evil.test',
    'hello@example.com',
    'hello@yourdomain.com',
  ])('%s: can be sent from', async (address) => {
    expect(await judge(address)).toEqual({ use: 'from' });
    expect(await judge(address, false)).toEqual({ use: 'reply-to', why: 'no-domains' });
  });

  test.each([
    ...['carla@gmail.com', 'carla@GMAIL.com', 'carla@googlemail.com', 'carla@outlook.com'],
    ...['carla@hotmail.co.uk', 'carla@icloud.com', 'carla@proton.me', 'carla@pm.me'],
    ...['carla@yahoo.co.uk', 'carla@gmx.de', 'carla@web.de', 'carla@fastmail.com'],
    ...['carla@tutanota.com', 'carla@aol.com', 'carla@mail.ru', 'carla@qq.com'],
  ])('%s: for replies only', async (address) => {
    for (const hasDomains of [true, false]) {
      expect(await judge(address, hasDomains)).toEqual({ use: 'reply-to', why: 'free-mail' });
    }
  });

  test.each([
    'portal@mail.latchkey.example',
    'other@mail.latchkey.example',
    'x@below.mail.latchkey.example',
    'x@clientportal.example',
    'x@demo.clientportal.example',
    'x@CLIENTPORTAL.example',
  ])('%s: of the platform, so refused', async (address) => {
    expect(await judge(address)).toEqual({ use: 'none' });
  });

  test.each(['x@latchkey.example', 'x@myclientportal.example', 'x@clientportal.example.test'])(
    '%s: only looks like the platform’s',
    async (address) => {
      expect(await judge(address)).toEqual({ use: 'from' });
    },
  );
});
