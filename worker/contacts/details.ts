import * as v from 'valibot';
import { emailField, lineField } from '../values/fields.ts';
import { nameKeyOf } from './companies.ts';

export const MOST_COMPANIES = 10;

/** What a freelancer enters about a contact, wherever it is entered. A company that is named twice counts once. */
export const ContactDetails = v.object({
  name: lineField('a name', 120),
  email: emailField,
  companies: v.pipe(
    v.array(lineField('a company', 120)),
    v.maxLength(MOST_COMPANIES, `At most ${MOST_COMPANIES} companies, please.`),
    v.transform(withoutRepeats),
  ),
});

export type ContactDetails = v.InferOutput<typeof ContactDetails>;

function withoutRepeats(names: string[]): string[] {
  const keys = names.map(nameKeyOf);
  return names.filter((_name, nth) => keys.indexOf(keys[nth] ?? '') === nth);
}
