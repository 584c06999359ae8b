import { listed } from '../../../../../ui/phrases.ts';
import type { RecordHint } from '../../../../senders/records/compare.ts';
import { SPF_MOST_LOOKUPS, SPF_MOST_VOID, SPF_OURS } from '../../../../senders/records/spf.ts';
import { readableDomain } from '../../../../values/email-address.ts';

/** What else there is to know about a record, in words. `name`: that of the record. */
export function hintWords(hint: RecordHint, name: string): string {
  switch (hint.hint) {
    case 'lets-anybody-send':
      return 'It ends in “+all”, which lets anybody send as you: “~all” at its end is safer.';
    case 'no-end':
      return 'It does not say what holds for mail from elsewhere: “~all” at its end does.';
    case 'add-to-existing':
      return `A domain may have only one SPF record: if there is one already, never add a second, but add “include:${SPF_OURS}” to it.`;
    case 'look-ups':
      return `It needs ${hint.own} or more look-ups, and with our mail service ${hint.withOurs} or more; ${SPF_MOST_LOOKUPS} are allowed.`;
    case 'look-ups-not-counted':
      return `We could not count all that it looks up: more than ${SPF_MOST_LOOKUPS} look-ups are too many for receivers.`;
    case 'unreadable-term':
      return `Not readable: “${hint.term}”.`;
    case 'include-without-spf':
      return `It includes ${listed(hint.names)}, where there is not exactly one SPF record, and receivers give up at that. Take it out, or ask that service.`;
    case 'too-many-void':
      return `Nothing is at ${listed(hint.names)}, and receivers give up after ${SPF_MOST_VOID} such names: take them out.`;
    case 'alias':
      return `The CNAME leads to ${hint.to}.`;
    case 'lives-by-wildcard':
      return `${readableDomain(name)} takes mail by a wildcard record (“*”) at present. That ends once a record is added for this name or below it, so give it MX records of its own first.`;
    case 'policy-above':
      return `The policy of ${readableDomain(hint.of)} holds here too, so none has to be added.`;
    case 'no-policy':
      return 'It has no valid “p”: some receivers read that as “p=none”, others skip the record. Change it to the value shown here.';
    case 'asks-to-refuse':
      return `It asks receivers to ${hint.asks === 'reject' ? 'refuse' : 'put aside'} mail that fails SPF and DKIM (“${hint.asks}”). Mail does not leave from your address before both are right.`;
    case 'strict-alignment':
      return `It asks for strict alignment: only a signature or a return address of exactly the sender’s domain counts. Our signature is of exactly that domain, so DKIM has to be right.`;
  }
}
