import * as v from 'valibot';
import type { MailTransport } from './mail-services/choose.ts';
import { parseEmail } from './values/email-address.ts';

/** The settings of a deployment, read once per isolate. wrangler.toml explains each. */
export type Settings = {
  rootDomain: string;
  /** `https:`, except on *.localhost, where there is no certificate to have. */
  scheme: 'https:' | 'http:';
  development: boolean;
  mailTransport: MailTransport;
  mailFrom: string;
  signUp: 'closed' | 'open';
  ownerEmailKey: string;
  sessionSecrets: [string, ...string[]];
  /** Whether people may choose a password. Off where a request has too little CPU for checking one. */
  passwords: boolean;
  passwordPeppers: [string, ...string[]];
  /** Whether new passwords are looked up at Have I Been Pwned. */
  breachCheck: boolean;
  mailchannelsApiKey: string;
  /** The operator's account there: freelancers' domains name it, webhooks speak of it. '' does without both. */
  mailchannelsAccount: string;
  /** Where MailChannels' API is, when a stand-in on this machine is meant; '' for the real one. */
  mailchannelsUrl: string;
};

export type SettingsResult = { ok: true; settings: Settings } | { ok: false; faults: string[] };

/** 256 bits: as many as the HMAC-SHA-256 that it keys (RFC 7518, 3.2). */
const SECRET_BYTES = 32;
const ROOT_DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9](?::\d{1,5})?$/;
/** A machine's own name: nothing outside of it can be reached by one, or reach it. */
const DEVELOPMENT = /\.localhost(?::\d+)?$/;
const SECRET_CHARACTERS = /^[\x21-\x7e]+$/;

const required = v.pipe(v.string('is missing'), v.nonEmpty('is missing'));
const address = v.pipe(
  required,
  v.check((text) => parseEmail(text) !== null, 'must be one plain email address'),
);

/** A list, for rotation: the first entry is the one in use, all are still accepted. */
const secretList = v.pipe(
  required,
  v.transform((text) => text.split(',').map((part) => part.trim())),
  v.check(
    (secrets) => secrets.every((secret) => SECRET_CHARACTERS.test(secret)),
    'must be visible ASCII characters, a comma between secrets',
  ),
  v.check(
    (secrets) => secrets.every((secret) => secret.length >= SECRET_BYTES),
    `must have ${SECRET_BYTES} characters or more, each of the list`,
  ),
  v.transform(([first = '', ...others]): [string, ...string[]] => [first, ...others]),
);
const onOff = v.optional(v.picklist(['on', 'off'], 'must be "on" or "off"'), 'on');

const Vars = v.object({
  ROOT_DOMAIN: v.pipe(
    required,
    v.check(isDomain, 'must be a lower-case domain name, like clientportal.example'),
  ),
  MAIL_TRANSPORT: v.pipe(
    required,
    v.picklist(
      ['mailchannels', 'cloudflare', 'outbox'],
      'must be "mailchannels", "cloudflare" or "outbox"',
    ),
  ),
  MAIL_FROM: address,
  SIGN_UP: v.pipe(required, v.picklist(['closed', 'open'], 'must be "closed" or "open"')),
  OWNER_EMAIL: address,
  SESSION_SECRET: secretList,
  PASSWORDS: onOff,
  PASSWORD_PEPPER: secretList,
  BREACH_CHECK: onOff,
  MAILCHANNELS_API_KEY: v.optional(v.string(), ''),
  MAILCHANNELS_ACCOUNT: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[\w-]{0,64}$/, 'must be the account’s id, as MailChannels shows it'),
    ),
    '',
  ),
  MAILCHANNELS_URL: v.optional(v.string(), ''),
});

/**
 * Checks every variable, secret and binding at once, so that an operator reads all faults in one go.
 * A fault names the setting and what it must be, never the value it has.
 */
export function parseSettings(env: Env): SettingsResult {
  const vars = v.safeParse(Vars, env, { abortPipeEarly: true });
  const faults = vars.success ? [] : vars.issues.map(faultOf);
  for (const binding of ['DB', 'TOKENS', 'BURST', 'MAIL_RETRY'] as const) {
    if (env[binding] === undefined) faults.push(`${binding}: the binding is missing`);
  }
  const rootDomain = env.ROOT_DOMAIN ?? '';
  const development = DEVELOPMENT.test(rootDomain);
  if (env.MAIL_TRANSPORT === 'outbox' && isDomain(rootDomain) && !development) {
    // the outbox shows every mail to everybody: only a machine's own loopback name may have it
    faults.push('MAIL_TRANSPORT: "outbox" is for development, on a root domain below .localhost');
  }
  if (env.MAIL_TRANSPORT === 'mailchannels' && !env.MAILCHANNELS_API_KEY) {
    faults.push('MAILCHANNELS_API_KEY: is missing');
  }
  if (env.MAIL_TRANSPORT === 'cloudflare' && env.EMAIL === undefined) {
    faults.push('EMAIL: the binding is missing');
  }
  if (vars.success && vars.output.MAILCHANNELS_URL !== '' && !development) {
    // whoever answers there reads every sign-in link
    faults.push('MAILCHANNELS_URL: is for development, on a root domain below .localhost');
  }
  if (!vars.success || faults.length > 0) return { ok: false, faults };

  const { ROOT_DOMAIN, MAIL_TRANSPORT, ...rest } = vars.output;
  return {
    ok: true,
    settings: {
      rootDomain: ROOT_DOMAIN,
      scheme: development ? 'http:' : 'https:',
      development,
      mailTransport: MAIL_TRANSPORT,
      mailFrom: rest.MAIL_FROM,
      signUp: rest.SIGN_UP,
      ownerEmailKey: parseEmail(rest.OWNER_EMAIL)?.key ?? '',
      sessionSecrets: rest.SESSION_SECRET,
      passwords: rest.PASSWORDS === 'on',
      passwordPeppers: rest.PASSWORD_PEPPER,
      breachCheck: rest.BREACH_CHECK === 'on',
      mailchannelsApiKey: rest.MAILCHANNELS_API_KEY,
      mailchannelsAccount: rest.MAILCHANNELS_ACCOUNT,
      mailchannelsUrl: rest.MAILCHANNELS_URL,
    },
  };
}

function isDomain(text: string): boolean {
  return ROOT_DOMAIN.test(text) && URL.canParse(`https://app.${text}`);
}

function faultOf(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? 'settings'}: ${issue.message}`;
}
