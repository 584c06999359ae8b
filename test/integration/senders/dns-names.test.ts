import { describe, expect, test } from 'vitest';
import {
  adviceAfterCheck,
  adviceOn,
  dkimName,
  dkimValue,
  ownerOf,
  sixtyOthers,
} from '../../support/dns-advice.ts';
import { ACCOUNT } from '../../support/doubles/mailchannels/domains.ts';
import { domainService, zone } from '../../support/network.ts';
import { EMAIL, STUDIO, sender } from '../../support/senders.ts';

const LOCKDOWN = `_mailchannels.${STUDIO}`;
const NEEDED = `v=mc1 auth=${ACCOUNT}`;
const SPF = 'v=spf1 include:relay.mailchannels.net ~all';

describe('a record at another name than its own: the page says where it stands', () => {
  test('the zone was appended twice: Domain Lockdown, SPF, DKIM and DMARC', async () => {
    const owner = await ownerOf();
    zone.set(`${LOCKDOWN}.${STUDIO}`, [NEEDED]);
    zone.set(`${STUDIO}.${STUDIO}`, [...sixtyOthers(), SPF]);
    zone.set(`${await dkimName()}.${STUDIO}`, [await dkimValue()]);
    zone.set(`_dmarc.${STUDIO}.${STUDIO}`, ['v=DMARC1; p=none']);
    const because = `because your DNS panel appends ${STUDIO} to every name by itself. Change its name there: leave ${STUDIO} off its end.`;
    const lockdown = await adviceAfterCheck(owner, 'domain-lockdown');
    expect(lockdown.words).toContain(`Missing`);
    expect(lockdown.words).toContain(`It stands at ${LOCKDOWN}.${STUDIO}, ${because}`);
    for (const key of ['spf', 'dkim', 'dmarc'] as const) {
      expect((await adviceOn(owner, key)).words).toContain(because);
      expect((await adviceOn(owner, key)).words).not.toContain('Not there yet');
    }
  });

  test('a zone above the domain was appended', async () => {
    const owner = await ownerOf('hello@mail.studio.example');
    zone.set('_mailchannels.mail.studio.example.studio.example', [NEEDED]);
    const { words } = await adviceAfterCheck(owner, 'domain-lockdown');
    expect(words).toContain('appends studio.example to every name by itself');
  });

  test('the underscore was lost: Domain Lockdown and DKIM', async () => {
    const owner = await ownerOf();
    zone.set(`mailchannels.${STUDIO}`, [NEEDED]);
    zone.set((await dkimName()).replace('_', ''), [await dkimValue()]);
    const { words } = await adviceAfterCheck(owner, 'domain-lockdown');
    expect(words).toContain(
      `It stands at mailchannels.${STUDIO}: the “_” of its name was lost. Change its name to ${LOCKDOWN}.`,
    );
    expect((await adviceOn(owner, 'dkim')).words).toContain('the “_” of its name was lost');
  });

  test('at the domain itself, or at the name of another record', async () => {
    const owner = await ownerOf();
    zone.set(STUDIO, [...sixtyOthers(), NEEDED, await dkimValue()]);
    zone.set(LOCKDOWN, [SPF]);
    const { words } = await adviceAfterCheck(owner, 'spf');
    expect(words).toContain(
      `It stands at ${LOCKDOWN}, which is another name. Move it to ${STUDIO}.`,
    );
    expect((await adviceOn(owner, 'dkim')).words).toContain(
      `It stands at ${STUDIO}, which is another`,
    );
    const lockdown = await adviceOn(owner, 'domain-lockdown');
    expect(lockdown.words).toContain('Another value is there');
  });

  test('somebody else’s key at the doubled name: it is not ours', async () => {
    const owner = await ownerOf();
    zone.set(`${await dkimName()}.${STUDIO}`, ['v=DKIM1; p=AAAA']);
    expect((await adviceAfterCheck(owner, 'dkim')).words).toContain('Not there yet');
  });

  test('a wildcard that answers for the doubled name: it does not count', async () => {
    const owner = await ownerOf();
    zone.set(`*.${STUDIO}`, ['v=spf1 -all']);
    const { words } = await adviceAfterCheck(owner, 'spf');
    expect(words).toContain('Not there yet');
    expect(words).not.toContain('It stands at');
  });
});

