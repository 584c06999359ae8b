import { describe, expect, test } from 'vitest';
import { type DkimFault, dkimFault } from '../../worker/senders/records/dkim.ts';
import { type LockdownFault, mergeLockdown } from '../../worker/senders/records/domain-lockdown.ts';

const PUBLIC = 'MIIBIjANBgkqh'.repeat(20);
const VALUE = `v=DKIM1; k=rsa; p=${PUBLIC}`;

describe('a DKIM record', () => {
  test.each<[what: string, found: string[], fault: DkimFault | null]>([
    ['the value', [VALUE], null],
    ['spaces in the key', [`v=DKIM1; k=rsa; p=${PUBLIC.replaceAll('qh', 'qh ')}`], null],
    ['spaces around “=”', [`v = DKIM1 ; k = rsa ; p = ${PUBLIC} ;`], null],
    ['only the key', [`p=${PUBLIC}`], null],
    ['other tags that allow it', [`v=DKIM1; t=y; h=sha1:sha256; s=*; p=${PUBLIC}`], null],
    ['quotation marks', [`"${VALUE}"`], 'quoted'],
    ['quotation marks in the middle', [VALUE.replace('Bgk', '" "Bgk')], 'quoted'],
    ['backslashes', [VALUE.replaceAll(';', '\\;')], 'backslashes'],
    ['an invisible space', [`\ufeff${VALUE}`], 'odd-spaces'],
    ['two', [VALUE, VALUE], 'several'],
    ['one that is none beside it', [VALUE, 'v=spf1 -all'], 'several'],
    ['its end missing', [VALUE.slice(0, -9)], 'cut-off'],
    ['an empty key', ['v=DKIM1; p='], 'revoked'],
    ['an empty key with spaces', ['v=DKIM1; p= ; k=rsa'], 'revoked'],
    ['no key', ['v=DKIM1; k=rsa'], 'another-value'],
    ['another key', ['v=DKIM1; k=rsa; p=AAAA'], 'another-value'],
    ['another kind of key', [`v=DKIM1; k=ed25519; p=${PUBLIC}`], 'another-value'],
    ['a key for SHA-1 only', [`v=DKIM1; h=sha1; p=${PUBLIC}`], 'another-value'],
    ['a key for another service', [`v=DKIM1; s=tlsrpt; p=${PUBLIC}`], 'another-value'],
    ['the version not first', [`k=rsa; v=DKIM1; p=${PUBLIC}`], 'another-value'],
    ['another version', [`v=DKIM2; p=${PUBLIC}`], 'another-value'],
    ['two keys in it', [`${VALUE}; p=AAAA`], 'another-value'],
    ['none', [], null],
  ])('%s: what is wrong', (_what, found, fault) => {
    expect(dkimFault(VALUE, found)).toBe(fault);
  });
});

describe('a Domain Lockdown record', () => {
  test.each<[what: string, found: string[], fault: LockdownFault | null, value: string]>([
    ['the value', ['v=mc1 auth=ours'], null, 'v=mc1 auth=ours'],
    ['more in it', ['v=mc1 cfid=a.dev auth=ours'], null, 'v=mc1 cfid=a.dev auth=ours'],
    ['quotation marks', ['"v=mc1 auth=ours"'], 'quoted', 'v=mc1 auth=ours'],
    ['backslashes', ['v=mc1\\ auth=ours'], 'backslashes', 'v=mc1 auth=ours'],
    ['an odd space', ['v=mc1\u00a0auth=ours'], 'odd-spaces', 'v=mc1 auth=ours'],
    ['semicolons', ['v=mc1; auth=ours;'], 'another-value', 'v=mc1 auth=ours'],
    ['commas', ['v=mc1, auth=ours'], 'another-value', 'v=mc1 auth=ours'],
    ['spaces around “=”', ['v=mc1 auth = ours'], 'another-value', 'v=mc1 auth=ours'],
    ['ours in upper case', ['v=mc1 auth=OURS'], 'another-account', 'v=mc1 auth=OURS auth=ours'],
    ['two', ['v=mc1 auth=ours', 'v=mc1 auth=a'], 'several', 'v=mc1 auth=ours auth=a'],
    ['no version', ['auth=ours'], 'another-value', 'v=mc1 auth=ours'],
    ['the version alone', ['v=mc1'], 'another-account', 'v=mc1 auth=ours'],
    ['another version', ['v=mc10 auth=ours'], 'another-value', 'v=mc1 auth=ours'],
    ['other texts beside it', ['hello', 'v=mc1 auth=ours'], null, 'v=mc1 auth=ours'],
    ['none', [], null, 'v=mc1 auth=ours'],
  ])('%s: what is wrong, and the value', (_what, found, fault, value) => {
    expect(mergeLockdown(found, 'ours')).toEqual({ value, fault });
  });
});
