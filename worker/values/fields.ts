import * as v from 'valibot';
import { parseEmail } from './email-address.ts';
import { withoutInvisible } from './invisible.ts';
import { pastedAddress } from './pasted-address.ts';
import { isClinging, withoutEnds } from './plain-text.ts';

// Schemas of what people type, for a form, a file of contacts and an API alike. Attack row 40: the length of a text is
// looked at before anything else, because composing characters takes time in the square of it.

/** How many characters around a text of a bounded length are read, to be stripped. */
const MOST_AROUND = 1000;

/** One plain email address, found in what was pasted. */
export const emailField = v.pipe(
  v.string(),
  v.transform(pastedAddress),
  v.nonEmpty('Type an email address.'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const email = parseEmail(dataset.value);
    if (email !== null) return email;
    addIssue({ message: 'That does not look like one email address, such as carla@acme.example.' });
    return NEVER;
  }),
);

/** Any number of lines of text, none included. Line breaks become `\n`: browsers send CRLF. */
export function textField(most: number) {
  return v.pipe(
    v.string(),
    v.maxLength(most + MOST_AROUND, tooLong(most)),
    v.transform((text) => withoutEnds(text.replace(/\r\n?/g, '\n'), isClinging)),
    v.check(
      (text) => !/[\u2066-\u2069]/.test(text) && !DISGUISES.test(text.replaceAll('\n', '')),
      NO_CONTROLS,
    ),
    v.transform((text) => text.split('\n').map(visible).join('\n')),
    v.maxLength(most, tooLong(most)),
  );
}

/**
 * A line of text for people to read, such as a name. What address books and word processors add to it is stripped: marks of
 * direction, isolates, soft hyphens. Controls, and what turns the writing direction, are refused.
 */
export function lineField(what: string, most: number) {
  return v.pipe(
    v.string(),
    v.maxLength(most + MOST_AROUND, tooLong(most)),
    v.transform((text) => withoutEnds(text, isClinging)),
    v.check((text) => !DISGUISES.test(text), NO_CONTROLS),
    v.transform((text) => visible(text).trim()),
    v.nonEmpty(`Type ${what}.`),
    v.maxLength(most, tooLong(most)),
  );
}

/** Composed (NFC), so that one name has one spelling. */
function visible(text: string): string {
  return withoutInvisible(text).normalize('NFC');
}

function tooLong(most: number): string {
  return `At most ${most} characters, please.`;
}

const NO_CONTROLS = 'Please leave out invisible control characters.';
/** Control characters, line breaks, overrides, and embeddings within a text: around it they are stripped. */
const DISGUISES = /[\p{Cc}\u2028\u2029\u202a-\u202e]/u;
