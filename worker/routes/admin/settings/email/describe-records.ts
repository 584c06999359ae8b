import type { RecordRow } from '../../../../../ui/pages/admin/settings/email/types.ts';
import type {
  DomainRecord,
  RecordFault,
  SpfHint,
  UnknownBecause,
} from '../../../../senders/records/records.ts';
import { SPF_MOST_LOOKUPS } from '../../../../senders/records/spf.ts';
import { readableDomain } from '../../../../values/email-address.ts';

/** Puts a DNS record into words for the freelancer: what it does, what is wrong, and what to do next. */
export function describeRecord(record: DomainRecord): RecordRow {
  const { key, name, value, status, hints, published } = record;
  const words = [statusWords(record), ...hints.map(hintWords)].join(' ');
  return { key, purpose: PURPOSES[key], name, value, state: status.state, words, published };
}

const PURPOSES: Record<DomainRecord['key'], string> = {
  spf: 'Says that our mail service may send for your domain.',
  dkim: 'Signs your mail, so that receivers can tell that it is yours.',
  'domain-lockdown': 'Keeps other customers of our mail service from sending as you.',
  mx: 'Says where mail to your domain arrives.',
  dmarc: 'Tells receivers what to do with mail that only pretends to be yours.',
};

function statusWords({ key, name, status }: DomainRecord): string {
  switch (status.state) {
    case 'right':
      return 'In place.';
    case 'missing':
      return key === 'mx' ? `${readableDomain(name)} takes no mail: ${NO_MX}` : MISSING;
    case 'advised':
      return 'Advised: large mail services ask for it. Your mail is sent without it too.';
    case 'wrong':
      return faultWords(status.fault);
    case 'unknown':
      return key === 'mx' ? MX_NO_VERDICT : unknownWords(status.why);
  }
}

const MISSING = 'Not there yet. Add it where the DNS of your domain is managed.';
const NO_MX =
  'it has neither an MX nor an A record, so receivers refuse what claims to come from there. Ask the provider of your mailboxes which MX records to add.';
const MX_NO_VERDICT =
  'The mail service could not say just now whether your domain takes mail: check again in a moment.';

function faultWords(fault: RecordFault): string {
  switch (fault) {
    case 'several-spf':
      return 'There are several SPF records, which counts as none. Keep one: it is shown here, with everything in it.';
    case 'too-many-lookups':
      return `More than ${SPF_MOST_LOOKUPS} look-ups are in it, so receivers give up on it. Take out services that you no longer use.`;
    case 'not-included':
      return 'Your SPF record does not name our mail service. Change it to the value shown here: everything in it stays.';
    case 'quoted':
      return 'There are quotation marks in it. Take them out: the value stands without any.';
    case 'several':
      return 'There are several. Keep one, with the value shown here.';
    case 'cut-off':
      return 'The end of it is missing. Copy the whole value: it is long, and some forms cut it off.';
    case 'another-value':
      return 'Another value is there. Replace it with the one shown here.';
    case 'another-account':
      return 'It names another account only. Change it to the value shown here, which names both.';
    case 'not-accepted':
      return 'The mail service does not accept what is there. Compare it with the value shown here.';
  }
}

function unknownWords(why: UnknownBecause): string {
  switch (why) {
    case 'not-made-yet':
      return 'The mail service has not made this record yet. Check again in a moment.';
    case 'not-seen-yet':
      return 'It is there, but the mail service does not see it yet. DNS can take an hour: check again later.';
    case 'no-verdict':
      return 'It is there. The mail service could not say just now whether it is right: check again in a moment.';
    case 'no-dns':
      return 'We could not look this up just now. Check again in a moment.';
  }
}

function hintWords(hint: SpfHint): string {
  switch (hint) {
    case 'lets-anybody-send':
      return 'It ends in “+all”, which lets anybody send as you: “~all” at its end is safer.';
    case 'add-to-existing':
      return 'If there is an SPF record already, add “include:relay.mailchannels.net” to it: a domain may have only one SPF record.';
  }
}
