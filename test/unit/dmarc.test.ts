import { describe, expect, test } from 'vitest';
import {
  type DmarcFault,
  dmarcFault,
  mendedDmarc,
  policyOf,
} from '../../worker/senders/records/dmarc.ts';

const RUA = 'rua=mailto:dmarc@studio.example';

describe('a record that counts as none', () => {
  test.each<[what: string, found: string[], fault: DmarcFault, mended: string]>([
    ['no p', ['v=DMARC1'], 'dmarc-policy', 'v=DMARC1; p=none;'],
    ['no p, only an empty one', ['v=DMARC1; p='], 'dmarc-policy', 'v=DMARC1; p=none;'],
    [
      'a p that is none',
      ['v=DMARC1; p=block; pct=50'],
      'dmarc-policy',
      'v=DMARC1; p=none; pct=50;',
    ],
    ['two p', ['v=DMARC1; p=none; p=reject'], 'dmarc-policy', 'v=DMARC1; p=none;'],
    ['an sp that is none', ['v=DMARC1; p=reject; sp=no'], 'dmarc-policy', 'v=DMARC1; p=reject;'],
    ['p first', [`p=reject; v=DMARC1; ${RUA}`], 'dmarc-version', `v=DMARC1; p=reject; ${RUA};`],
    ['no version', ['p=quarantine'], 'dmarc-version', 'v=DMARC1; p=quarantine;'],
    ['its version in lower case', ['v=dmarc1; p=reject'], 'dmarc-version', 'v=DMARC1; p=reject;'],
    ['no semicolon', [`v=DMARC1 p=reject; ${RUA}`], 'dmarc-version', `v=DMARC1; p=reject; ${RUA};`],
    ['a comma', ['v=DMARC1, p=reject'], 'dmarc-version', 'v=DMARC1; p=reject;'],
    ['another version', ['v=DMARC10; p=reject'], 'dmarc-version', 'v=DMARC1; p=reject;'],
    ['quotation marks', ['"v=DMARC1; p=reject"'], 'quoted', 'v=DMARC1; p=reject;'],
    ['curly ones', ['“v=DMARC1; p=reject”'], 'quoted', 'v=DMARC1; p=reject;'],
    ['quotation marks around p', ['v=DMARC1; p="reject"'], 'quoted', 'v=DMARC1; p=reject;'],
    [
      'backslashes',
      [`v=DMARC1\\; p=reject\\; ${RUA}`],
      'backslashes',
      `v=DMARC1; p=reject; ${RUA};`,
    ],
    ['a space before it', [' v=DMARC1; p=reject'], 'odd-spaces', 'v=DMARC1; p=reject;'],
    ['an invisible one', ['\u200bv=DMARC1; p=none'], 'odd-spaces', 'v=DMARC1; p=none;'],
    ['two', ['v=DMARC1; p=none', `v=DMARC1; p=reject; ${RUA}`], 'several-dmarc', ''],
    ['two the same', ['v=DMARC1; p=none', 'v=DMARC1; p=none'], 'several-dmarc', ''],
  ])('%s: what is wrong, and the record put right', (_what, found, fault, mended) => {
    expect(dmarcFault(found)).toBe(fault);
    expect(policyOf(found, false)).toBeNull();
    expect(mendedDmarc(found)).toBe(mended);
  });
});

describe('a record that counts', () => {
  test.each([
    ...['v=DMARC1; p=none', 'v=DMARC1;p=none;', 'v = DMARC1 ; p = none ;', 'V=DMARC1; P=None'],
    ...['v=DMARC1; p=none; unknown=1; nonsense', `v=DMARC1; ${RUA}; p=none`, 'v=DMARC1;p=none; ;'],
  ])('%s: read', (text) => {
    expect(dmarcFault([text])).toBeNull();
    expect(policyOf([text], false)).toMatchObject({ asks: 'none', isAssumed: false, record: text });
  });

  test('beside a text that is none: that one alone counts', () => {
    const found = ['v=DMARC1; p=reject', 'v=dmarc1; p=none'];
    expect(dmarcFault(found)).toBeNull();
    expect(policyOf(found, false)).toMatchObject({ asks: 'reject' });
  });

  test('no p, but an address for reports: read as p=none', () => {
    expect(policyOf([`v=DMARC1; ${RUA}`], false)).toMatchObject({ asks: 'none', isAssumed: true });
    expect(policyOf(['v=DMARC1; rua=nobody'], false)).toBeNull();
  });
});

describe('what a policy asks for', () => {
  test.each([
    ['v=DMARC1; p=reject', 'reject', 'reject'],
    ['v=DMARC1; p=reject; sp=none', 'reject', 'none'],
    ['v=DMARC1; p=none; sp=QUARANTINE', 'none', 'quarantine'],
    ['v=DMARC1; p=none; np=reject', 'none', 'none'],
  ])('%s: of its domain, and of one below it', (text, own, below) => {
    expect(policyOf([text], false)?.asks).toBe(own);
    expect(policyOf([text], true)?.asks).toBe(below);
  });

  test.each([
    ['adkim=s', true],
    ['aspf=S', true],
    ['adkim=r; aspf=r', false],
    ['', false],
  ])('%s: strict is %s', (modes, isStrict) => {
    expect(policyOf([`v=DMARC1; p=none; ${modes}`], false)?.isStrict).toBe(isStrict);
  });
});
