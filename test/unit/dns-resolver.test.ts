import { describe, expect, test } from 'vitest';
import { createResolver } from '../../worker/senders/dns/resolver.ts';
import { withoutWaiting } from '../support/clock.ts';
import type { DnsBehaviour } from '../support/doubles/dns.ts';
import { zone } from '../support/network.ts';

const NAME = 'studio.example';
const SILENT = { ok: false, why: 'silent' };
const TROUBLE: DnsBehaviour[] = [
  ...(['FORMERR', 'SERVFAIL', 'NOTIMP', 'REFUSED', 'BADVERS'] as const),
  ...(['500', 'html', 'hangs', 'down', 'redirects', 'cut off'] as const),
];

test.each(TROUBLE)('%s: nobody could say', async (how) => {
  zone.set(NAME, ['v=spf1 -all']);
  zone.behaves(how);
  const answer = await withoutWaiting(() => createResolver(1)(NAME));
  expect(answer).toEqual(SILENT);
});

test('an answer without end: given up, and it is not taken for an empty one', async () => {
  zone.behaves('endless');
  expect(await createResolver(1)(NAME)).toEqual({ ok: false, why: 'too-much' });
});

test('sixty records, one of them long, with every special character: all are read', async () => {
  const texts = Array.from({ length: 60 }, (_, nth) => `${nth} "\\;é\t😀 ${'x'.repeat(nth * 50)}`);
  zone.set(NAME, texts);
  expect(await createResolver(1)(NAME)).toMatchObject({ ok: true, values: texts, isCut: false });
});

describe('how often it asks', () => {
  test('a name twice, in any case: once; its other types: once each', async () => {
    const lookUp = createResolver(9);
    await Promise.all([lookUp(NAME), lookUp('Studio.Example'), lookUp(NAME, 'MX'), lookUp(NAME)]);
    expect(zone.asked).toEqual([`TXT ${NAME}`, `MX ${NAME}`]);
  });

  test('more than its most: nobody could say, without a request', async () => {
    const lookUp = createResolver(2);
    const names = ['a.example', 'b.example', 'c.example', 'a.example'];
    const answers = await Promise.all(names.map((name) => lookUp(name)));
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, false, true]);
    expect(zone.asked).toHaveLength(2);
  });
});
