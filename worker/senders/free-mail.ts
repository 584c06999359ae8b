import * as v from 'valibot';

const Domains = v.array(v.string());

/** Whether a domain, in lower case, is one of a free mail service, where everybody can have an address. */
export async function isFreeMail(domain: string): Promise<boolean> {
  freeMail ??= await load();
  return freeMail.has(domain);
}

/**
 * Loaded at the first look-up, so an isolate where nobody opens the email settings does not pay for it. The promise is
 * not kept: if its request were cut off, other requests would wait for it for ever.
 */
let freeMail: Set<string> | undefined;

/** Names for examples (RFC 2606), which `email-providers` lists although they are no mail services. */
const EXAMPLES = ['example.com', 'yourdomain.com', 'mydomain.com', 'test.com', 'test.de'];

/** The domains of `email-providers`, and of our own list after the first empty line of the file. */
async function load(): Promise<Set<string>> {
  const [{ default: common }, { default: more }] = await Promise.all([
    import('email-providers/common.json'),
    import('./more-free-mail.txt'),
  ]);
  const ours = more.slice(more.indexOf('\n\n') + 2).trimEnd();
  const domains = new Set([...parseDomains(common), ...ours.split('\n')]);
  for (const domain of EXAMPLES) domains.delete(domain);
  return domains;
}

function parseDomains(json: string): string[] {
  return v.parse(Domains, JSON.parse(json));
}
