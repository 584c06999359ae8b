import type { DateStyle } from '../../../../ui/dates.ts';
import type { Details } from '../../../activity/details.ts';
import type { ActivityKind } from '../../../activity/kinds.ts';
import type { Mailbox } from './mail-failures.ts';

/** How an activity reads: a title, particulars to stand after a colon ('' for none), and whether it is good or bad news. */
export type ActivityDescription = { kind: 'ok' | 'bad' | 'plain'; title: string; detail: string };

/** How the reader writes dates, and whose mailbox the mails were for. */
export type Reader = { dates: DateStyle; mailbox: Mailbox };

/** For each of some kinds, the function that puts its detail into words. `by`: ' by' and the member's address, or ''. */
export type Describers<Kinds extends ActivityKind> = {
  [Kind in Kinds]: (detail: Details[Kind], about: Reader & { by: string }) => ActivityDescription;
};

export function neutral(title: string, detail = ''): ActivityDescription {
  return { kind: 'plain', title, detail };
}

export function good(title: string, detail = ''): ActivityDescription {
  return { kind: 'ok', title, detail };
}

export function bad(title: string, detail = ''): ActivityDescription {
  return { kind: 'bad', title, detail };
}
