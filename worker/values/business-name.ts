import * as v from 'valibot';
import { lineField } from './fields.ts';
import { withoutInvisible } from './invisible.ts';
import { oneLine } from './plain-text.ts';
import { webAddressIn } from './web-address.ts';

const LONGEST = 80;

/**
 * The name of a workspace, which stands in the subject and the sender of mails. Attack row 38: it holds no web or email
 * address and no invisible character, or we would mail somebody's message to anybody.
 */
export const businessName = v.pipe(
  v.string(),
  v.check((typed) => !hides(typed), 'Please leave out invisible characters.'),
  lineField('your business’s name', LONGEST),
  v.check(
    (name) => webAddressIn(name) === null,
    ({ input }) =>
      `“${webAddressIn(input)}” reads as a web or email address. The name stands in the subject of mails, so it can’t have one. Write it without, for example with a space in place of the dot.`,
  ),
);

/** Whether invisible characters are typed that no address book adds. `lineField` strips the others, or refuses them. */
function hides(typed: string): boolean {
  if (typed.length > 2 * LONGEST || /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u.test(typed))
    return false;
  return withoutInvisible(typed.trim()) !== typed.trim();
}

/**
 * The name of a workspace as mails say it, in one line. Names were not always checked: in place of one that holds an
 * address, or nothing visible, it is the slug.
 */
export function mailNameOf({ name, slug }: { name: string; slug: string }): string {
  const line = oneLine(name);
  return line === '' || webAddressIn(line) !== null ? slug : line;
}
