import { expect, test } from 'vitest';
import { reasonOf } from '../../worker/mail-services/mailchannels/failure-codes.ts';

test.each([
  ['5.1.1', '', 'there is no such mailbox'],
  ['5.1.2', '', 'there is no mail server at that domain'],
  ['5.1.10', '', 'that domain takes no mail'],
  ['5.2.1', '', 'the mailbox is switched off'],
  ['5.2.2', '', 'the mailbox is full'],
  ['5.2.999', '', 'the mailbox takes no mail'],
  ['4.4.1', '', 'their mail server could not be reached'],
  ['5.7.26', '', 'their mail server refused it as unwanted'],
  ['550 5.7.1', '', 'their mail server refused it as unwanted'],
  ['550', '550-5.1.1 no such user', 'there is no such mailbox'],
  ['552', 'over quota', 'the mailbox is full'],
  ['553', '', 'there is no such mailbox'],
  ['550', 'no', 'their mail server did not take it'],
  ['5.9.9', '', 'their mail server did not take it'],
  ['', 'connect to 192.5.1.1 failed', 'their mail server did not take it'],
  ['', '5.1.1.9 said no', 'their mail server did not take it'],
  ['', 'it said 5.2.2.', 'the mailbox is full'],
  ['', '', 'their mail server did not take it'],
])('bounced with %j %j: %s', (status, reason, words) => {
  expect(reasonOf('bounced', { status, reason })).toBe(words);
});

test('no fate ever says what a mail server said', () => {
  const said = { status: 'UPSTREAM 5.1.1', reason: 'UPSTREAM <b>words</b>' };
  for (const fate of ['delivered', 'bounced', 'delayed', 'suppressed', 'complained'] as const) {
    expect(reasonOf(fate, said)).not.toMatch(/UPSTREAM|<|words/);
  }
});
