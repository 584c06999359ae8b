import * as v from 'valibot';
import type { Brand } from '../../../../../ui/brand.ts';
import { isLanguage, languageName, timeZoneNamed } from '../../../../../ui/languages.ts';
import type { BrandField } from '../../../../../ui/pages/admin/settings/branding/form.tsx';
import {
  emailField,
  type FieldErrors,
  type Form,
  field,
  lineField,
  parseFields,
  textField,
} from '../../../../http/form.ts';
import type { BrandWords } from '../../../../workspaces/brand.ts';

/** The brand as typed, right or wrong, by the names of the form's fields. */
export type Draft = Record<BrandField, string>;

export const LONGEST_WELCOME = 400;

const noContact = v.pipe(
  v.string(),
  v.transform(() => ({ address: '' })),
);

const NO_ZONE = 'No time zone has that name. Type the largest city whose clocks show your time.';

const Branding = v.object({
  name: lineField('your business’s name', 80),
  accent_color: v.pipe(
    v.string(),
    v.transform(hexColour),
    v.regex(/^#[0-9a-f]{6}$/, 'Type # and six digits from 0 to f, such as #1f6f5c.'),
  ),
  welcome: textField(LONGEST_WELCOME),
  portal_contact: v.lazy((typed) =>
    typeof typed === 'string' && typed.trim() === '' ? noContact : emailField,
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

/** Colours are pasted in many ways: with or without #, with three digits for six. Anything else stays as it is. */
function hexColour(typed: string): string {
  const digits = typed.replace(/^ +| +$/g, '').toLowerCase();
  const six = digits.replace(/^#?([0-9a-f])([0-9a-f])([0-9a-f])$/, '#$1$1$2$2$3$3');
  return six.replace(/^(?=[0-9a-f]{6}$)/, '#');
}

/** What is saved, as the form shows it. */
export function savedDraft(saved: Brand): Draft {
  return {
    name: saved.name,
    accent_color: saved.accentColor,
    welcome: saved.welcome,
    portal_contact: saved.portalContact,
    language: saved.language,
    time_zone: saved.timeZone,
  };
}

/** Reads the fields of the brand. One that is not sent stays as it is saved. */
export function brandDraftOf(form: Form, saved: Brand): Draft {
  const draft = savedDraft(saved);
  for (const name of Object.keys(draft) as BrandField[]) {
    if (form.has(name)) draft[name] = field(form, name);
  }
  return draft;
}

type ParsedBrand = { ok: true; value: BrandWords } | { ok: false; errors: FieldErrors<BrandField> };

export function parseBrand(draft: Draft): ParsedBrand {
  const parsed = parseFields(Branding, draft);
  if (!parsed.ok) return parsed;
  const { name, accent_color, welcome, portal_contact, language, time_zone } = parsed.value;
  const [accentColor, portalContact] = [accent_color, portal_contact.address];
  return {
    ok: true,
    value: { name, accentColor, welcome, portalContact, language, timeZone: time_zone },
  };
}

/** For each field that saving would change: what is saved there at present. */
export function whatChanges(words: BrandWords, saved: Brand): FieldErrors<BrandField> {
  const [typed, there] = [savedDraft({ ...saved, ...words }), savedDraft(saved)];
  const shown = { ...there, language: languageName(there.language) };
  const changed = (Object.keys(there) as BrandField[]).filter(
    (name) => typed[name] !== there[name],
  );
  const told = changed.map((name) => [name, `Saved at present: ${shown[name] || 'nothing'}`]);
  return Object.fromEntries(told);
}

/** A brand to look at before it is saved: what was typed where it can be, what is saved where it can't. */
export function brandToShow(draft: Draft, saved: Brand): Brand {
  const parsed = parseBrand(draft);
  if (parsed.ok) return { ...saved, ...parsed.value };
  const sound = { ...draft };
  for (const name of Object.keys(parsed.errors) as BrandField[]) {
    sound[name] = savedDraft(saved)[name];
  }
  const again = parseBrand(sound);
  return again.ok ? { ...saved, ...again.value } : saved;
}
