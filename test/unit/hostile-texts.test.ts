import { describe, expect, test, vi } from 'vitest';
import { readEvents } from '../../worker/mail-services/mailchannels/events.ts';
import { forLog } from '../../worker/mail-services/service.ts';
import { describeRecord } from '../../worker/routes/admin/settings/email/describe-records.ts';
import type { DnsResults } from '../../worker/senders/dns-results.ts';
import { dkimFault } from '../../worker/senders/records/dkim.ts';
import { recordsOf } from '../../worker/senders/records/records.ts';
import { mergeSpf } from '../../worker/senders/records/spf.ts';

// How long a machine takes is not asserted: what takes minutes ends at the runner's own time-out for a test.

/** As long as a webhook may be, less what the event itself needs. */
const HALF_A_MEGABYTE = 512 * 1024 - 400;

/** What patterns choke on: each opens what never closes. */
const CHOKING = ['<', 'a.', '<a ', 'a@', '- ', ' ', '5.', '5.1.', '\u202e', '"', '\\u0000', '😀'];

describe('half a megabyte in a webhook with a valid signature', () => {
  test.each(CHOKING)('words made of %j: read as a bounce', (choking) => {
    const words = choking.repeat(HALF_A_MEGABYTE / choking.length);
    const event = { event: 'hard-bounced', customer_handle: 'acme', timestamp: 1 };
    const payload = JSON.stringify([{ ...event, status: words, reason: words }]);
    const read = readEvents(payload, 'acme');
    expect(read).toMatchObject({ ok: true, ours: 1, events: [{ status: 'bounced' }] });
  });

  test('450 events of the longest reason that is read: all of them are read', () => {
    const event = { event: 'hard-bounced', customer_handle: 'acme', timestamp: 1 };
    const events = Array.from({ length: 450 }, () => ({ ...event, reason: 'a.'.repeat(495) }));
    expect(readEvents(JSON.stringify(events), 'acme')).toMatchObject({ ours: 450 });
  });

  test.each([
    ['deep lists', '['.repeat(HALF_A_MEGABYTE)],
    ['deep objects', `[${'{"a":'.repeat(HALF_A_MEGABYTE / 5)}`],
    ['many lists', `[${'[],'.repeat(HALF_A_MEGABYTE / 3 - 2)}[]]`],
    ['many numbers', `[${'1e999,'.repeat(HALF_A_MEGABYTE / 6 - 2)}1]`],
  ])('%s: refused, without a throw', (_what, payload) => {
    expect(readEvents(payload, 'acme')).toMatchObject({ ok: false });
  });
});

test('words of a mail server: the first thousand characters are read', () => {
  expect(forLog(`${' '.repeat(990)}first`)).toBe('first');
  expect(forLog(`${' '.repeat(1000)}late`)).toBe('');
  expect(forLog(`${'<b>'.repeat(400)}late`)).toBe('');
});

test('a token cut off at the limit: no part of it is shown', () => {
  const token = 'T'.repeat(43);
  for (let before = 940; before < 1010; before += 1) {
    const told = forLog(`${'<b>'.repeat(before / 3)}${'x'.repeat(before % 3)} /link/${token}`);
    expect(told, `after ${before}`).not.toMatch(/T{5}/);
  }
});

/** As much as is ever looked at: twenty texts of 2,000 characters. */
function texts(of: (nth: number) => string): string[] {
  return Array.from({ length: 20 }, (_, nth) => of(nth).slice(0, 2000));
}

describe('the longest answers of DNS', () => {
  const hostile = new Map([
    ['terms that are all different', texts((nth) => `v=spf1 ${letters(nth)}`)],
    ['white space', texts(() => `v=spf1${' '.repeat(3000)}x`)],
    ['semicolons', texts(() => `v=mc1 ${'; '.repeat(1500)}`)],
    ['keys without an end', texts(() => `;${' p='.repeat(1000)}`)],
    ['spaces before a key', texts(() => `;${' '.repeat(3000)}`)],
    ['quotation marks', texts(() => '"“'.repeat(1000))],
    ['markup', texts((nth) => `v=spf1 </textarea><script>${nth}</script>`)],
  ]);

  test.each([...hostile])('%s: described', (_what, found) => {
    const results: DnsResults = {
      published: { spf: found, dkim: found, 'domain-lockdown': found, dmarc: found },
      verdicts: { spf: 'failed', dkim: 'failed', 'domain-lockdown': 'failed', mx: 'failed' },
      answeredAt: 1,
    };
    const domain = { domain: 'studio.example', selector: 'lk1', dkimValue: 'v=DKIM1; k=rsa; p=AB' };
    const records = recordsOf(domain, 'acme', results).map(describeRecord);
    const keys = records.map(({ key }) => key);
    expect(keys).toEqual(['spf', 'dkim', 'domain-lockdown', 'mx', 'dmarc']);
    expect(dkimFault('v=DKIM1; k=rsa; p=AB', found)).toEqual(expect.any(String));
  });

  test('thirteen thousand terms: each is kept once, in linear time', () => {
    const found = texts((nth) => `v=spf1 ${letters(nth)}`);
    const spelling = vi.spyOn(String.prototype, 'toLowerCase');
    const { value } = mergeSpf([...found, ...found]);
    const spelled = spelling.mock.calls.length;
    spelling.mockRestore();
    const terms = value.split(' ').slice(1);
    expect(new Set(terms).size).toBe(terms.length);
    expect(terms.length).toBeGreaterThan(13_000);
    expect(spelled, 'each spelling once, in both').toBeLessThan(3 * terms.length);
  });

  /** Terms of two letters, of which there are enough. */
  function letters(nth: number): string {
    const letter = (of: number) => String.fromCharCode(0x4e00 + of);
    return Array.from({ length: 665 }, (_, at) => letter(nth) + letter(at)).join(' ');
  }
});
