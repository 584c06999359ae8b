// What MailChannels' HTTP API says about the domains of its customers (docs.mailchannels.net/email-api): makes DKIM
// keys, and judges what is published.

import type { Zone } from '../dns.ts';
import { createPlan } from '../plan.ts';
import { answerAs, type Behaviour } from './send.ts';
import { judgeSpf, RELAY } from './spf.ts';

const API = /^(?:https:\/\/api\.mailchannels\.net|http:\/\/127\.0\.0\.1:\d+)\/tx\/v1\/(.*)$/;

/** The operator's account: whom `_mailchannels` records have to name. */
export const ACCOUNT = 'latchkey-test';

/**
 * How the service answers: by what is published, or like a mail service in trouble. `loses its answer`: it has done what
 * it was asked to, and the connection drops. `temporary error`: its own look-ups fail. `means another selector`: it names a
 * key that is not the one it was asked for.
 */
export type DomainBehaviour =
  | 'works'
  | 'loses its answer'
  | 'temporary error'
  | 'means another selector'
  | Exclude<Behaviour, 'takes it over (202)' | 'takes it over (200)'>;

/** A DKIM key that the service holds, and the record to publish for it. */
export type MadeKey = { domain: string; selector: string; name: string; value: string };

export type DomainService = {
  /** From here on it answers like this: each once in turn, the last one for ever. */
  behaves(...behaviours: DomainBehaviour[]): void;
  /** No key was ever made, and all works. */
  clear(): void;
  /** The answer to a request about a domain; null for any other request. */
  answer(request: Request): Promise<Response> | null;
  /** From here on every record of a domain is right: what its owner was asked to publish is there, and it takes mail. */
  publish(domain: string): void;
  /** Every key that was made, oldest first. */
  keys: readonly MadeKey[];
  /** Every request about a domain, as `POST check-domain`. */
  asked: readonly string[];
};

export function createDomainService(zone: Zone): DomainService {
  const keys: MadeKey[] = [];
  const asked: string[] = [];
  const plan = createPlan<DomainBehaviour>('works');

  async function answer(request: Request, path: string): Promise<Response> {
    const behaviour = plan.next();
    const sent: Sent = request.method === 'POST' ? await request.json() : null;
    if (request.headers.get('x-api-key') === null) return json(401, { message: 'upstream words' });
    switch (behaviour) {
      case 'works':
        return serve(zone, keys, request, path, sent);
      case 'temporary error':
        return /^check-domain/.test(path) ? troubled(sent) : serve(zone, keys, request, path, sent);
      case 'means another selector': {
        const meant = await serve(zone, keys, request, path, sent);
        const selector = sent?.selector ?? sent?.dkim_settings?.[0]?.dkim_selector ?? '';
        const text = (await meant.text()).replaceAll(`"${selector}"`, '"lkofanother"');
        return new Response(text, { status: meant.status, headers: meant.headers });
      }
      case 'loses its answer':
        await serve(zone, keys, request, path, sent);
        return answerAs('drops the connection');
      default:
        return answerAs(behaviour);
    }
  }

  return {
    behaves: (...behaviours) => plan.set(...behaviours),
    clear: () => {
      keys.length = 0;
      asked.length = 0;
      plan.set('works');
    },
    answer: (request) => {
      const path = API.exec(request.url)?.[1];
      if (path === undefined || !/^(check-domain|domains\/[^/]+\/dkim-keys)/.test(path))
        return null;
      asked.push(`${request.method} ${path.replace(/\?.*/, '')}`);
      return answer(request, path);
    },
    publish: (domain) => {
      zone.set(domain, [`v=spf1 include:${RELAY} ~all`]);
      zone.set(domain, [`10 mx.${domain}`], 'MX');
      zone.set(`_mailchannels.${domain}`, [`v=mc1 auth=${ACCOUNT}`]);
      for (const key of keys.filter((made) => made.domain === domain))
        zone.set(key.name, [key.value]);
    },
    keys,
    asked,
  };
}

type Setting = { dkim_domain?: string; dkim_selector?: string };
type Sent = { domain?: string; selector?: string; dkim_settings?: Setting[] } | null;

