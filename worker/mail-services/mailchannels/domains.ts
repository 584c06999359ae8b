import { Emails, MailChannelsClient } from 'mailchannels-sdk';
import * as v from 'valibot';
import { DOMAINS_TIME_OUT } from '../../limits/rules.ts';
import { lookUpTxt, type Texts } from '../../senders/dns.ts';
import type { MailTransport } from '../choose.ts';
import { withTimeout } from '../timeout.ts';
import { plain } from '../transport.ts';

/** What the mail service says of one thing it looked at. Only `failed` is a reason to do anything about it. */
export type DomainVerdict = 'passed' | 'failed' | 'unknown';

/** Of a domain: its records, and whether mail to it would arrive anywhere at all. */
export type DomainVerdicts = Record<'spf' | 'dkim' | 'lockdown' | 'senderDomain', DomainVerdict>;

/** `detail` is for the log: the service's own words, made plain. */
export type Answer<Value> = { ok: true; value: Value } | { ok: false; detail: string };

/** A mail service that lets others' domains be set up. Whatever goes wrong is a value. */
export type Domains = {
  /** Makes the key that signs a domain's mail, or finds it again: what its DNS record is to hold. */
  makeKey(domain: string, selector: string): Promise<Answer<string>>;
  /** How the domain stands, by the key of this selector and no other. */
  check(domain: string, selector: string): Promise<Answer<DomainVerdicts>>;
  /** What is published under a name. A stand-in for the mail service speaks of no real domain, so nothing is looked up. */
  published(name: string): Promise<Texts>;
};

/** Of a deployment's settings, those that say whether domains can be set up. */
export type DomainPolicy = {
  mailTransport: MailTransport;
  mailchannelsAccount: string;
  mailchannelsUrl: string;
};

/**
 * Whether domains can be set up here: at MailChannels, by an account that their records can name. The development mailbox
 * has them only beside a stand-in for MailChannels.
 */
export function hasDomains(policy: DomainPolicy): boolean {
  const { mailTransport, mailchannelsAccount, mailchannelsUrl } = policy;
  if (mailchannelsAccount === '') return false;
  return mailTransport === 'mailchannels' || (mailTransport === 'outbox' && mailchannelsUrl !== '');
}

/** The domains of this deployment's mail service; null where none can be set up. */
export function domainsOf(settings: DomainPolicy & { mailchannelsApiKey: string }): Domains | null {
  if (!hasDomains(settings)) return null;
  const { mailchannelsApiKey, mailchannelsUrl } = settings;
  const url = mailchannelsUrl === '' ? {} : { baseUrl: mailchannelsUrl };
  const emails = new Emails(new MailChannelsClient(mailchannelsApiKey, url));
  return {
    makeKey: (domain, selector) => asValue(makeKey(emails, domain, selector)),
    check: (domain, selector) => asValue(check(emails, domain, selector)),
    published: mailchannelsUrl === '' ? lookUpTxt : async () => null,
  };
}

/** It answers 409 when the key is there, made by a try whose answer was lost. */
async function makeKey(emails: Emails, domain: string, selector: string): Promise<Answer<string>> {
  const made = await emails.createDkimKey(domain, { selector });
  if (made.error === null) return readKey(made.data, selector);
  if (made.error.statusCode !== 409) return { ok: false, detail: plain(made.error.message) };
  const found = await emails.getDkimKeys(domain, { selector, includeDnsRecord: true });
  if (found.error !== null) return { ok: false, detail: plain(found.error.message) };
  const key = v.parse(v.array(Key), found.data).find((each) => each.selector === selector);
  return readKey(key, selector);
}

/** Of the selector asked for only: another's would sign for somebody else. */
const Key = v.object({
  selector: v.string(),
  publicKey: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/=]{20,1400}$/)),
});

/** The record is spelled here, of the key alone: what is published is nobody's words but ours (RFC 6376, 3.6.1). */
function readKey(key: unknown, selector: string): Answer<string> {
  const parsed = v.safeParse(Key, key);
  if (!parsed.success || parsed.output.selector !== selector) {
    return { ok: false, detail: 'an answer without the key' };
  }
  return { ok: true, value: `v=DKIM1; k=rsa; p=${parsed.output.publicKey}` };
}

const anyText = v.fallback(v.string(), '');
const Verdicted = v.fallback(v.object({ verdict: anyText }), { verdict: '' });
const Checked = v.object({
  spf: Verdicted,
  domainLockdown: Verdicted,
  senderDomain: Verdicted,
  dkim: v.array(v.object({ domain: anyText, selector: anyText, verdict: anyText })),
});

async function check(
  emails: Emails,
  domain: string,
  selector: string,
): Promise<Answer<DomainVerdicts>> {
  const { data, error } = await emails.checkDomain({ domain, dkim: [{ domain, selector }] });
  if (error !== null) return { ok: false, detail: plain(error.message) };
  const parsed = v.safeParse(Checked, data);
  if (!parsed.success) return { ok: false, detail: 'an answer without verdicts' };
  const { spf, domainLockdown, senderDomain, dkim } = parsed.output;
  // "domains are the same" ignores case (RFC 4343); the selector is ours, letter by letter
  const ours = dkim.find(
    (each) => each.domain.toLowerCase() === domain.toLowerCase() && each.selector === selector,
  );
  return {
    ok: true,
    value: {
      spf: verdictOf(spf),
      dkim: verdictOf(ours ?? { verdict: '' }),
      lockdown: verdictOf(domainLockdown),
      senderDomain: verdictOf(senderDomain),
    },
  };
}

/** https://docs.mailchannels.net/email-api: a temporary error says nothing about a record, and neither does a new word. */
function verdictOf({ verdict }: { verdict: string }): DomainVerdict {
  switch (verdict) {
    case 'passed':
      return 'passed';
    case 'failed':
    case 'soft failed':
    case 'permanent error':
    case 'neutral':
    case 'none':
      return 'failed';
    default:
      return 'unknown';
  }
}

/** The client takes its time, and throws at an answer that is not shaped as it expects. */
async function asValue<Value>(work: Promise<Answer<Value>>): Promise<Answer<Value>> {
  const detail = `no answer within ${DOMAINS_TIME_OUT / 1000} s`;
  try {
    return await withTimeout(work, DOMAINS_TIME_OUT, { ok: false, detail });
  } catch (error) {
    return { ok: false, detail: plain(String(error)) };
  }
}
