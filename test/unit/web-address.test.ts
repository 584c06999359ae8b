import { describe, expect, test } from 'vitest';
import { withoutInvisible } from '../../worker/values/invisible.ts';
import { unlinked, wholeLine } from '../../worker/values/plain-text.ts';
import { webAddressIn } from '../../worker/values/web-address.ts';

// attack row 38
const ADDRESSES: Record<string, string[]> = {
  'a scheme': [
    'Claim $500: https://evil.example',
    'hxxps://evil',
    'hxxp:evil',
    'h**p://x',
    'http:/evil',
    'https//evil',
    'mailto:a',
    'javascript:alert',
    'https∶//evil',
    'http://3232235777',
  ],
  'a domain': [
    'evil.example',
    'EVIL.COM',
    'Evil.Com.',
    'www.evil',
    'bit.ly',
    't.me',
    'T.Me',
    'x.com',
    'will.i.am',
    'evil.example/claim',
    'evil.example:8080',
    'Pay now (evil.example)!',
    'evil.co.uk',
    'evil.monster',
    'my_evil.example',
    'Booking.com GmbH',
    'ASP.NET Experts',
    'Dr.Evil.com',
    'Mr.Design',
    'Node.js/claim',
    'evil.c0m',
  ],
  'a domain in another script': [
    'пример.рф',
    '例え.テスト',
    'i❤.ws',
    'xn--evl-zma',
    'Müller.Design',
  ],
  'a domain with other dots': [
    'evil。example',
    'evil．example',
    'evil｡example',
    'evil․example',
    'evil﹒example',
    'evil·com',
    'ｅｖｉｌ．ｃｏｍ',
    '𝐞𝐯𝐢𝐥.𝐜𝐨𝐦',
  ],
  'a domain taken apart': [
    'evil .example',
    'evil . example',
    'evil. example',
    'evil. Com',
    'evil[.]example',
    'evil(.)example',
    'evil [dot] example',
    'evil(dot)com',
    'Claim at evil dot com now',
    'evil\\.com',
    'evil\t.\u00a0example',
    'evil\u2028.example',
  ],
  'a domain with something invisible inside': [
    'evil\u200b.example',
    'evi\u00adl.exam\u200dple',
    'e\u2060vil.com',
    'evil.\u202eexample',
    'evil\u2800.example',
    'evil.\u{e0041}com',
  ],
  'an email address': ['x@evil.example', 'claim (at) evil.example', 'user@[10.0.0.1]'],
  'an IP address': ['192.168.0.1', '10[.]0[.]0[.]1', '0xC0.0xA8.0x00.0x01', '2001:db8::1', '[::1]'],
};

describe.each(Object.entries(ADDRESSES))('webAddressIn: %s', (_what, names) => {
  test.each(names)('%j: found', (name) => {
    expect(webAddressIn(name)).not.toBeNull();
    expect(webAddressIn(`Claim ${name} now`)).not.toBeNull();
  });
});

const HONEST = [
  ...['Acme Inc.', 'Acme Inc. Design', 'Inc./Ltd.', 'St. Mary', 'St.Gallen', 'St.-Pauli Studio'],
  ...[
    'J.R. Smith',
    'J.R.Smith',
    'J.Smith',
    'S.Oliver',
    'A.B.C. Design',
    'N.Y.C. Studio',
    'L.A. Story',
  ],
  ...[
    'No. 5',
    'No.5',
    'Studio 1.5',
    'Web 2.0',
    'v2.0 Labs',
    '3.14 Design',
    '24.12.2026',
    '1.FC Köln',
  ],
  ...['Dr.Web', 'Dr.med.Müller', 'Dr. med. Müller', 'Prof.Meier', 'Dipl.-Ing. Weber', 'Anna M.Sc.'],
  ...[
    'Node.js Consulting',
    'Vue.js & D3.js',
    '.NET Consulting',
    'Senior .NET Developers',
    'C++',
    'C#',
  ],
  ...[
    'Müller GmbH & Co. KG',
    'Müller GmbH & Co.KG',
    'S.p.A.',
    'Sp. z o.o.',
    'd.o.o.',
    'e.V.',
    'E.ON',
  ],
  ...[
    'Wait...What Studio',
    'Hello… World',
    'Yahoo!',
    'Design @ Work',
    'AC/DC',
    '24/7 Support',
    '№5',
  ],
  ...['Maren & Söhne', 'Studio·Nord', '日本デザイン。', '中村・デザイン', 'د.محمد', 'ד.כהן'],
  ...[
    'The Dot Studio',
    'Polka Dot Design',
    'Design: Lab',
    'Code::Blocks',
    'Cafe::Bar',
    '16:9',
    '...',
    '',
  ],
];

test.each(HONEST)('webAddressIn: none in the honest name %j', (name) => {
  expect(webAddressIn(name)).toBeNull();
});

test('webAddressIn: what it found, as it is understood', () => {
  expect(webAddressIn('Claim at evil [.] example/now, today')).toBe('evil.example/now,');
  expect(webAddressIn('Go to HTTPS://evil')).toBe('HTTPS://evil');
});

// attack row 40
test('webAddressIn: a text longer than any name is not looked through', () => {
  for (const text of [' '.repeat(16_000), '\u0301'.repeat(16_000), 'a.'.repeat(16_000)]) {
    expect(webAddressIn(text)).toBe(text);
  }
});

test.each([
  'a\u200bb',
  'a\u200db',
  'a\u00adb',
  'a\u3164',
  '\ufeffab',
  'a\u2060b',
  'a\u{e0041}b',
  'a\ufe0fb',
])('withoutInvisible: %j loses what shows nothing', (text) => {
  expect(withoutInvisible(text)).toMatch(/^ab?$/);
  expect(wholeLine(text)).toMatch(/^ab?$/);
});

test.each(['Studio ❤️', '👩🏽‍🎨 Studio', '🏳️‍🌈', '1️⃣', 'علی‌رضا', 'क्‍ष', '葛\u{e0100}城', 'Zoë'])(
  'withoutInvisible: %j keeps what its writing needs',
  (text) => {
    expect(withoutInvisible(text)).toBe(text);
  },
);

test('unlinked: nothing that a mail program would make a link of', () => {
  const text = unlinked('See https://evil.example/a.b, www.evil or a@evil.example. Done. No. 5');
  expect(text).not.toMatch(/:\/\/|www\.\w|\w\.example|a@e/);
  expect(text).toMatch(/example\. Done\. No\. 5$/);
  expect(text.replaceAll('\u200c', '')).toContain('https://evil.example/a.b, www.evil or a@evil');
});
