import { beforeEach, describe, expect, test } from 'vitest';
import {
  ACTIVITY,
  CARD,
  detailOf,
  enterActivity,
  enterMail,
  migrate,
  readPage,
  reasonOf,
  resetToSentences,
} from '../../support/migration-codes.ts';

const OPERATOR = 'whoever runs Latchkey for you';
const NOT_KEPT = 'it could not be kept for another try';
const GOES_ON = 'the mail service goes on trying for a while';

/** Every sentence of why a mail did not leave, as earlier versions stored it, and its code. */
const NOT_SENT = [
  ['the mail service could not be reached', 'unreachable'],
  ['the mail service did not answer in time', 'timeout'],
  ['the mail service has trouble of its own', 'service-error'],
  ['the mail service takes no more mail for the moment', 'rate-limited'],
  [
    `the mail service takes no more mail today; if it happens again, ${OPERATOR} has to raise the limit there`,
    'quota',
  ],
  ['the mail service answered something unexpected', 'unclear'],
  ['the mail service could not pass the mail on', 'undelivered'],
  [
    `the mail service does not let this portal send; ${OPERATOR} has to look at its mail settings`,
    'sender-refused',
  ],
  [
    `the mail service no longer mails this address, because mails to it came back or were called spam; ask them for another address, or ${OPERATOR} to have it allowed again`,
    'suppressed',
  ],
  [`the mail service did not accept the mail; ${OPERATOR} finds its answer in the log`, 'refused'],
  ['Latchkey’s own storage did not answer', 'storage-down'],
  [NOT_KEPT, 'queue-down'],
  ['sending was cut off; they can ask again', 'cut-off'],
] as const;

/** The same of a mail that nobody needed any more. */
const DROPPED = [
  ['asked again since', 'superseded'],
  ['signed in, switched off or changed meanwhile', 'no-longer-needed'],
] as const;

/** What pages say today in place of words that earlier versions stored. */
const TODAY = [
  [OPERATOR, 'the person who runs Latchkey for you'],
  ['asked again since', 'they asked for a newer link'],
  [
    'signed in, switched off or changed meanwhile',
    'the contact signed in, lost access or changed in the meantime',
  ],
] as const;

function wordsToday(stored: string): string {
  return TODAY.reduce((words, [before, now]) => words.replaceAll(before, now), stored);
}

/** The same of a mail that its recipient's server did not take. */
const NOT_TAKEN = [
  ['there is no such mailbox', 'no-mailbox'],
  ['there is no mail server at that domain', 'no-mail-server'],
  ['that domain takes no mail', 'domain-takes-no-mail'],
  ['the mailbox is switched off', 'mailbox-disabled'],
  ['the mailbox is full', 'mailbox-full'],
  ['the mailbox takes no mail', 'mailbox-closed'],
  ['their mail server can’t take it', 'server-unable'],
  ['their mail server could not be reached', 'server-unreachable'],
  ['their mail server refused it as unwanted', 'unwanted'],
] as const;

/** Sentences of versions before, which say the same as a later one. */
const EARLIER = [
  ['the mail service takes no more mail today', 'quota'],
  [
    'the mail service does not let us send: its key or the sender’s address needs a look',
    'sender-refused',
  ],
  [
    'the mail service no longer mails this address: mails to it bounced or were called spam',
    'suppressed',
  ],
  ['the mail service did not accept the mail', 'refused'],
  ['sending was cut off, and nobody knows whether it left; they can ask again', 'cut-off'],
  ['a sentence that nobody wrote', 'unclear'],
] as const;

beforeEach(resetToSentences);

