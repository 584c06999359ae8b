import type { RecordState } from '../../../../components/record-state.tsx';
import type { LastMail } from './last-mail.tsx';

/** A DNS record of the freelancer's domain: what is needed, and what is published. */
export type RecordRow = {
  key: 'spf' | 'dkim' | 'domain-lockdown' | 'mx' | 'dmarc';
  /** What it does, in plain words: "Says that our mail service may send for you". */
  purpose: string;
  /** The full name, such as `_mailchannels.studio.example`. */
  name: string;
  /** The value to copy; '' where there is none. */
  value: string;
  /** `advised`: mail leaves without it. */
  state: RecordState;
  /** Nobody could say what is there, so nothing is to be published yet. */
  isUnseen: boolean;
  /** What is wrong and what to do next, or that all is well. */
  words: string;
  published: string[];
};

/** A sender as the page shows it. */
export type SenderView = {
  id: string;
  slot: 'current' | 'next';
  /** For people to read, as is `domain`. */
  address: string;
  domain: string;
  /** As the names of records end in it. */
  asciiDomain: string;
  use: 'from' | 'reply-to';
  /** Why the address is for replies only; null if mail can leave from it. */
  repliesOnly: 'free-mail' | 'no-domains' | null;
  state: 'unconfirmed' | 'unverified' | 'active' | 'broken' | 'reply-only';
  /** The form for the code, while the address is unconfirmed. */
  code: CodeForm | null;
  records: RecordRow[];
  /** Whether the schedule checks the records. */
  isScheduled: boolean;
  /** When the mail service last answered. */
  answeredAt: number | null;
  /** When it was last asked. */
  checkedAt: number | null;
  brokenAt: number | null;
  brokenBy: 'records' | 'refusal' | null;
};

/** The form for the code that confirms an address. */
export type CodeForm = {
  typed: string;
  error: string | undefined;
  /** Why no other code is mailed, when one was asked for. */
  again?: string;
  /** Why no code can be typed just now; null if one can. */
  closed: string | null;
  /** How long a code works. */
  minutes: number;
  /** What became of the mail with the code, if something went wrong. */
  mail: LastMail | null;
};

/** The form for an address, as typed. */
export type AddressForm = { email: string; error: string | undefined };

/** From which address mail leaves at this moment, and whom replies reach, if they reach another address. */
export type MailFrom = {
  name: string;
  from: string;
  replyTo: string | null;
  /** `from` is the freelancer's own address, which replies reach without `replyTo`. */
  isOwn: boolean;
};
