import type { MailJob } from '../../worker/mail/jobs.ts';
import { carla, carlaAtDemo, olivia, PASSPHRASE } from './cast.ts';
import { overTheWire } from './delivery.ts';
import { copyOf, type Visitor, visit, withPassword } from './visitor.ts';

const CHANGED = { password: 'a kettle full of borrowed thunder' };
/** Where the person who causes a mail seems to be. */
export type From = { headers: Record<string, string>; cf: Record<string, unknown> };

export type Mailed = {
  what: string;
  /** In whose name. */
  voice: 'workspace' | 'Latchkey';
  /** `code`: the one in its text, '' for none. */
  subject: (who: string, code: string) => unknown;
  /** Makes it leave; all else that is mailed meanwhile goes into the mailbox. */
  order: (from: From) => Promise<Response>;
  /** How often the mail service refuses it first. */
  refusals?: number;
  hasCode?: true;
  /** A mail that somebody else asked for says nothing of where they are. */
  withoutClient?: true;
};

const INVITATION = `/w/demo/contacts/${carlaAtDemo}/invitation`;
/** As long as it may be, of what grows most when it is escaped. */
const MESSAGE = '"'.repeat(300);

const codeTo = (who: string, code: string) => `${code} is your code to sign in to ${who}`;

/** Matches a subject that ends with when something was, in brackets. */
export function atSomeTime(before: string) {
  return {
    asymmetricMatch: (subject: string) => subject.startsWith(before) && TIME.test(subject),
  };
}

const TIME = /\(.*\d+ [A-Z]\w+ \d{4} \d\d:\d\d \w+\)$/;

/** Of a kind that is held to these rules in test/integration/senders/mails.test.ts. */
type OfSenders = 'confirm-sender' | 'sender-broken' | 'sender-changed' | 'mail-use';

/** Every other mail there is. */
const MAILS: Record<Exclude<MailJob['kind'], OfSenders>, Mailed[]> = {
  'sign-in': [
    {
      what: 'sign-in, for a client',
      voice: 'workspace',
      subject: codeTo,
      order: (from) => visit('demo', overTheWire).post('/sign-in/link', { email: carla }, from),
      hasCode: true,
    },
    {
      what: 'sign-in, for a member',
      voice: 'Latchkey',
      subject: codeTo,
      order: (from) => visit('app', overTheWire).post('/sign-in/link', { email: olivia }, from),
      hasCode: true,
    },
    {
      what: 'sign-in, late',
      voice: 'workspace',
      subject: (who, code) =>
        code === '' ? atSomeTime(`Sign in to ${who} (asked on `) : codeTo(who, code),
      order: (from) => visit('demo', overTheWire).post('/sign-in/link', { email: carla }, from),
      refusals: 6,
    },
  ],
  password: [
    {
      what: 'password set',
      voice: 'workspace',
      subject: (who) => `Your password for ${who} was set`,
      order: async (from) => wired(await visit('demo').signInAs(carla)).post(...setting(from)),
    },
    {
      what: 'password changed',
      voice: 'workspace',
      subject: (who) => `Your password for ${who} was changed`,
      order: async (from) => wired(await withPassword('demo', carla)).post(...setting(from)),
    },
    {
      what: 'password removed',
      voice: 'workspace',
      subject: (who) => `Your password for ${who} was removed`,
      order: async (from) =>
        wired(await withPassword('demo', carla)).post('/account/password/removal', {}, from),
    },
    {
      what: 'password set, a member’s',
      voice: 'Latchkey',
      subject: (who) => `Your password for ${who} was set`,
      order: async (from) => wired(await visit('app').signInAs(olivia)).post(...setting(from)),
    },
  ],
  'new-device': [
    {
      what: 'new device',
      voice: 'Latchkey',
      subject: (who) => `New device signed in to ${who}`,
      order: async (from) => {
        await withPassword('app', olivia);
        const fields = { email: olivia, password: PASSPHRASE };
        return visit('app', overTheWire).post('/sign-in/password', fields, from);
      },
    },
  ],
  invitation: [
    {
      what: 'invitation',
      voice: 'workspace',
      subject: (who) => `You can now sign in to ${who}`,
      order: async (from) =>
        wired(await visit('app').signInAs(olivia)).post(INVITATION, { message: MESSAGE }, from),
      withoutClient: true,
    },
    {
      what: 'invitation, without a sentence',
      voice: 'workspace',
      subject: (who) => `You can now sign in to ${who}`,
      order: async (from) => wired(await visit('app').signInAs(olivia)).post(INVITATION, {}, from),
      withoutClient: true,
    },
  ],
  sample: [
    {
      what: 'sample',
      voice: 'workspace',
      subject: (who) => atSomeTime(`SAMPLE is your code to sign in to ${who} (`),
      order: async (from) =>
        wired(await visit('app').signInAs(olivia)).post('/w/demo/settings/email/sample', {}, from),
    },
  ],
};

/** One of each mail, and of each way in which it differs. */
export const ALL_MAILS = Object.values(MAILS).flat();

/** The same browser, whose mails go over the wire from here on. */
function wired(browser: Visitor): Visitor {
  return copyOf(browser, overTheWire);
}

function setting(from: From): [string, typeof CHANGED, From] {
  return ['/account/password', CHANGED, from];
}
