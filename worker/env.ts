import * as v from 'valibot';
import type { MailTransport } from './mail-services/choose.ts';
import type { TurnstileKeys } from './sign-in/turnstile.ts';
import { parseEmail } from './values/email-address.ts';

/** The settings of a deployment, read once in each isolate. wrangler.toml explains each setting. */
export type Settings = {
  rootDomain: string;
  /** `https:`, except on *.localhost, which has no certificate. */
  scheme: 'https:' | 'http:';
  development: boolean;
  mailTransport: MailTransport;
  mailFrom: string;
  /** How many mails may leave in a day, of all workspaces together. */
  mailsPerDay: number;
  signUp: 'closed' | 'open';
  ownerEmail: string;
  ownerEmailKey: string;
  sessionSecrets: [string, ...string[]];
  /** Whether people may choose a password. Off where a request has too little CPU time to check one. */
  passwords: boolean;
  passwordPeppers: [string, ...string[]];
  /** Whether new passwords are looked up at Have I Been Pwned. */
  breachCheck: boolean;
  mailchannelsApiKey: string;
  /** The operator's account at MailChannels, for freelancers' domains and webhooks. '' switches both off. */
  mailchannelsAccount: string;
  /** The URL of a simulator of MailChannels' API on this machine; '' for the real API. */
  mailchannelsUrl: string;
  /** Asks strangers for a challenge on the sign-in form of the admin host, while sign-up is open. Null: off. */
  turnstile: TurnstileKeys | null;
};

export type SettingsResult = { ok: true; settings: Settings } | { ok: false; faults: string[] };

/** The least bytes of a secret: 256 bits, as many as HMAC-SHA-256 has (RFC 7518, 3.2). */
const SECRET_BYTES = 32;
const ROOT_DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9](?::\d{1,5})?$/;
/** Host names of the machine itself, which other machines cannot reach. */
const DEVELOPMENT = /\.localhost(?::\d+)?$/;
const SECRET_CHARACTERS = /^[\x21-\x7e]+$/;

const required = v.pipe(v.string('is missing'), v.nonEmpty('is missing'));
const address = v.pipe(
  required,
  v.check((text) => parseEmail(text) !== null, 'must be one plain email address'),
);

/** A comma-separated list of secrets, for rotation: the first is in use, all are accepted. */
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
const turnstileKey = v.optional(
  v.pipe(v.string(), v.regex(/^[\w.-]{0,100}$/, 'must be the key, as Cloudflare shows it')),
  '',
);
/** What the free plan of each mail service includes, rounded down; the development mailbox has no plan. */
const MAILS_PER_DAY: Record<MailTransport, number> = {
  mailchannels: 100,
  cloudflare: 100,
  outbox: 1000,
};
/** Below this the shares of a budget (limits/mail-budget.ts) are too small to keep one network from using it up. */
const MAILS_PER_DAY_LEAST = 50;
const MAILS_PER_DAY_MOST = 10_000_000;
const mailCount = v.pipe(
  v.string(),
  v.check(
    (text) => text === '' || isMailCount(text),
    `must be a whole number from ${MAILS_PER_DAY_LEAST} to ${MAILS_PER_DAY_MOST}, or empty`,
  ),
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
  MAILS_PER_DAY: v.optional(mailCount, ''),
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
  TURNSTILE_SITE_KEY: turnstileKey,
  TURNSTILE_SECRET_KEY: turnstileKey,
});

/**
 * Checks all variables, secrets and bindings, so that an operator reads all faults at once. A fault names the setting
 * and what it must be, never the value that it has.
 */
export function parseSettings(env: Env): SettingsResult {
  const vars = v.safeParse(Vars, env, { abortPipeEarly: true });
  const faults = [
    ...(vars.success ? [] : vars.issues.map(faultOf)),
    ...missingBindings(env),
    ...mailFaults(env),
    ...turnstileFaults(env),
  ];
  if (vars.success && vars.output.MAILCHANNELS_URL !== '' && !isDevelopment(env)) {
    // attack: the server at this URL reads every magic link
    faults.push('MAILCHANNELS_URL: is for development, on a root domain below .localhost');
  }
  if (!vars.success || faults.length > 0) return { ok: false, faults };
  return { ok: true, settings: settingsOf(vars.output, isDevelopment(env)) };
}