function serve(zone: Zone, keys: MadeKey[], request: Request, path: string, sent: Sent) {
  const [, domain = ''] = /^domains\/([^/?]+)/.exec(path) ?? [];
  if (path === 'check-domain') return check(zone, keys, sent);
  if (request.method === 'POST') return make(keys, domain, sent?.selector ?? '');
  const asked = new URL(request.url).searchParams;
  const found = keys.filter((key) => {
    return key.domain === domain && key.selector === (asked.get('selector') ?? key.selector);
  });
  const withRecord = asked.get('include_dns_record') === 'true';
  return json(200, { keys: found.map((key) => onTheWire(key, withRecord)) });
}

async function make(keys: MadeKey[], domain: string, selector: string): Promise<Response> {
  if (keys.some((key) => key.domain === domain && key.selector === selector)) {
    return json(409, { message: 'upstream words' });
  }
  const name = `${selector}._domainkey.${domain}`;
  const key = { domain, selector, name, value: `v=DKIM1; k=rsa; p=${await publicKey(name)}` };
  keys.push(key);
  return json(201, onTheWire(key, true));
}

function onTheWire({ domain, selector, name, value }: MadeKey, withRecord: boolean) {
  return {
    domain,
    selector,
    public_key: value.replace(/^.*p=/, ''),
    algorithm: 'rsa',
    key_length: 2048,
    status: 'active',
    created_at: '2026-11-01T00:00:00Z',
    status_modified_at: '2026-11-01T00:00:00Z',
    ...(withRecord ? { dkim_dns_records: [{ name, type: 'TXT', value }] } : {}),
  };
}

function check(zone: Zone, keys: MadeKey[], sent: Sent): Response {
  const domain = sent?.domain ?? '';
  const settings = sent?.dkim_settings ?? [{}];
  const dkim = settings.flatMap((setting) => judgeDkim(zone, keys, domain, setting));
  const lockdown = zone.get(`_mailchannels.${domain}`);
  const isOurs = lockdown.some((text) => text.split(/[\s;]+/).includes(`auth=${ACCOUNT}`));
  const [mx, a] = [zone.get(domain, 'MX').length > 0, zone.get(domain, 'A').length > 0];
  const sender_domain = { mx: judged(mx), a: judged(a), verdict: judged(mx || a).verdict };
  const spf = judgeSpf(zone, domain);
  return json(200, {
    check_results: { dkim, domain_lockdown: judged(isOurs), sender_domain, spf },
  });
}

/** With a selector that key, without one every key of the domain. */
function judgeDkim(zone: Zone, keys: MadeKey[], domain: string, setting: Setting) {
  const { dkim_domain = domain, dkim_selector } = setting;
  const meant = keys.filter((key) => {
    return key.domain === dkim_domain && key.selector === (dkim_selector ?? key.selector);
  });
  const told = meant.map(({ selector, name, value }) => {
    const isPublished = zone.get(name).some((text) => keyIn(text) === keyIn(value));
    const key = { dkim_domain, dkim_selector: selector, dkim_key_status: 'active' };
    return { ...key, ...judged(isPublished) };
  });
  if (told.length > 0 || dkim_selector === undefined) return told;
  return [{ dkim_domain, dkim_selector, ...judged(false) }];
}

/** The service's own resolver is down: it says so where it can, of the others nothing. */
function troubled(sent: Sent): Response {
  const spf = { verdict: 'temporary error', spfRecordError: 'upstream words' };
  const unknown = { verdict: 'unknown', reason: 'upstream words' };
  const sender_domain = { mx: unknown, a: unknown, verdict: 'unknown' };
  const dkim = [{ dkim_domain: sent?.domain, ...sent?.dkim_settings?.[0], ...unknown }];
  return json(200, { check_results: { dkim, domain_lockdown: unknown, sender_domain, spf } });
}

function judged(isRight: boolean) {
  return isRight ? { verdict: 'passed' } : { verdict: 'failed', reason: 'upstream words' };
}

function keyIn(record: string): string | undefined {
  return /(?:^|;)\s*p=([^;]*)/.exec(record)?.[1]?.replace(/\s/g, '');
}

/** As long as a real one of 2048 bits, another for each name, and the same at every run. */
async function publicKey(name: string): Promise<string> {
  const parts = await Promise.all(
    Array.from({ length: 9 }, (_, part) => digest(`${part} ${name}`)),
  );
  return `MIIBIjANBgkqhkiG9w0B${parts.join('').slice(0, 366)}IDAQAB`;
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('=', '');
}

function json(status: number, value: unknown): Response {
  return Response.json(value, { status });
}
