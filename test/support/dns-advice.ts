import { expect } from 'vitest';
import { zone } from './network.ts';
import { codeFor, EMAIL, HELLO, read, STUDIO, sender, signedInOwner, wordsOf } from './senders.ts';
import type { Visitor } from './visitor.ts';

export type RecordKey = 'spf' | 'dkim' | 'domain-lockdown' | 'dmarc';

/** What the page says about one record: its state and its words, and the value to copy; null for none. */
export type Advice = { words: string; value: string | null; isFolded: boolean };

/** An owner whose address is confirmed and not verified: the records are what is left to do. */
export async function ownerOf(address = HELLO): Promise<Visitor> {
  const owner = await signedInOwner();
  await owner.post(EMAIL, { email: address });
  await owner.post(`${EMAIL}/confirmation`, { code: codeFor(address) });
  return owner;
}

/** Presses “Check now” and reads what the page says about a record then. */
export async function adviceAfterCheck(owner: Visitor, key: RecordKey): Promise<Advice> {
  await owner.post(`${EMAIL}/check`);
  return adviceOn(owner, key);
}

export async function adviceOn(owner: Visitor, key: RecordKey): Promise<Advice> {
  const html = await read(await owner.get(EMAIL));
  const begin = html.indexOf(`aria-labelledby="current-${key}-title"`);
  expect(begin, 'the record is on the page').toBeGreaterThan(-1);
  const article = html.slice(begin + 1, html.indexOf('</article>', begin));
  const textarea = new RegExp(`<textarea[^>]*id="current-${key}-value"[^>]*>([^<]*)<`);
  const value = textarea.exec(article)?.[1] ?? null;
  const shown = article.slice(article.indexOf('>') + 1).replace(/<textarea.*?<\/textarea>/gs, '');
  const words = await wordsOf(new Response(shown));
  return { words, value, isFolded: article.includes('<details') };
}

/** The name of the DKIM record that the page asks for. */
export async function dkimName(domain = STUDIO): Promise<string> {
  return `${String((await sender())?.selector)}._domainkey.${domain}`;
}

/** The value that the page asks for in the DKIM record. */
export async function dkimValue(): Promise<string> {
  return String((await sender())?.dkim_value);
}

/** Sixty TXT records that are none of ours, as a domain with many services has. */
export function sixtyOthers(): string[] {
  return Array.from({ length: 60 }, (_, nth) => `some-site-verification=${nth}`);
}

/** Publishes names that SPF records may include, each with so many look-ups of its own. */
export function publishSpf(includes: Record<string, number>): void {
  for (const [name, lookUps] of Object.entries(includes)) {
    const terms = Array.from({ length: lookUps }, (_, nth) => `exists:${nth}.${name}`);
    zone.set(name, [['v=spf1', ...terms, '-all'].join(' ')]);
  }
}
