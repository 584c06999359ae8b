import type { RecordRow } from '../../../../../ui/pages/admin/settings/email/types.ts';
import type {
  AbsentBecause,
  DomainRecord,
  RecordFault,
  UnknownBecause,
} from '../../../../senders/records/compare.ts';
import { SPF_MOST_LOOKUPS, SPF_MOST_VOID } from '../../../../senders/records/spf.ts';
import { readableDomain } from '../../../../values/email-address.ts';
import { hintWords } from './describe-hints.ts';

/** Puts a DNS record into words for the freelancer: what it does, what is wrong, and what to do next. */
export function describeRecord(record: DomainRecord): RecordRow {
  const { key, name, value, status, hints, published } = record;
  const words = [statusWords(record), ...hints.map((hint) => hintWords(hint, name))].join(' ');
  return {
    ...{ key, name, value, words, published },
    purpose: PURPOSES[key],
    state: status.state,
    isUnseen: isUnseen(status),
  };
}

/** Whether nobody could say what is there. */
function isUnseen(status: DomainRecord['status']): boolean {
  switch (status.state) {
    case 'unknown':
      return status.why === 'no-dns';
    case 'wrong':
      return status.fault === 'not-accepted';
    case 'right':
    case 'missing':
    case 'advised':
      return false;
  }
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
      if (key === 'mx') return `${readableDomain(name)} takes no mail: ${NO_MX}`;
      return absentWords(status.why, name);
    case 'advised':
      return status.why.because === 'nothing-there'
        ? ADVISED
        : `${absentWords(status.why, name)} ${ADVISED}`;
    case 'wrong':
      return faultWords(status.fault);
    case 'unknown':
      return key === 'mx' ? MX_NO_VERDICT : unknownWords(status.why);
  }
}

const ADVISED = 'Advised: large mail services ask for it. Your mail is sent without it too.';
const NO_MX =
  'it has neither an MX nor an A record, so receivers refuse what claims to come from there. Ask the provider of your mailboxes which MX records to add.';
const MX_NO_VERDICT =
  'The mail service could not say just now whether your domain takes mail: check again in a moment.';

function absentWords(why: AbsentBecause, name: string): string {
  switch (why.because) {
    case 'nothing-there':
      return 'Not there yet. Add it where the DNS of your domain is managed.';
    case 'wildcard':
      return `Only a wildcard record (a name with “*”) answers here, so this name has no record of its own. Leave the wildcard as it is, and add a record with exactly the name ${name}.`;
    case 'doubled':
      return `It stands at ${why.at}, because your DNS panel appends ${appendedTo(why.at, name)} to every name by itself. Change its name there: leave ${appendedTo(why.at, name)} off its end.`;
    case 'no-underscore':
      return `It stands at ${why.at}: the “_” of its name was lost. Change its name to ${name}.`;
    case 'another-name':
      return `It stands at ${why.at}, which is another name. Move it to ${name}.`;
  }
}

/** What a panel has put behind a name. */
function appendedTo(at: string, name: string): string {
  return at.slice(name.length + 1);
}

function faultWords(fault: RecordFault): string {
  switch (fault) {
    case 'several-spf':
      return 'There are several SPF records, which counts as none. Keep one, and join the others into it.';
    case 'spf-version':
      return 'What is there is not read as an SPF record: it has to begin with “v=spf1” and a space. Change it to the value shown here, and add no second one.';
    case 'unreadable-term':
      return 'A part of your SPF record can’t be read, so receivers give up on all of it. Put that part right first.';
    case 'too-many-lookups':
      return `More than ${SPF_MOST_LOOKUPS} look-ups are in it, so receivers give up on it. Take out services that you no longer use.`;
    case 'too-many-with-ours':
      return `Your SPF record does not name our mail service, and there is no room for it: receivers give up at more than ${SPF_MOST_LOOKUPS} look-ups. Take out services that you no longer use first, and check again.`;
    case 'not-included':
      return 'Your SPF record does not name our mail service. Change it to the value shown here: everything in it stays.';
    case 'include-without-spf':
      return 'Your SPF record names our mail service, and receivers give up before they get to it.';
    case 'too-many-void':
      return `Your SPF record names our mail service, but more than ${SPF_MOST_VOID} names in it don’t exist, so receivers give up on it.`;
    case 'quoted':
      return 'There are quotation marks in it, which belong to a zone file and not to the value. Change it to the value shown here, without any.';
    case 'backslashes':
      return 'There are backslashes (“\\”) in it, which belong to a zone file and not to the value. Change it to the value shown here, without any.';
    case 'odd-spaces':
      return 'There are spaces or invisible characters in it that don’t belong there. Replace it with the value shown here.';
    case 'several':
      return 'There are several. Keep one, with the value shown here.';
    case 'cut-off':
      return 'The end of it is missing. Copy the whole value: it is long, and some forms cut it off.';
    case 'revoked':
      return 'Another value is there: its key is empty, which says that the key was revoked. Replace it with the one shown here.';
    case 'another-value':
      return 'Another value is there. Replace it with the one shown here.';
    case 'another-account':
      return 'It names another account only. Change it to the value shown here, which names both.';
    case 'several-dmarc':
      return 'There are several DMARC records, which counts as none. Keep the one that you mean, and delete the others.';
    case 'dmarc-version':
      return 'What is there counts as none: a DMARC record has to begin with exactly “v=DMARC1;”. Change it to the value shown here.';
    case 'dmarc-policy':
      return 'What is there counts as none with many receivers: a DMARC record needs one “p”, which is none, quarantine or reject. Change it to the value shown here.';
    case 'alias':
      return 'A CNAME record is at this name, and beside a CNAME no other record can stand. Delete the CNAME, and add the record shown here in its place.';
    case 'alias-domain':
      return 'This name is a CNAME, and beside a CNAME no other record can stand. Have the value added where the CNAME leads, or put the A and MX records of that place here instead of the CNAME first.';
    case 'not-accepted':
      return 'The mail service does not accept what is there, if anything is, and we could not look it up just now. Check again in a moment, before you change anything.';
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
      return 'We could not look this up just now, so nobody can say yet what is there. Change nothing, and check again in a moment.';
    case 'more-than-read':
      return 'There is more at this name than we read, so we can’t say whether it is right. Look through it where your DNS is managed.';
  }
}