describe('the migrated reason of a failed mail', () => {
  test('every sentence in the table of mails: its code', async () => {
    const all = [...NOT_SENT, ...DROPPED, ...NOT_TAKEN, ...EARLIER];
    const ids = [];
    for (const [sentence] of all) ids.push(await enterMail('failed', sentence));
    const both = await enterMail('failed', `the mail service did not answer in time; ${NOT_KEPT}`);
    const none = await enterMail('accepted', '');
    await migrate();
    expect(await Promise.all(ids.map(reasonOf))).toEqual(all.map(([, code]) => code));
    expect(await reasonOf(both)).toBe('queue-down');
    expect(await reasonOf(none)).toBe('');
  });

  test('a failed mail of a contact: its words are the same as before', async () => {
    const ids = [];
    for (const [reason] of NOT_SENT) {
      ids.push(await enterActivity('link_failed', { reason, tries: 1 }));
    }
    const owner = await migrate();
    expect(await Promise.all(ids.map(detailOf))).toEqual(
      NOT_SENT.map(([, failure]) => ({ failure, tries: 1, mail: 'sign-in' })),
    );
    const [card, activity] = [await readPage(owner, CARD), await readPage(owner, ACTIVITY)];
    for (const [sentence] of NOT_SENT) {
      expect(card).toContain(wordsToday(sentence));
      expect(activity).toContain(wordsToday(sentence));
    }
    expect(await readPage(owner, '/w/demo')).toContain(
      'A sign-in mail could not be sent: the mail service could not be reached.',
    );
  });

  test('a sentence of an earlier version: the later code; an unknown one: unclear', async () => {
    const ids = [];
    for (const [reason] of EARLIER) {
      ids.push(await enterActivity('link_failed', { reason, tries: 3 }));
    }
    const owner = await migrate();
    expect(await Promise.all(ids.map(detailOf))).toEqual(
      EARLIER.map(([, failure]) => ({ failure, tries: 3, mail: 'sign-in' })),
    );
    expect(await readPage(owner, CARD)).not.toContain('a sentence that nobody wrote');
  });

  test.each(NOT_SENT.slice(0, 7))('%s, and not queued: both codes', async (why, code) => {
    const id = await enterActivity('link_failed', { reason: `${why}; ${NOT_KEPT}`, tries: 2 });
    const owner = await migrate();
    expect(await detailOf(id)).toEqual({
      failure: 'queue-down',
      after: code,
      tries: 2,
      mail: 'sign-in',
    });
    expect(await readPage(owner, CARD)).toContain(`${wordsToday(why)}; ${NOT_KEPT}`);
  });

  test('a failed notice: recorded as about a password', async () => {
    const reason = 'the mail service did not answer in time';
    const one = await enterActivity('notice_failed', { reason, tries: 2 });
    const other = await enterActivity('notice_failed', { reason: `${reason}; ${NOT_KEPT}` });
    const owner = await migrate();
    expect(await detailOf(one)).toEqual({ failure: 'timeout', tries: 2, mail: 'password' });
    expect(await detailOf(other)).toMatchObject({ failure: 'queue-down', mail: 'password' });
    expect(await readPage(owner, CARD)).toContain(
      `The notice about the password could not be sent: ${reason}; given up after 2 tries`,
    );
  });

  test('a dropped mail: its words are the same as before', async () => {
    for (const [sentence] of DROPPED) await enterMail('dropped', sentence);
    const card = await readPage(await migrate(), CARD);
    for (const [sentence] of DROPPED) {
      expect(card).toContain(`The mail was no longer needed: ${wordsToday(sentence)}`);
    }
  });
});

describe('a migrated event of the mail service', () => {
  test.each([
    [
      'mail_bounced',
      'came back',
      [...NOT_TAKEN, ['their mail server did not take it', 'rejected']],
    ],
    [
      'mail_suppressed',
      'was held back by the mail service',
      [
        ...NOT_TAKEN,
        ['mails to this address came back before, or were called spam', 'returned-before'],
      ],
    ],
    [
      'mail_complained',
      'was called spam',
      [['by them or by their mail program', 'marked-as-spam']],
    ],
  ])(
    '%s: every sentence has its code, and the same words as before',
    async (kind, title, sentences) => {
      const ids = [];
      for (const [reason] of sentences) {
        ids.push(await enterActivity(kind, { reason, mail: 'password' }));
      }
      const owner = await migrate();
      expect(await Promise.all(ids.map(detailOf))).toEqual(
        sentences.map(([, failure]) => ({ failure, mail: 'password' })),
      );
      const [card, activity] = [await readPage(owner, CARD), await readPage(owner, ACTIVITY)];
      for (const [sentence] of sentences) {
        const line = `The notice about the password ${title}: ${sentence}`;
        expect(card).toContain(line);
        expect(activity.toLowerCase()).toContain(line.toLowerCase());
      }
    },
  );

  test('mail_delayed: the row no longer says “goes on trying”; the page does', async () => {
    const sentences = [...NOT_TAKEN, ['it did not say why', 'no-reason']];
    const ids = [];
    for (const [why] of sentences) {
      ids.push(await enterActivity('mail_delayed', { reason: `${why}; ${GOES_ON}` }));
    }
    const owner = await migrate();
    expect(await Promise.all(ids.map(detailOf))).toEqual(
      sentences.map(([, failure]) => ({ failure, mail: 'sign-in' })),
    );
    const card = await readPage(owner, CARD);
    for (const [why] of sentences) {
      expect(card).toContain(`The mail has to wait at their mail server: ${why}; ${GOES_ON}`);
    }
  });
});