function missingBindings(env: Env): string[] {
  const names = ['DB', 'TOKENS', 'BURST', 'MAIL_RETRY'] as const;
  return names
    .filter((name) => env[name] === undefined)
    .map((name) => `${name}: the binding is missing`);
}

/** What the chosen way of sending mail needs and does not have. */
function mailFaults(env: Env): string[] {
  const faults: string[] = [];
  if (env.MAIL_TRANSPORT === 'outbox' && isDomain(env.ROOT_DOMAIN ?? '') && !isDevelopment(env)) {
    // attack: the outbox shows every mail to every visitor, so only this machine's own host names may have it
    faults.push('MAIL_TRANSPORT: "outbox" is for development, on a root domain below .localhost');
  }
  if (env.MAIL_TRANSPORT === 'mailchannels' && !env.MAILCHANNELS_API_KEY) {
    faults.push('MAILCHANNELS_API_KEY: is missing');
  }
  if (env.MAIL_TRANSPORT === 'cloudflare' && env.EMAIL === undefined) {
    faults.push('EMAIL: the binding is missing');
  }
  return faults;
}

/** A widget without its secret would be asked of people for nothing. */
function turnstileFaults({ TURNSTILE_SITE_KEY, TURNSTILE_SECRET_KEY }: Env): string[] {
  if (TURNSTILE_SITE_KEY && !TURNSTILE_SECRET_KEY) {
    return ['TURNSTILE_SECRET_KEY: is missing, while TURNSTILE_SITE_KEY is set'];
  }
  if (TURNSTILE_SECRET_KEY && !TURNSTILE_SITE_KEY) {
    return ['TURNSTILE_SITE_KEY: is missing, while TURNSTILE_SECRET_KEY is set'];
  }
  return [];
}

function isDevelopment(env: Env): boolean {
  return DEVELOPMENT.test(env.ROOT_DOMAIN ?? '');
}

function settingsOf(vars: v.InferOutput<typeof Vars>, development: boolean): Settings {
  return {
    rootDomain: vars.ROOT_DOMAIN,
    scheme: development ? 'http:' : 'https:',
    development,
    mailTransport: vars.MAIL_TRANSPORT,
    mailFrom: vars.MAIL_FROM,
    mailsPerDay: Number(vars.MAILS_PER_DAY || MAILS_PER_DAY[vars.MAIL_TRANSPORT]),
    signUp: vars.SIGN_UP,
    ownerEmail: parseEmail(vars.OWNER_EMAIL)?.address ?? '',
    ownerEmailKey: parseEmail(vars.OWNER_EMAIL)?.key ?? '',
    sessionSecrets: vars.SESSION_SECRET,
    passwords: vars.PASSWORDS === 'on',
    passwordPeppers: vars.PASSWORD_PEPPER,
    breachCheck: vars.BREACH_CHECK === 'on',
    mailchannelsApiKey: vars.MAILCHANNELS_API_KEY,
    mailchannelsAccount: vars.MAILCHANNELS_ACCOUNT,
    mailchannelsUrl: vars.MAILCHANNELS_URL,
    turnstile:
      vars.TURNSTILE_SITE_KEY === ''
        ? null
        : { siteKey: vars.TURNSTILE_SITE_KEY, secretKey: vars.TURNSTILE_SECRET_KEY },
  };
}

function isMailCount(text: string): boolean {
  const count = Number(text);
  return /^[1-9]\d*$/.test(text) && count >= MAILS_PER_DAY_LEAST && count <= MAILS_PER_DAY_MOST;
}

function isDomain(text: string): boolean {
  return ROOT_DOMAIN.test(text) && URL.canParse(`https://app.${text}`);
}

function faultOf(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? 'settings'}: ${issue.message}`;
}
