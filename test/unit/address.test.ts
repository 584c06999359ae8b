import { expect, test } from 'vitest';
import {
  maskEmail,
  parseEmail,
  readable,
  readableAndExact,
} from '../../worker/values/email-address.ts';

test.each([
  ['carla@acme.example', 'carla@acme.example', 'carla@acme.example'],
  ['  carla@acme.example\n', 'carla@acme.example', 'carla@acme.example'],
  // the local part is mailed as it was typed; case does not count in the key
  ['Carla.Client@ACME.Example', 'Carla.Client@acme.example', 'carla.client@acme.example'],
  // dots and plus make different addresses, because only the mailbox's owner knows whether they are one
  ['c.a.r.l.a@acme.example', 'c.a.r.l.a@acme.example', 'c.a.r.l.a@acme.example'],
  ['carla+portal@acme.example', 'carla+portal@acme.example', 'carla+portal@acme.example'],
  ["o'brien@acme.example", "o'brien@acme.example", "o'brien@acme.example"],
  [
    "!#$%&'*+/=?^_`{|}~-@a.example",
    "!#$%&'*+/=?^_`{|}~-@a.example",
    "!#$%&'*+/=?^_`{|}~-@a.example",
  ],
  ['carla@bücher.example', 'carla@xn--bcher-kva.example', 'carla@xn--bcher-kva.example'],
  ['carla@BÜCHER.example', 'carla@xn--bcher-kva.example', 'carla@xn--bcher-kva.example'],
  ['carla@xn--bcher-kva.example', 'carla@xn--bcher-kva.example', 'carla@xn--bcher-kva.example'],
  ['carla@a-b.co.uk', 'carla@a-b.co.uk', 'carla@a-b.co.uk'],
  ['1@2.example', '1@2.example', '1@2.example'],
  // the mobile carriers of Japan gave such addresses out
  ['foo..bar@docomo.ne.jp', 'foo..bar@docomo.ne.jp', 'foo..bar@docomo.ne.jp'],
  ['Foo.@DOCOMO.ne.jp', 'Foo.@docomo.ne.jp', 'foo.@docomo.ne.jp'],
  ['.foo@ezweb.ne.jp', '.foo@ezweb.ne.jp', '.foo@ezweb.ne.jp'],
  ['foo...@softbank.ne.jp', 'foo...@softbank.ne.jp', 'foo...@softbank.ne.jp'],
  ['a..b-@t.vodafone.ne.jp', 'a..b-@t.vodafone.ne.jp', 'a..b-@t.vodafone.ne.jp'],
  [
    `${'l'.repeat(64)}@acme.example`,
    `${'l'.repeat(64)}@acme.example`,
    `${'l'.repeat(64)}@acme.example`,
  ],
])('parseEmail of %j: address %j, key %j', (typed, address, key) => {
  expect(parseEmail(typed)).toEqual({ address, key });
});

