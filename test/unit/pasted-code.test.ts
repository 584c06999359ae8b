import { expect, test } from 'vitest';
import { parseCode } from '../../worker/crypto/code.ts';

const LINK =
  'https://demo.portal.example/sign-in/link/Ab3-K9AEB4-9xYz0123456789abcdefghijklmnop-Q7RT2M';

test.each([
  ['K9AEB3'],
  ['k9a-eb3'],
  ['K 9 A E B 3'],
  ['Ｋ９ＡＥＢ３'],
  ['\u2068K9AEB3\u2069'],
  ['K9A\u200bEB3'],
  ['“K9AEB3”'],
  ['(K9AEB3)'],
  ['#K9AEB3'],
  ['Your code is K9AEB3'],
  ['Your code is K9AEB3.'],
  ['your code is k9aeb3'],
  ['Your code is: «K9A EB3»'],
  ['Your code is K 9 A E B 3'],
  ['Code: K9A-EB3.'],
  ['Code:K9AEB3'],
  ['code = K9AEB3'],
  ['CODE – K9AEB3'],
  ['Code K9AEB3'],
  ['Your code is\nK9AEB3\n'],
  ['> Your code is K9AEB3\n> '],
  ['@demo.portal.example #K9AEB3'],
  ['K9AEB3 is your code to send as hello@studio.example'],
  ['Enter K9AEB3 to sign in.'],
  ['Please type this code: K9AEB3'],
  ['ACCESS CODE: K9AEB3. It works for 10 minutes, once.'],
  ['Your code is K9AEB3. Your code is K9A-EB3.'],
  [`Sign in: ${LINK} or type K9AEB3`],
  ['Your code is K9AEB3, asked from Chrome on macOS, Lisbon, PT, on 28 November 2026 at 14:05'],
  ['Or type this code where you asked to sign in: K9AEB3 Button and code work for 10 minutes'],
])('%j: the code in it', (pasted) => {
  expect(parseCode(pasted)).toBe('K9AEB3');
});

// about one code in ten has no digit
test.each([
  ['Your code is XKQWRT'],
  ['your code is xkqwrt'],
  ['Code: XKQ-WRT'],
  ['XKQWRT is your code to get replies at hello@studio.example'],
  ['Please type the number XKQWRT'],
  ['@demo.portal.example #XKQWRT'],
])('%j: the code without a digit', (pasted) => {
  expect(parseCode(pasted)).toBe('XKQWRT');
});

test.each([
  ['nothing', ''],
  ['two codes', 'K9AEB3 M2PQ7R'],
  ['two codes that are named', 'Your code is K9AEB3\nYour code is M2PQ7R'],
  ['a code that is named and another one', 'Your code is K9AEB3, not M2PQ7R'],
  ['two codes without digits', 'XKQWRT or BCDFGH'],
  ['a word and a code without digits', 'SECRET XKQWRT'],
  ['a code in a link', LINK],
  ['a code in an address', 'K9AEB3@demo.example'],
  ['words', 'Please type the number from the email'],
  ['words of six letters', 'please number secret'],
  ['five characters of it', 'Your code is K9AEB'],
  ['seven characters', 'Your code is K9AEB37'],
  ['a part of a longer word', 'Your code is xK9AEB3x'],
  ['a part of a longer number', 'No. 1234567890'],
  ['a part of an identifier', '6f1c-K9AEB3-77aa'],
  ['a date', 'Asked on 23-11-26'],
  ['a letter of another script', 'Your code is K9AEB\u0417'],
  ['more than a mail has', `Your code is K9AEB3${' '.repeat(4000)}`],
])('%s: no code', (_what, pasted) => {
  expect(parseCode(pasted)).toBeNull();
});
