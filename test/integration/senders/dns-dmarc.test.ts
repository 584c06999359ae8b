import { describe, expect, test } from 'vitest';
import { adviceAfterCheck, adviceOn, ownerOf, sixtyOthers } from '../../support/dns-advice.ts';
import { domainService, zone } from '../../support/network.ts';
import { EMAIL, STUDIO } from '../../support/senders.ts';

const MAIL = 'mail.studio.example';
const RUA = 'rua=mailto:reports@elsewhere.example';

async function dmarcWith(...published: string[]) {
  zone.set(`_dmarc.${STUDIO}`, published);
  return adviceAfterCheck(await ownerOf(), 'dmarc');
}

describe('a policy of the domain', () => {
  test('none: advised, with one that asks for nothing', async () => {
    const { words, value } = await dmarcWith();
    expect(words).toMatch(/DMARC Advised .*Your mail is sent without it too/);
    expect(value).toBe('v=DMARC1; p=none;');
  });

  test('two, behind sixty other texts: counts as none, and only its owner knows which to keep', async () => {
    const { words, value } = await dmarcWith(
      ...sixtyOthers(),
      `v=DMARC1; p=reject; ${RUA}`,
      'v=DMARC1; p=none',
    );
    expect(words).toMatch(/Wrong .*several DMARC records, which counts as none\. Keep the one/);
    expect(value).toBeNull();
  });

  test.each([
    [`v=DMARC1; pct=100`, 'counts as none', 'v=DMARC1; p=none; pct=100;'],
    [`p=reject; v=DMARC1; ${RUA}`, 'counts as none', `v=DMARC1; p=reject; ${RUA};`],
    [`v=dmarc1; p=reject; ${RUA}`, 'counts as none', `v=DMARC1; p=reject; ${RUA};`],
    [`"v=DMARC1; p=reject; ${RUA}"`, 'quotation marks', `v=DMARC1; p=reject; ${RUA};`],
    [`v=DMARC1\\; p=reject\\; ${RUA}`, 'backslashes', `v=DMARC1; p=reject; ${RUA};`],
  ])('%s: wrong, and the value keeps the rest', async (text, words, value) => {
    const advice = await dmarcWith(text);
    expect(advice.words).toContain('DMARC Wrong');
    expect(advice.words).toContain(words);
    expect(advice.value).toBe(value);
  });

  test('no p, with an address for reports: right, and to be mended', async () => {
    const { words, value } = await dmarcWith(`v=DMARC1; ${RUA}`);
    expect(words).toMatch(/Right .*It has no valid “p”: some receivers/);
    expect(value).toBe(`v=DMARC1; p=none; ${RUA};`);
  });

  test('reject while DKIM is not right: said; once all is right: not any more', async () => {
    const { words, value } = await dmarcWith(`v=DMARC1; p=reject; adkim=s; ${RUA}`);
    expect(words).toMatch(/asks receivers to refuse mail that fails SPF and DKIM/);
    expect(words).toMatch(/does not leave from your address before both are right/);
    expect(words).toMatch(/strict alignment.*Our signature is of exactly that domain/);
    expect(value, 'its own words').toBe(`v=DMARC1; p=reject; adkim=s; ${RUA}`);
    domainService.publish(STUDIO);
    const ready = await adviceAfterCheck(await ownerOf(), 'dmarc');
    expect(ready.words).not.toContain('asks receivers to refuse');
  });

  test('quarantine: put aside', async () => {
    expect((await dmarcWith('v=DMARC1; p=quarantine')).words).toContain(
      'receivers to put aside mail',
    );
  });
});

describe('a policy of a domain above', () => {
  async function below(records: Record<string, string[]>, domain = MAIL) {
    for (const [name, texts] of Object.entries(records)) zone.set(`_dmarc.${name}`, texts);
    return adviceAfterCheck(await ownerOf(`hello@${domain}`), 'dmarc');
  }

  test.each([
    ['v=DMARC1; p=none; sp=reject', /asks receivers to refuse/],
    ['v=DMARC1; p=reject', /asks receivers to refuse/],
    ['v=DMARC1; p=reject; sp=quarantine', /asks receivers to put aside/],
  ])('%s: its sp holds, else its p', async (text, words) => {
    const { words: shown, value } = await below({ [STUDIO]: [text] });
    expect(shown).toMatch(words);
    expect(shown).toContain(`The policy of ${STUDIO} holds here too, so none has to be added.`);
    expect(value, 'another one would take its place').toBeNull();
  });

  test('sp=none: nothing is refused', async () => {
    const { words } = await below({ [STUDIO]: ['v=DMARC1; p=reject; sp=none; aspf=s'] });
    expect(words).toContain('Right');
    expect(words).not.toContain('asks receivers');
    expect(words).toContain('strict alignment');
  });

  test('its own beside it: only its own holds', async () => {
    const { words } = await below({
      [STUDIO]: ['v=DMARC1; p=reject'],
      [MAIL]: ['v=DMARC1; p=none'],
    });
    expect(words).toContain('Right');
    expect(words).not.toMatch(/asks receivers|holds here too/);
  });

  test('between the two: has no say; psd=n makes it the last', async () => {
    const domain = 'a.mail.studio.example';
    const policies = { [STUDIO]: ['v=DMARC1; p=none'], [MAIL]: ['v=DMARC1; p=reject'] };
    expect((await below(policies, domain)).words).toContain(`The policy of ${STUDIO} holds`);
    zone.set(`_dmarc.${MAIL}`, ['v=DMARC1; p=reject; psd=n']);
    const owner = await ownerOf(`hey@${domain}`);
    await owner.post(`${EMAIL}/check`);
    expect((await adviceOn(owner, 'dmarc')).words).toContain(`The policy of ${MAIL} holds`);
  });

  test('two of them: count as none, so one is advised', async () => {
    const { words } = await below({ [STUDIO]: ['v=DMARC1; p=reject', 'v=DMARC1; p=none'] });
    expect(words).toContain('Advised');
  });

  test('nobody could say: not known, and none is advised', async () => {
    zone.behaves('SERVFAIL', `_dmarc.${STUDIO}`);
    const { words, isFolded } = await below({});
    expect(words).toMatch(/Not known yet .*could not look this up just now/);
    expect(words).not.toContain('Advised');
    expect(isFolded).toBe(true);
  });
});
