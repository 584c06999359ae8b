import { describe, expect, test } from 'vitest';
import type {
  DomainVerdict,
  DomainVerdicts,
} from '../../worker/mail-services/mailchannels/domains.ts';
import { describeRecord } from '../../worker/routes/admin/settings/email/describe-records.ts';
import { NO_NOTES } from '../../worker/senders/dns/notes.ts';
import type { PublishedRecords } from '../../worker/senders/dns/published.ts';
import {
  type DnsResults,
  mergeDnsResults,
  readDnsResults,
  writeDnsResults,
} from '../../worker/senders/dns-results.ts';
import type { DomainRecord } from '../../worker/senders/records/compare.ts';
import { recordsOf } from '../../worker/senders/records/records.ts';

const KEY = `v=DKIM1; k=rsa; p=${'MIIBIjANBgkqh'.repeat(20)}`;
const OF = { domain: 'studio.example', selector: 'lkabcdefghij', dkimValue: KEY };
const RIGHT = {
  spf: ['v=spf1 include:relay.mailchannels.net ~all'],
  dkim: [KEY],
  'domain-lockdown': ['v=mc1 auth=ours'],
  dmarc: ['v=DMARC1; p=reject'],
};
const ALL = eachOf('passed');

function eachOf(verdict: DomainVerdict): DomainVerdicts {
  return { spf: verdict, dkim: verdict, 'domain-lockdown': verdict, mx: verdict };
}

type State = DomainRecord['status']['state'];

/** The records of a domain, in words. */
function described(of: Parameters<typeof recordsOf>[0], results: Parameters<typeof recordsOf>[2]) {
  return recordsOf(of, 'ours', results).map(describeRecord);
}

/** One record in words, when the mail service gives all records this verdict and what else is published is right. */
function one(
  key: DomainRecord['key'],
  verdict: DomainVerdict | null,
  published: Partial<PublishedRecords>,
  of: typeof OF | { domain: string; selector: string; dkimValue: null } = OF,
) {
  const verdicts = verdict === null ? null : { ...eachOf(verdict), mx: 'passed' as const };
  const results = { published: { ...RIGHT, ...published }, verdicts };
  const found = described(of, results).find((record) => record.key === key);
  if (found === undefined) throw new Error(`no record ${key}`);
  return found;
}

test('before the first check: names and values; no record is right or wrong', () => {
  const records = described(OF, readDnsResults(''));
  expect(records.map(({ name, value, state }) => [name, value, state])).toEqual([
    ['studio.example', 'v=spf1 include:relay.mailchannels.net ~all', 'unknown'],
    ['lkabcdefghij._domainkey.studio.example', KEY, 'unknown'],
    ['_mailchannels.studio.example', 'v=mc1 auth=ours', 'unknown'],
    ['_dmarc.studio.example', 'v=DMARC1; p=none;', 'unknown'],
  ]);
});

test('all verdicts passed: all records are right, whatever DNS answered', () => {
  const unknown = { spf: null, dkim: null, 'domain-lockdown': null, dmarc: ['v=DMARC1; p=none'] };
  for (const published of [RIGHT, unknown]) {
    const records = described(OF, { published, verdicts: ALL });
    expect(records.map(({ state }) => state)).toEqual(['right', 'right', 'right', 'right']);
  }
});

test('an SPF record that passes in another way: its own value stays', () => {
  const own = 'v=spf1 include:spf.studio.example -all';
  expect(one('spf', 'passed', { spf: [own] })).toMatchObject({ state: 'right', value: own });
});

describe('SPF', () => {
  test.each<[string, DomainVerdict | null, string[] | null, State, RegExp]>([
    ['none', 'failed', [], 'missing', /Not there yet/],
    ['without us', 'failed', ['v=spf1 mx -all'], 'wrong', /does not name our mail service/],
    ['two', 'failed', ['v=spf1 mx', 'v=spf1 a'], 'wrong', /several SPF records.*counts as none/],
    ['right, not seen yet', 'failed', RIGHT.spf, 'unknown', /does not see it yet/],
    ['right, no answer', null, RIGHT.spf, 'unknown', /could not say just now/],
    ['right, unsure', 'unknown', RIGHT.spf, 'unknown', /could not say just now/],
    ['DNS silent', null, null, 'unknown', /could not look this up.*add “include:relay/],
    ['DNS silent, refused', 'failed', null, 'wrong', /does not accept what is there/],
    ['anybody', 'passed', ['v=spf1 +all'], 'right', /lets anybody send as you/],
    [
      'too many look-ups',
      'failed',
      [`v=spf1 ${Array.from({ length: 11 }, (_, n) => `include:${n}.example`).join(' ')} -all`],
      'wrong',
      /More than 10 look-ups/,
    ],
  ])('%s: shown with its state and words', (_what, verdict, spf, state, words) => {
    const record = one('spf', verdict, { spf });
    expect(record).toMatchObject({ state, words: expect.stringMatching(words) });
  });
});

