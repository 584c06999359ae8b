import * as v from 'valibot';
import type { AppContext } from '../context.ts';
import { parseEmail } from '../values/email-address.ts';

/** What a posted form holds. Handlers read the fields they know by name and leave the rest alone. */
export type Form = URLSearchParams;

export async function readForm(c: AppContext): Promise<Form> {
  if (c.req.raw.body === null) return new URLSearchParams();
  const form = new URLSearchParams();
  for (const [name, value] of await c.req.formData()) {
    if (typeof value === 'string') form.append(name, value);
  }
  return form;
}

/** A field that may come once. Sent twice it is nobody's honest form, and reads as empty. */
export function field(form: Form, name: string): string {
  const values = form.getAll(name);
  return values.length === 1 ? (values[0] ?? '') : '';
}

/** The message for each field that is wrong. */
export type FieldErrors<Field extends string> = Partial<Record<Field, string>>;

export type Parsed<Output, Field extends string> =
  | { ok: true; value: Output }
  | { ok: false; errors: FieldErrors<Field> };

/** Checks what was typed against a schema; on failure one message per field, the first that applies. */
export function parseFields<
  Entries extends Record<string, v.GenericSchema>,
  Schema extends v.ObjectSchema<Entries, undefined>,
>(schema: Schema, typed: unknown): Parsed<v.InferOutput<Schema>, Extract<keyof Entries, string>> {
  const result = v.safeParse(schema, typed);
  if (result.success) return { ok: true, value: result.output };
  const errors: Record<string, string> = {};
  for (const issue of result.issues) {
    const name = String(issue.path?.[0]?.key ?? '');
    errors[name] ??= issue.message;
  }
  return { ok: false, errors: errors as FieldErrors<Extract<keyof Entries, string>> };
}

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

/** Some lines of text, or none; as a line otherwise. Browsers send line breaks as CRLF. */
export function textField(most: number) {
  return v.pipe(
    v.string(),
    v.transform((text) => text.replace(/\r\n?/g, '\n').trim()),
    v.maxLength(most, `At most ${most} characters, please.`),
    v.check((text) => !hasControls(text.replaceAll('\n', '')), NO_CONTROLS),
  );
}

/** A line of text for people to read: no control characters, nothing that turns writing direction. */
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
