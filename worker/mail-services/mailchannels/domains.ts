import { Emails, MailChannelsClient } from 'mailchannels-sdk';
import * as v from 'valibot';
import { seconds } from '../../values/duration.ts';
import { withTimeout } from '../../values/timeout.ts';
import type { MailTransport } from '../choose.ts';
import { forLog } from '../service.ts';

/** What the mail service says about one record. Only `failed` is a reason to do something about it. */
export type DomainVerdict = 'passed' | 'failed' | 'unknown';

/** What the mail service checks of a domain. `mx`: whether the domain takes mail, by an MX or an A record. */
export type CheckedRecord = 'spf' | 'dkim' | 'domain-lockdown' | 'mx';

export type DomainVerdicts = Record<CheckedRecord, DomainVerdict>;

/** `detail` is for the log: the service's own words as plain text. */
export type Answer<Value> = { ok: true; value: Value } | { ok: false; detail: string };

/** A mail service at which domains of others can be set up. Whatever goes wrong is a value. */
export type Domains = {
  /** Makes the key that signs a domain's mail, or finds the one made before. The value is that of its DNS record. */
  makeKey(domain: string, selector: string): Promise<Answer<string>>;
  /** Checks the records of a domain; for DKIM the key of this selector and no other. */
  check(domain: string, selector: string): Promise<Answer<DomainVerdicts>>;
  /** Whether this is a stand-in for the mail service. A stand-in knows no real domain, so DNS has nothing to add. */
  isStandIn: boolean;
};

/** A person waits on a page for the answer. */
const DOMAINS_TIME_OUT = seconds(5);

/** The settings of a deployment that decide whether domains can be set up. */
export type DomainPolicy = {
  mailTransport: MailTransport;
  mailchannelsAccount: string;
  mailchannelsUrl: string;
};

/**
 * Whether domains can be set up: at MailChannels, with an account that their records can name. With the development
 * mailbox only beside a stand-in for MailChannels.
 */
export function hasDomains(policy: DomainPolicy): boolean {
  const { mailTransport, mailchannelsAccount, mailchannelsUrl } = policy;
  if (mailchannelsAccount === '') return false;
  return mailTransport === 'mailchannels' || (mailTransport === 'outbox' && mailchannelsUrl !== '');
}

/** The mail service of this deployment, as far as domains go; null if none can be set up. */
export function domainsOf(settings: DomainPolicy & { mailchannelsApiKey: string }): Domains | null {
  if (!hasDomains(settings)) return null;
  const { mailchannelsApiKey, mailchannelsUrl } = settings;
  const url = mailchannelsUrl === '' ? {} : { baseUrl: mailchannelsUrl };
  const emails = new Emails(new MailChannelsClient(mailchannelsApiKey, url));
  return {
    makeKey: (domain, selector) => answerInTime(makeKey(emails, domain, selector)),
    check: (domain, selector) => answerInTime(check(emails, domain, selector)),
    isStandIn: mailchannelsUrl !== '',
  };
}

/** MailChannels answers 409 if an earlier try made the key and its answer was lost. */
async function makeKey(emails: Emails, domain: string, selector: string): Promise<Answer<string>> {
  const made = await emails.createDkimKey(domain, { selector });
  if (made.error === null) return readKey(made.data, selector);
  if (made.error.statusCode !== 409) return { ok: false, detail: forLog(made.error.message) };
  const found = await emails.getDkimKeys(domain, { selector, includeDnsRecord: true });
  if (found.error !== null) return { ok: false, detail: forLog(found.error.message) };
  const key = v.parse(v.array(Key), found.data).find((each) => each.selector === selector);
  return readKey(key, selector);
}

const Key = v.object({
  selector: v.string(),
  publicKey: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/=]{20,1400}$/)),
});

/**
 * The value of a key's DNS record (RFC 6376, 3.6.1), made of the key alone: nobody else's words get into a record.
 * Attack: the key of another selector would sign for somebody else.
 */
function readKey(key: unknown, selector: string): Answer<string> {
  const parsed = v.safeParse(Key, key);
  if (!parsed.success || parsed.output.selector !== selector) {
    return { ok: false, detail: 'an answer without the key' };
  }
  return { ok: true, value: `v=DKIM1; k=rsa; p=${parsed.output.publicKey}` };
}

const anyText = v.fallback(v.string(), '');
const Result = v.fallback(v.object({ verdict: anyText }), { verdict: '' });
const Checked = v.object({
  spf: Result,
  domainLockdown: Result,
  senderDomain: Result,
  dkim: v.array(v.object({ domain: anyText, selector: anyText, verdict: anyText })),
});

async function check(
  emails: Emails,
  domain: string,
  selector: string,
): Promise<Answer<DomainVerdicts>> {
  const { data, error } = await emails.checkDomain({ domain, dkim: [{ domain, selector }] });
  if (error !== null) return { ok: false, detail: forLog(error.message) };
  const parsed = v.safeParse(Checked, data);
  if (!parsed.success) return { ok: false, detail: 'an answer without verdicts' };
  const { spf, domainLockdown, senderDomain, dkim } = parsed.output;
  // domain names ignore case (RFC 4343); selectors are ours, letter by letter
  const ours = dkim.find(
    (each) => each.domain.toLowerCase() === domain.toLowerCase() && each.selector === selector,
  );
  return {
    ok: true,
    value: {
      spf: verdictOf(spf),
      dkim: verdictOf(ours ?? { verdict: '' }),
      'domain-lockdown': verdictOf(domainLockdown),
      mx: verdictOf(senderDomain),
    },
  };
}

/** https://docs.mailchannels.net/email-api. A temporary error and an unknown word say nothing about a record. */
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

/** The client has no time-out, and throws at an answer of an unexpected shape. */
async function answerInTime<Value>(work: Promise<Answer<Value>>): Promise<Answer<Value>> {
  const detail = `no answer within ${DOMAINS_TIME_OUT / 1000} s`;
  try {
    return await withTimeout(work, DOMAINS_TIME_OUT, { ok: false, detail });
  } catch (error) {
    return { ok: false, detail: forLog(String(error)) };
  }
}