describe('MX', () => {
  test.each<[DomainVerdict, State[], RegExp]>([
    ['failed', ['missing'], /takes no mail: it has neither an MX nor an A record/],
    ['unknown', ['unknown'], /could not say just now whether your domain takes mail/],
    ['passed', [], /^$/],
  ])('%s: a record without a value, or none; SPF stays as it is', (said, states, words) => {
    const verdicts = { ...ALL, mx: said };
    const records = described(OF, { published: RIGHT, verdicts });
    const found = records.filter(({ key }) => key === 'mx');
    expect(found.map(({ state, value }) => [state, value])).toEqual(
      states.map((state) => [state, '']),
    );
    expect(found.map((record) => record.words).join()).toMatch(words);
    expect(records[0]).toMatchObject({ key: 'spf', state: 'right', words: 'In place.' });
  });
});

describe('DKIM', () => {
  test.each<[string, DomainVerdict, string[], State, RegExp]>([
    ['none', 'failed', [], 'missing', /Not there yet/],
    ['another', 'failed', ['v=DKIM1; p=AAAA'], 'wrong', /Another value is there/],
    ['cut off', 'failed', [KEY.slice(0, 200)], 'wrong', /The end of it is missing/],
    ['quoted', 'failed', [`"${KEY}"`], 'wrong', /quotation marks/],
    ['twice', 'failed', [KEY, 'v=DKIM1; p=AAAA'], 'wrong', /several/],
    [
      'broken by spaces, not seen yet',
      'failed',
      [KEY.replace('qh', 'qh ')],
      'unknown',
      /not see it/,
    ],
    ['revoked', 'failed', ['v=DKIM1; p='], 'wrong', /Another value/],
  ])('%s: shown with its state and words', (_what, verdict, dkim, state, words) => {
    expect(one('dkim', verdict, { dkim })).toMatchObject({
      state,
      words: expect.stringMatching(words),
    });
  });

  test('a key that is not made yet: no value to copy, and the page says so', () => {
    const record = one('dkim', null, { dkim: [] }, { ...OF, dkimValue: null });
    expect(record).toMatchObject({
      value: '',
      state: 'unknown',
      words: expect.stringMatching(/has not made this record yet/),
    });
  });
});

describe('Domain Lockdown', () => {
  test.each<[string, DomainVerdict, string[], State, string]>([
    ['none', 'failed', [], 'missing', 'v=mc1 auth=ours'],
    ['another account stays', 'failed', ['v=mc1 auth=a'], 'wrong', 'v=mc1 auth=a auth=ours'],
    [
      'fields stay',
      'failed',
      ['V=MC1 cfid=x.dev auth=a'],
      'wrong',
      'v=mc1 cfid=x.dev auth=a auth=ours',
    ],
    [
      'two become one',
      'failed',
      ['v=mc1 auth=a', 'v=mc1 auth=b'],
      'wrong',
      'v=mc1 auth=a auth=b auth=ours',
    ],
    ['something else', 'failed', ['hello'], 'wrong', 'v=mc1 auth=ours'],
    ['ours, not seen yet', 'failed', ['v=mc1 auth=ours'], 'unknown', 'v=mc1 auth=ours'],
    [
      'one that begins like ours',
      'failed',
      ['v=mc1 auth=ours2'],
      'wrong',
      'v=mc1 auth=ours2 auth=ours',
    ],
  ])('%s: shown with its state and value', (_what, verdict, lockdown, state, value) => {
    expect(one('domain-lockdown', verdict, { 'domain-lockdown': lockdown })).toMatchObject({
      state,
      value,
    });
  });
});

