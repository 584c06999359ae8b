import { describe, expect, test } from 'vitest';
import { mergeSpf, type SpfFault, spfFault } from '../../worker/senders/records/spf.ts';

const US = 'include:relay.mailchannels.net';

describe('several SPF records become one, and nobody is lost', () => {
  test.each<[what: string, found: string[], value: string]>([
    [
      'a redirect beside another’s all: an include',
      ['v=spf1 redirect=_spf.host.example', 'v=spf1 mx ~all'],
      `v=spf1 mx include:_spf.host.example ${US} ~all`,
    ],
    [
      'two redirects: two includes, and an end',
      ['v=spf1 redirect=a.example', 'v=spf1 redirect=b.example'],
      `v=spf1 include:a.example include:b.example ${US} ~all`,
    ],
    [
      'a redirect that its own all hides: stays hidden',
      ['v=spf1 redirect=a.example -all', 'v=spf1 mx ~all'],
      `v=spf1 mx ${US} -all`,
    ],
    [
      'terms behind all: stay behind it, where they let nobody send',
      ['v=spf1 mx -all include:old.example'],
      `v=spf1 mx ${US} -all include:old.example`,
    ],
    [
      'macros stay as they are',
      ['v=spf1 exists:%{i}._spf.%{d2} include:%{l}.a.example -all'],
      `v=spf1 exists:%{i}._spf.%{d2} include:%{l}.a.example ${US} -all`,
    ],
  ])('%s', (_what, found, value) => {
    expect(mergeSpf(found).value).toBe(value);
  });
});

describe('texts that are not read as an SPF record, but were meant as one', () => {
  test.each<[text: string, fault: SpfFault, value: string]>([
    ['"v=spf1 mx -all"', 'quoted', `v=spf1 mx ${US} -all`],
    ['“v=spf1 mx -all”', 'quoted', `v=spf1 mx ${US} -all`],
    ["'v=spf1 mx -all'", 'quoted', `v=spf1 mx ${US} -all`],
    ['\\"v=spf1 mx -all\\"', 'quoted', `v=spf1 mx ${US} -all`],
    [' v=spf1 mx -all', 'odd-spaces', `v=spf1 mx ${US} -all`],
    ['v=spf1\u00a0mx -all', 'odd-spaces', `v=spf1 mx ${US} -all`],
    ['v=spf1\tmx -all', 'odd-spaces', `v=spf1 mx ${US} -all`],
    ['\ufeffv=spf1 mx -all', 'odd-spaces', `v=spf1 mx ${US} -all`],
    ['v=spf1; mx; -all', 'spf-version', `v=spf1 mx ${US} -all`],
    ['v = spf1 mx -all', 'spf-version', `v=spf1 mx ${US} -all`],
    ['v=spf1, mx, -all', 'spf-version', `v=spf1 mx ${US} -all`],
  ])('%j: what is wrong, and the same terms in a right record', (text, fault, value) => {
    const merged = mergeSpf([text]);
    expect(merged.records).toEqual([]);
    expect(spfFault(merged)).toBe(fault);
    expect(merged.value).toBe(value);
  });

  test.each<[text: string, fault: SpfFault, value: string]>([
    ['v=spf1 mx ~all"', 'quoted', `v=spf1 mx ${US} ~all`],
    ['v=spf1 mx \\~all', 'backslashes', `v=spf1 mx ${US} ~all`],
    ['v=spf1 mx\u00a0~all', 'odd-spaces', `v=spf1 mx ${US} ~all`],
    [`v=spf1 mx ${US}\u200b ~all`, 'odd-spaces', `v=spf1 mx ${US} ~all`],
    [`v=spf1 mx "${US}" ~all`, 'quoted', `v=spf1 mx ${US} ~all`],
  ])('%j: read as a record, with a mark in a term: the same without', (text, fault, value) => {
    const merged = mergeSpf([text]);
    expect(merged.records).toEqual([text]);
    expect(spfFault(merged)).toBe(fault);
    expect(merged).toMatchObject({ value, unreadable: null, isIncluded: false });
  });

  test('beside a right record: that one alone counts', () => {
    expect(spfFault(mergeSpf(['"v=spf1 mx -all"', `v=spf1 ${US} -all`]))).toBeNull();
  });

  test.each(['v=spf10 -all', 'v=spf1.1 mx', 'v=spf2 -all', 'spf2.0/pra -all', 'xv=spf1 -all'])(
    '%s: something else, so there is no SPF record',
    (text) => {
      const merged = mergeSpf([text]);
      expect(spfFault(merged)).toBeNull();
      expect(merged.value).toBe(`v=spf1 ${US} ~all`);
    },
  );
});

describe('terms', () => {
  test.each([
    ...[
      'inlcude:a.example',
      'include:',
      'include: ',
      'ip:192.0.2.1',
      'ip4:192.0.2',
      'ip4:1.2.3.400',
    ],
    ...['ip4:192.0.2.1,192.0.2.2', 'ip6:gg::1', 'mx:', 'all:', '~all;', '--all', 'redirect='],
    ...['192.0.2.1', 'a.example'],
  ])('%s: receivers give up on the record', (term) => {
    const merged = mergeSpf([`v=spf1 mx ${term} ${US} -all`]);
    expect(merged.unreadable).toBe(term.trim());
    expect(spfFault(merged)).toBe('unreadable-term');
  });

  test.each([
    ...[
      'all',
      '+a',
      'A',
      'a/24',
      'a//64',
      'a:b.example/24//64',
      '?mx:b.example',
      'ptr',
      'ptr:a.example',
    ],
    ...['ip4:192.0.2.0/24', '-ip6:2001:db8::/32', 'ip6:::ffff:192.0.2.1', 'exists:%{ir}.a.example'],
    ...['include:_spf.a.example', 'include:%{d}', 'redirect=_spf.a.example', 'exp=why.a.example'],
    ...['unknown=anything', 'ra=postmaster'],
  ])('%s: read', (term) => {
    expect(mergeSpf([`v=spf1 ${term}`]).unreadable).toBeNull();
  });

  test('a second redirect: receivers give up', () => {
    const { unreadable } = mergeSpf(['v=spf1 redirect=a.example redirect=b.example']);
    expect(unreadable).toBe('redirect=b.example');
  });
});

test.each([
  [9, 'not-included'],
  [10, 'too-many-with-ours'],
  [11, 'too-many-lookups'],
] as const)('%d look-ups of its own: %s', (own, fault) => {
  const terms = Array.from({ length: own }, (_, nth) => `include:${nth}.example`).join(' ');
  expect(spfFault(mergeSpf([`v=spf1 ${terms} -all`]))).toBe(fault);
});

test('look-ups behind all, and a redirect beside it: not made', () => {
  expect(mergeSpf(['v=spf1 mx -all include:a.example redirect=b.example']).lookups).toBe(2);
});
