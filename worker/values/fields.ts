import * as v from 'valibot';
import { parseEmail } from './email-address.ts';

// Schemas of what people type, for a form, a file of contacts and an API alike.

/** One plain email address. */
export const emailField = v.pipe(
  v.string(),
  v.trim(),
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
    v.transform((text) => text.replace(/\r\n?/g, '\n').trim()),
    v.maxLength(most, `At most ${most} characters, please.`),
    v.check((text) => !hasControls(text.replaceAll('\n', '')), NO_CONTROLS),
  );
}

/** A line of text for people to read: no control characters, nothing that turns the direction of writing. */
export function lineField(what: string, most: number) {
  return v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty(`Type ${what}.`),
    v.maxLength(most, `At most ${most} characters, please.`),
    v.check((text) => !hasControls(text), NO_CONTROLS),
  );
}

const NO_CONTROLS = 'Please leave out invisible control characters.';

function hasControls(text: string): boolean {
  return /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u.test(text);
}