describe('a wildcard’s texts are not the record’s own: the name itself is to be added', () => {
  test.each(['v=spf1 -all', 'v=mc1 auth=somebody', 'hello'])('%s', async (text) => {
    const owner = await ownerOf();
    zone.set(`*.${STUDIO}`, [text]);
    const { words, value } = await adviceAfterCheck(owner, 'domain-lockdown');
    expect(words).toMatch(/Domain Lockdown Missing .*Only a wildcard record \(a name with “\*”\)/);
    expect(words).toContain(
      `Leave the wildcard as it is, and add a record with exactly the name ${LOCKDOWN}.`,
    );
    expect(words).not.toMatch(/Change it|Replace|another account/);
    expect(value).toBe(NEEDED);
    expect((await adviceOn(owner, 'dkim')).words).toContain('Only a wildcard record');
    expect((await adviceOn(owner, 'spf')).words).not.toContain('wildcard');
  });

  test('a CNAME as wildcard: no CNAME has to be deleted', async () => {
    const owner = await ownerOf();
    zone.set(`*.${STUDIO}`, ['sites.example'], 'CNAME');
    zone.set('sites.example', ['v=spf1 -all']);
    const { words } = await adviceAfterCheck(owner, 'domain-lockdown');
    expect(words).toContain('Only a wildcard record');
    expect(words).not.toContain('CNAME');
  });

  test('the same text at the name itself: that one is to be changed', async () => {
    const owner = await ownerOf();
    zone.set(`*.${STUDIO}`, ['hello']);
    zone.set(LOCKDOWN, ['v=mc1 auth=somebody']);
    const { words, value } = await adviceAfterCheck(owner, 'domain-lockdown');
    expect(words).toContain('It names another account only. Change it');
    expect(value).toBe(`v=mc1 auth=somebody auth=${ACCOUNT}`);
  });

  test('SPF of a domain below: joined, and added at its own name', async () => {
    zone.set(`*.${STUDIO}`, ['v=spf1 mx -all']);
    const owner = await ownerOf('hello@mail.studio.example');
    const { words, value } = await adviceAfterCheck(owner, 'spf');
    expect(words).toContain('add a record with exactly the name mail.studio.example');
    expect(value).toBe('v=spf1 mx include:relay.mailchannels.net -all');
  });

  test('a domain that takes mail by a wildcard: MX first, because a record of its own ends that', async () => {
    zone.set(`*.${STUDIO}`, ['10 mx.studio.example'], 'MX');
    const owner = await ownerOf('hello@mail.studio.example');
    const { words } = await adviceAfterCheck(owner, 'spf');
    expect(words).toMatch(/takes mail by a wildcard record.*give it MX records of its own first/);
    zone.set('mail.studio.example', ['10 mx.studio.example'], 'MX');
    zone.set(`*.${STUDIO}`, ['20 other.example'], 'MX');
    expect((await adviceAfterCheck(owner, 'spf')).words).not.toContain('by a wildcard');
  });
});