describe('what receivers do before they get to ours', () => {
  const counted = { own: 2, ours: 0, isComplete: true, broken: [], void: [] };
  test.each([
    [{ ...counted, broken: ['gone.example'] }, /receivers give up before they get to it.*gone/],
    [{ ...counted, void: ['a.example', 'b.example', 'c.example'] }, /more than 2 names.*a.example/],
    [{ ...counted, own: 12 }, /More than 10 look-ups are in it/],
  ])('%o: in words, although ours is named', (lookUps, words) => {
    const notes = { ...NO_NOTES, spf: { lookUps } };
    const verdicts = { ...ALL, spf: 'failed' as const };
    const [spf] = described(OF, { published: RIGHT, verdicts, notes });
    expect(spf).toMatchObject({ state: 'wrong', words: expect.stringMatching(words) });
    const [passed] = described(OF, { published: RIGHT, verdicts: ALL, notes });
    expect(passed, 'the mail service decides').toMatchObject({ state: 'right' });
  });
});

test('DMARC: advised, and right as soon as there is a policy', () => {
  expect(one('dmarc', 'failed', { dmarc: [] }).state).toBe('advised');
  expect(one('dmarc', 'failed', { dmarc: ['something'] }).state).toBe('advised');
  expect(one('dmarc', 'failed', { dmarc: ['v=DMARC1; p=reject'] }).state).toBe('right');
  expect(one('dmarc', 'failed', { dmarc: null }).state).toBe('unknown');
});

test('stored results of another shape: read as none', () => {
  for (const kept of ['', '{', '[]', '{"spf":[]}', '{"verdicts":{"spf":"great"}}']) {
    expect(readDnsResults(kept)).toBeNull();
  }
});

test('stored results: read as written, also under the keys of older rows', () => {
  const results: DnsResults = { verdicts: ALL, published: RIGHT, answeredAt: 7 };
  const stored = writeDnsResults(results);
  expect(readDnsResults(stored)).toEqual(results);
  expect(JSON.parse(stored)).toEqual({
    verdicts: { spf: 'passed', dkim: 'passed', lockdown: 'passed', senderDomain: 'passed' },
    spf: RIGHT.spf,
    dkim: RIGHT.dkim,
    lockdown: RIGHT['domain-lockdown'],
    dmarc: RIGHT.dmarc,
    heardAt: 7,
  });
});

describe('a check without an answer, or with half of one', () => {
  const SILENCE = { spf: null, dkim: null, 'domain-lockdown': null, dmarc: null };
  const UNKNOWN = eachOf('unknown');
  const before = mergeDnsResults(null, ALL, RIGHT, 1);

  test.each([
    ['neither the mail service nor DNS', null, SILENCE],
    ['no mail service', null, RIGHT],
    ['a mail service that does not know', UNKNOWN, RIGHT],
    ['one that does not know, and no DNS', UNKNOWN, SILENCE],
  ])('%s: the earlier results stay, with their time', (_what, verdicts, published) => {
    expect(mergeDnsResults(before, verdicts, published, 2)).toEqual(before);
  });

  test('no answer ever: nothing is known', () => {
    expect(mergeDnsResults(null, null, SILENCE, 2)).toEqual({
      verdicts: null,
      published: SILENCE,
      answeredAt: null,
    });
    expect(mergeDnsResults(null, UNKNOWN, SILENCE, 2).answeredAt).toBeNull();
  });

  test('no answer, and a changed record: only its old verdict no longer counts', () => {
    const spf = ['v=spf1 -all'];
    const found = mergeDnsResults(before, null, { ...RIGHT, spf }, 2);
    expect(found).toMatchObject({
      verdicts: { ...ALL, spf: 'unknown' },
      published: { spf },
      answeredAt: 1,
    });
    const states = described(OF, found).map(({ state }) => state);
    expect(states).toEqual(['wrong', 'right', 'right', 'right']);
  });

  test('no DNS, and another verdict than before: the old record no longer counts', () => {
    const verdicts = { ...ALL, dkim: 'failed' as const };
    const found = mergeDnsResults(before, verdicts, SILENCE, 2);
    expect(found).toEqual({ verdicts, published: { ...RIGHT, dkim: null }, answeredAt: 2 });
  });

  test('an answer: replaces what was known', () => {
    const verdicts = eachOf('failed');
    const published = { spf: [], dkim: [], 'domain-lockdown': [], dmarc: [] };
    const found = mergeDnsResults(before, verdicts, published, 2);
    expect(found).toEqual({ verdicts, published, answeredAt: 2 });
  });
});