test.each([
  ['nothing', ''],
  ['spaces', '   '],
  ['no at', 'carla'],
  ['no local part', '@acme.example'],
  ['no domain', 'carla@'],
  ['two ats', 'carla@evil.example@acme.example'],
  ['a host without a dot', 'carla@localhost'],
  ['a list', 'carla@acme.example,eve@evil.example'],
  ['a list with a semicolon', 'carla@acme.example;eve@evil.example'],
  ['a list with a space', 'carla@acme.example eve@evil.example'],
  ['a line break', 'carla@acme.example\r\nBcc: eve@evil.example'],
  ['a line break in front', 'eve@evil.example\ncarla@acme.example'],
  ['a display name', 'Carla <carla@acme.example>'],
  ['angle brackets', '<carla@acme.example>'],
  ['a group', 'friends: carla@acme.example;'],
  ['a comment', 'carla(eve@evil.example)@acme.example'],
  ['a comment behind', 'carla@acme.example (Carla)'],
  ['a quoted local part', '"carla"@acme.example'],
  ['a quoted list', '"eve@evil.example,carla"@acme.example'],
  ['an encoded word', '=?utf-8?q?car la?=@acme.example'],
  ['a mailto', 'mailto:carla@acme.example?bcc=eve@evil.example'],
  ['a NUL', 'carla\u0000@acme.example'],
  ['a zero-width space', 'carla\u200b@acme.example'],
  ['a zero-width joiner in the domain', 'carla@ac\u200dme.example'],
  ['a soft hyphen in the domain', 'carla@ac\u00adme.example'],
  ['a bidi mark', '\u202ecarla@acme.example'],
  ['U+FF20 for at', 'carla\uff20acme.example'],
  ['U+FF20 beside an at', 'eve@evil.example\uff20acme.example'],
  ['U+212A for k', 'car\u212aa@acme.example'],
  ['U+212A in the domain', 'carla@\u212aacme.example'],
  ['full-width letters in the domain', 'carla@\uff41cme.example'],
  ['an ideographic full stop', 'carla@acme\u3002example'],
  ['a one dot leader', 'carla@acme\u2024example'],
  ['a Cyrillic local part', 'c\u0430rla@acme.example'],
  ['an accent in the local part', 'zoë@acme.example'],
  ['a decomposed accent in the domain', 'carla@bu\u0308cher.example'],
  ['an IP address', 'carla@127.0.0.1'],
  ['an IP literal', 'carla@[127.0.0.1]'],
  ['a decimal IP address', 'carla@2130706433'],
  ['a hexadecimal IP address', 'carla@0x7f.1'],
  ['a port', 'carla@acme.example:25'],
  ['a path', 'carla@acme.example/x'],
  ['a fragment', 'carla@acme.example#x'],
  ['a percent-encoding', 'carla@acme%2eexample'],
  ['a backslash', 'carla\\@acme.example'],
  ['two dots at another domain of Japan', 'foo..bar@example.ne.jp'],
  ['two dots below the domain of a carrier', 'foo..bar@evil.docomo.ne.jp'],
  ['only dots at a carrier', '...@docomo.ne.jp'],
  ['a list at a carrier', 'foo.,bar@docomo.ne.jp'],
  ['a quoted local part at a carrier', '"foo..bar"@docomo.ne.jp'],
  ['an address behind 1,000 spaces', `${' '.repeat(1000)}carla@acme.example`],
  ['a dot in front', '.carla@acme.example'],
  ['a dot behind', 'carla.@acme.example'],
  ['two dots', 'car..la@acme.example'],
  ['two dots in the domain', 'carla@acme..example'],
  ['a dot before the domain', 'carla@.acme.example'],
  ['a dot after the domain', 'carla@acme.example.'],
  ['a hyphen before a label', 'carla@-acme.example'],
  ['a hyphen after a label', 'carla@acme-.example'],
  ['an underscore in the domain', 'carla@ac_me.example'],
  ['a local part of 65', `${'l'.repeat(65)}@acme.example`],
  ['a label of 64', `carla@${'d'.repeat(64)}.example`],
  ['255 characters', `carla@${`${'d'.repeat(60)}.`.repeat(4)}example`.padEnd(255, 'e')],
  ['a megabyte', `${'a'.repeat(1_000_000)}@acme.example`],
])('parseEmail, %s: null', (_why, typed) => {
  expect(parseEmail(typed)).toBeNull();
});

test('maskEmail: the first letter and the domain', () => {
  expect(maskEmail('carla@acme.example')).toBe('c***@acme.example');
  expect(maskEmail('c@acme.example')).toBe('c***@acme.example');
});

test.each([
  ['ana@xn--mller-design-dlb.example', 'ana@müller-design.example'],
  ['ana@mail.xn--mller-design-dlb.example', 'ana@mail.müller-design.example'],
  ['ana@studio.example', 'ana@studio.example'],
  // punycode that stands for nothing, or for another domain: unchanged
  ['ana@xn--zzzz9999999.example', 'ana@xn--zzzz9999999.example'],
  ['ana@xn--a.example', 'ana@xn--a.example'],
  ['no address', 'no address'],
  ['', ''],
])('readable of %j: %j', (address, words) => {
  expect(readable(address)).toBe(words);
  expect(readableAndExact(address)).toBe(words === address ? words : `${words} (${address})`);
});