describe('a CNAME at the name', () => {
  test('without the record at its end: the CNAME has to go', async () => {
    const owner = await ownerOf();
    zone.set(LOCKDOWN, ['verify.vendor.example'], 'CNAME');
    zone.set(`_dmarc.${STUDIO}`, ['gone.vendor.example'], 'CNAME');
    const { words } = await adviceAfterCheck(owner, 'domain-lockdown');
    expect(words).toMatch(/Wrong .*beside a CNAME no other record can stand\. Delete the CNAME/);
    expect(words).toContain('The CNAME leads to verify.vendor.example.');
    const dmarc = await adviceOn(owner, 'dmarc');
    expect(dmarc.words).toContain('The CNAME leads to gone.vendor.example.');
  });

  test('at the domain itself: it must not just go, because website and mail hang on it', async () => {
    zone.set('mail.studio.example', ['host.vendor.example'], 'CNAME');
    zone.set('host.vendor.example', ['v=spf1 mx -all']);
    const { words } = await adviceAfterCheck(await ownerOf('hello@mail.studio.example'), 'spf');
    expect(words).toMatch(/This name is a CNAME.*Have the value added where the CNAME leads/);
    expect(words).not.toContain('Delete the CNAME');
    expect(words).toContain('The CNAME leads to host.vendor.example.');
  });

  test('to two DMARC records: they are to be put right where it leads', async () => {
    const owner = await ownerOf();
    zone.set(`_dmarc.${STUDIO}`, ['dmarc.vendor.example'], 'CNAME');
    zone.set('dmarc.vendor.example', ['v=DMARC1; p=reject', 'v=DMARC1; p=none']);
    const { words } = await adviceAfterCheck(owner, 'dmarc');
    expect(words).toMatch(/several DMARC records.*The CNAME leads to dmarc\.vendor\.example/);
  });

  test('with the record at its end: it counts', async () => {
    const owner = await ownerOf();
    zone.set(`_dmarc.${STUDIO}`, ['dmarc.vendor.example'], 'CNAME');
    zone.set('dmarc.vendor.example', ['v=DMARC1; p=reject']);
    const { words } = await adviceAfterCheck(owner, 'dmarc');
    expect(words).toMatch(/DMARC Right .*asks receivers to refuse/);
  });
});

describe('what was copied with the value', () => {
  test('quotation marks, backslashes and odd spaces: the right value, and what to take out', async () => {
    const owner = await ownerOf();
    zone.set(LOCKDOWN, [`"${NEEDED}"`]);
    zone.set(await dkimName(), [
      (await dkimValue()).replaceAll(/[;/]/g, '\\$&').replace('p=', 'p=\\'),
    ]);
    const { words, value } = await adviceAfterCheck(owner, 'domain-lockdown');
    expect(words).toContain('There are quotation marks in it, which belong to a zone file');
    expect(value).toBe(NEEDED);
    const dkim = await adviceOn(owner, 'dkim');
    expect(dkim.words).toContain('There are backslashes (“\\”) in it');
    expect(dkim.value).toBe(await dkimValue());
  });
});

test('sixty others beside each record: all are found, and the row stays small', async () => {
  const owner = await ownerOf();
  domainService.publish(STUDIO);
  for (const name of [STUDIO, LOCKDOWN, await dkimName()]) {
    zone.set(name, [...sixtyOthers(), ...zone.get(name)]);
  }
  zone.set(`_dmarc.${STUDIO}`, [...sixtyOthers(), 'v=DMARC1; p=none']);
  await owner.post(`${EMAIL}/check`);
  for (const key of ['spf', 'domain-lockdown', 'dmarc', 'dkim'] as const) {
    expect((await adviceOn(owner, key)).words).toContain('Right');
  }
  expect(String((await sender())?.findings).length).toBeLessThan(3000);
});

test('two checks at once, each with all that it can ask: fifty requests hold them', async () => {
  const owner = await ownerOf('hello@mail.studio.example');
  await owner.post(EMAIL, { email: 'hello@post.works.example' });
  const terms = Array.from({ length: 9 }, (_, nth) => `a:${nth}.gone.example`).join(' ');
  for (const name of ['mail.studio.example', 'post.works.example']) {
    zone.set(name, [`v=spf1 ${terms} -all`]);
  }
  const [asked, ofService] = [zone.asked.length, domainService.asked.length];
  await owner.post(`${EMAIL}/check`);
  const requests = zone.asked.length - asked + domainService.asked.length - ofService;
  expect(requests).toBeGreaterThan(30);
  expect(requests).toBeLessThanOrEqual(46);
});
