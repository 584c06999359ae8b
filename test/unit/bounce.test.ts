import { expect, test } from 'vitest';
import { deliveryFailure } from '../../worker/mail-services/mailchannels/failure-codes.ts';

test.each([
  ['5.1.1', '', 'no-mailbox'],
  ['5.1.2', '', 'no-mail-server'],
  ['5.1.10', '', 'domain-takes-no-mail'],
  ['5.2.1', '', 'mailbox-disabled'],
  ['5.2.2', '', 'mailbox-full'],
  ['5.2.999', '', 'mailbox-closed'],
  ['4.4.1', '', 'server-unreachable'],
  ['5.7.26', '', 'unwanted'],
  ['550 5.7.1', '', 'unwanted'],
  ['550', '550-5.1.1 no such user', 'no-mailbox'],
  ['552', 'over quota', 'mailbox-full'],
  ['553', '', 'no-mailbox'],
  ['550', 'no', 'rejected'],
  ['5.9.9', '', 'rejected'],
  ['', 'connect to 192.5.1.1 failed', 'rejected'],
  ['', '5.1.1.9 said no', 'rejected'],
  ['', 'it said 5.2.2.', 'mailbox-full'],
  ['', '', 'rejected'],
])('bounced with %j %j: %s', (status, reason, failure) => {
  expect(deliveryFailure('bounced', { status, reason })).toBe(failure);
});

test('words of a mail server: never part of a failure', () => {
  const said = { status: 'UPSTREAM 5.1.1', reason: 'UPSTREAM <b>words</b>' };
  for (const status of ['delivered', 'bounced', 'delayed', 'suppressed', 'complained'] as const) {
    expect(deliveryFailure(status, said) ?? '').not.toMatch(/UPSTREAM|<|words/);
  }
});
