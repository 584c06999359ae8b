import * as v from 'valibot';
import type { AppContext } from '../context.ts';

/** The fields of a posted form. Handlers read the fields that they know by name and ignore all others. */
export type Form = URLSearchParams;

/** Reads the text fields of a form; empty when there is no body. */
export async function readForm(c: AppContext): Promise<Form> {
  if (c.req.raw.body === null) return new URLSearchParams();
  const form = new URLSearchParams();
  for (const [name, value] of await c.req.formData()) {
    if (typeof value === 'string') form.append(name, value);
  }
  return form;
}

/** The value of a field that may occur once. Empty when it is missing or occurs twice, which no form of ours sends. */
export function field(form: Form, name: string): string {
  const values = form.getAll(name);
  return values.length === 1 ? (values[0] ?? '') : '';
}

/** A message for each field that is wrong. */
export type FieldErrors<Field extends string> = Partial<Record<Field, string>>;

export type Parsed<Output, Field extends string> =
  | { ok: true; value: Output }
  | { ok: false; errors: FieldErrors<Field> };

/** Checks typed values against a schema. On failure it returns the first message of each wrong field. */
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
