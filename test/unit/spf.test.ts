import { describe, expect, test } from 'vitest';
import { mergeSpf } from '../../worker/senders/records/spf.ts';

const US = 'include:relay.mailchannels.net';

describe('mergeSpf', () => {
  test.each<[what: string, found: string[], value: string]>([
    ['no record', [], `v=spf1 ${US} ~all`],
    [
      'texts that are none',
      ['google-site-verification=v=spf1', 'v=spf10 -all'],
      `v=spf1 ${US} ~all`,
    ],
    ['an empty one', ['v=spf1'], `v=spf1 ${US} ~all`],
    [
      'before ~all',
      ['v=spf1 include:_spf.google.com ~all'],
      `v=spf1 include:_spf.google.com ${US} ~all`,
    ],
    ['before -all', ['v=spf1 mx -all'], `v=spf1 mx ${US} -all`],
    [
      'before redirect',
      ['v=spf1 redirect=_spf.example.com'],
      `v=spf1 ${US} redirect=_spf.example.com`,
    ],
    ['at the end of one without an end', ['v=spf1 a mx'], `v=spf1 a mx ${US}`],
    ['+all stays the freelancer’s affair', ['v=spf1 mx +all'], `v=spf1 mx ${US} +all`],
    [
      'upper case stays',
      ['V=SPF1 A:Mail.Studio.Example -ALL'],
      `v=spf1 A:Mail.Studio.Example ${US} -ALL`,
    ],
    ['there already', [`v=spf1 ${US} ~all`], `v=spf1 ${US} ~all`],
    [
      'there in upper case',
      ['v=spf1 INCLUDE:Relay.MailChannels.Net ~all'],
      'v=spf1 INCLUDE:Relay.MailChannels.Net ~all',
    ],
    ['there behind all, where nobody reads it', [`v=spf1 -all ${US}`], `v=spf1 ${US} -all`],
    ['there, but refused', [`v=spf1 -${US} ~all`], `v=spf1 ${US} ~all`],
    [
      'modifiers stay',
      ['v=spf1 mx exp=why.example.com ~all'],
      `v=spf1 mx exp=why.example.com ${US} ~all`,
    ],
    ['odd spaces', ['v=spf1   mx   ~all '], `v=spf1 mx ${US} ~all`],
    [
      'two become one, with the stricter end',
      ['v=spf1 include:_spf.google.com ~all', 'v=spf1 mx include:_SPF.google.com -all'],
      `v=spf1 include:_spf.google.com mx ${US} -all`,
    ],
    ['two, one of which is ours', [`v=spf1 ${US} ~all`, 'v=spf1 mx ~all'], `v=spf1 mx ${US} ~all`],
    ['all wins over redirect', ['v=spf1 redirect=a.example ?all'], `v=spf1 ${US} ?all`],
  ])('%s: the merged record', (_what, found, value) => {
    const merged = mergeSpf(found);
    expect(merged.value).toBe(value);
    expect(mergeSpf([merged.value]), 'merging again changes nothing').toMatchObject({
      value,
      isIncluded: true,
    });
  });

  test('look-ups: one for each named domain, none for an address', () => {
    const terms =
      'include:a.example a mx a:b.example mx/24 ptr exists:%{i}.c.example ip4:192.0.2.1 ip6:2001:db8::1 -all';
    expect(mergeSpf([`v=spf1 ${terms}`]).lookups).toBe(8);
    expect(mergeSpf(['v=spf1 all']).lookups).toBe(1);
  });

  test('an end that lets everybody send: reported', () => {
    expect(mergeSpf(['v=spf1 all']).letsAnybody).toBe(true);
    expect(mergeSpf(['v=spf1 +ALL']).letsAnybody).toBe(true);
    expect(mergeSpf(['v=spf1 ?all']).letsAnybody).toBe(false);
  });
});
