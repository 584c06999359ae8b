import { expect, test } from 'vitest';
import { MAIL_FAILURES } from '../../worker/db/schema.ts';
import { failureWords } from '../../worker/routes/admin/activity/mail-failures.ts';

test.each(MAIL_FAILURES)('%s: words that fit after a colon, for either mailbox', (failure) => {
  for (const mailbox of ['contact', 'you'] as const) {
    expect(failureWords(failure, mailbox)).toMatch(/^\p{L}.*[^.;]$/u);
  }
});

test.each(MAIL_FAILURES)('%s, to the freelancer: does not say “they”', (failure) => {
  expect(failureWords(failure, 'you')).not.toMatch(/\b(they|them|their)\b/i);
});

test('words of failures: all different; for no failure: none', () => {
  const words = MAIL_FAILURES.map((failure) => failureWords(failure, 'contact'));
  expect(new Set(words).size).toBe(MAIL_FAILURES.length);
  expect(failureWords('', 'contact')).toBe('');
});
