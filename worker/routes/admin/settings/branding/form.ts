import * as v from 'valibot';
import type { Brand } from '../../../../../ui/brand.ts';
import { isLanguage, languageName, timeZoneNamed } from '../../../../../ui/languages.ts';
import type { BrandField } from '../../../../../ui/pages/admin/settings/branding/types.ts';
import { type FieldErrors, type Form, field, parseFields } from '../../../../http/form.ts';
import { businessName } from '../../../../values/business-name.ts';
import { emailField, textField } from '../../../../values/fields.ts';
import { pastedAddress } from '../../../../values/pasted-address.ts';
import type { BrandWords } from '../../../../workspaces/brand.ts';

/** The brand as typed, right or wrong, by the names of the form's fields. */
export type BrandDraft = Record<BrandField, string>;

export const LONGEST_WELCOME = 400;

const noContact = v.pipe(
  v.string(),
  v.transform(() => ({ address: '' })),
);

/** The most characters of a colour, spaces around it included. */
const LONGEST_COLOUR = 50;
const NO_COLOUR = 'Type # and six digits from 0 to f, such as #1f6f5c.';

const NO_ZONE = 'No time zone has that name. Type the largest city whose clocks show your time.';

const Branding = v.object({
  name: businessName,
  accent_color: v.pipe(
    v.string(),
    v.maxLength(LONGEST_COLOUR, NO_COLOUR),
    v.transform(hexColour),
    v.regex(/^#[0-9a-f]{6}$/, NO_COLOUR),
  ),
  welcome: textField(LONGEST_WELCOME),
  portal_contact: v.lazy((typed) =>
    typeof typed === 'string' && pastedAddress(typed) === '' ? noContact : emailField,
  ),
  language: v.pipe(v.string(), v.check(isLanguage, 'Choose a language of the list.')),
  time_zone: v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const zone = timeZoneNamed(dataset.value.trim());
      if (zone !== null) return zone;
      addIssue({ message: NO_ZONE });
      return NEVER;
    }),
  ),
});

/** People paste colours with or without #, and with three digits for six. Anything else stays as typed. */
function hexColour(typed: string): string {
  const digits = typed.replace(/^ +| +$/g, '').toLowerCase();
  const six = digits.replace(/^#?([0-9a-f])([0-9a-f])([0-9a-f])$/, '#$1$1$2$2$3$3');
  return six.replace(/^(?=[0-9a-f]{6}$)/, '#');
}

/** The saved brand, as the form shows it. */
export function savedDraft(saved: Brand): BrandDraft {
  return {
    name: saved.name,
    accent_color: saved.accentColor,
    welcome: saved.welcome,
    portal_contact: saved.portalContact,
    language: saved.language,
    time_zone: saved.timeZone,
  };
}

/** Reads the fields of the brand. A field that is not sent keeps its saved value. */
export function brandDraftOf(form: Form, saved: Brand): BrandDraft {
  const draft = savedDraft(saved);
  for (const name of Object.keys(draft) as BrandField[]) {
    if (form.has(name)) draft[name] = field(form, name);
  }
  return draft;
}

type ParsedBrand = { ok: true; value: BrandWords } | { ok: false; errors: FieldErrors<BrandField> };

/** Checks the typed brand; one message per field that is wrong. */
export function parseBrand(draft: BrandDraft): ParsedBrand {
  const parsed = parseFields(Branding, draft);
  if (!parsed.ok) return parsed;
  const { name, accent_color, welcome, portal_contact, language, time_zone } = parsed.value;
  const [accentColor, portalContact] = [accent_color, portal_contact.address];
  return {
    ok: true,
    value: { name, accentColor, welcome, portalContact, language, timeZone: time_zone },
  };
}

/** The message for each field that saving would change: what is saved there at present. */
export function changedFields(words: BrandWords, saved: Brand): FieldErrors<BrandField> {
  const [typed, stored] = [savedDraft({ ...saved, ...words }), savedDraft(saved)];
  const shown = { ...stored, language: languageName(stored.language) };
  const changed = (Object.keys(stored) as BrandField[]).filter(
    (name) => typed[name] !== stored[name],
  );
  return Object.fromEntries(
    changed.map((name) => [name, `Saved at present: ${shown[name] || 'nothing'}`]),
  );
}

/** A brand to preview: what was typed, and what is saved where that is wrong. */
export function brandToShow(draft: BrandDraft, saved: Brand): Brand {
  const parsed = parseBrand(draft);
  if (parsed.ok) return { ...saved, ...parsed.value };
  const corrected = { ...draft };
  for (const name of Object.keys(parsed.errors) as BrandField[]) {
    corrected[name] = savedDraft(saved)[name];
  }
  const again = parseBrand(corrected);
  return again.ok ? { ...saved, ...again.value } : saved;
}
