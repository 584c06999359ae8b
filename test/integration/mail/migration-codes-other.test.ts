import { beforeEach, describe, expect, test } from 'vitest';
import { rows } from '../../support/database.ts';
import {
  ACTIVITY,
  CARD,
  detailOf,
  enterActivity,
  migrate,
  readPage,
  resetToSentences,
} from '../../support/migration-codes.ts';

beforeEach(resetToSentences);

describe('the migrated cause of a broken sender', () => {
  const NAMES = { spf: 'SPF', dkim: 'DKIM', 'domain-lockdown': 'lock-down', mx: 'MX' };
  const records = Object.keys(NAMES);
  /** All combinations of records that could be wrong. */
  const SETS = Array.from({ length: 15 }, (_, bits) =>
    records.filter((_record, at) => (bits + 1) & (1 << at)),
  );

  test('a refusal, or any set of wrong records: its code, in the same words', async () => {
    const address = 'hello@studio.example';
    const reason = 'the mail service refused mail from it';
    const refused = await enterActivity('sender_broken', { address, reason });
    const none = await enterActivity('sender_broken', { address, reason: '' });
    const wrong: { id: string; set: string[]; sentence: string }[] = [];
    for (const set of SETS) {
      const names = set.map((record) => NAMES[record as keyof typeof NAMES]).join(', ');
      const sentence = `its DNS records are no longer right (${names})`;
      const id = await enterActivity('sender_broken', { address, reason: sentence });
      wrong.push({ id, set, sentence });
    }
    const early = await enterActivity('sender_broken', {
      address,
      reason: 'its DNS records are no longer right: DKIM',
    });
    const owner = await migrate();
    expect(await detailOf(refused)).toEqual({ address, cause: 'refused' });
    expect(await detailOf(none)).toEqual({ address, cause: 'records', records: [] });
    expect(await detailOf(early)).toEqual({ address, cause: 'records', records: ['dkim'] });
    for (const { id, set } of wrong) {
      expect(await detailOf(id)).toEqual({ address, cause: 'records', records: set });
    }
    const page = await readPage(owner, ACTIVITY);
    expect(page).toContain(`Mail no longer leaves from ${address}: ${reason}`);
    for (const { sentence } of wrong) {
      expect(page).toContain(sentence.replace('lock-down', 'Domain Lockdown'));
    }
  });
});

test('the location of a sign-in or an opened link: a new name, the same words', async () => {
  const where = { device: 'Firefox on Windows', place: 'Lisbon, PT' };
  const signedIn = await enterActivity('signed_in', { method: 'code', ...where });
  const opened = await enterActivity('link_opened', where);
  const nowhere = await enterActivity('signed_in', { method: 'link', device: 'Chrome', place: '' });
  const owner = await migrate();
  const moved = { device: 'Firefox on Windows', location: 'Lisbon, PT' };
  expect(await detailOf(signedIn)).toEqual({ method: 'code', ...moved });
  expect(await detailOf(opened)).toEqual(moved);
  expect(await detailOf(nowhere)).toEqual({ method: 'link', device: 'Chrome', location: '' });
  const card = await readPage(owner, CARD);
  expect(card).toContain('Signed in by code: Firefox on Windows, Lisbon, PT');
  expect(card).toContain('Opened the link in another browser: Firefox on Windows, Lisbon, PT');
  expect(await readPage(owner, '/w/demo')).toContain('Firefox on Windows, Lisbon, PT');
});

test('activity without such words: unchanged', async () => {
  const kept = [
    ['link_sent', ''],
    ['access_off', '{"sessions":2,"links":1}'],
    ['sender_verified', '{"address":"a@b.example","instead":""}'],
    ['link_failed', 'no JSON'],
  ] as const;
  const ids = [];
  for (const [kind, detail] of kept) ids.push(await enterActivity(kind, detail));
  const owner = await migrate();
  for (const [at, [, detail]] of kept.entries()) {
    const [row] = await rows('SELECT detail FROM activity WHERE id = ?', String(ids[at]));
    expect(row?.detail).toBe(detail);
  }
  expect(await readPage(owner, CARD)).toContain('Asked for a sign-in link');
  expect(await rows("SELECT 1 FROM sqlite_schema WHERE name LIKE '%failures'")).toEqual([]);
});
