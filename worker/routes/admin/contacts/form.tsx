import type { Context } from 'hono';
import { ContactFormPage } from '../../../../ui/pages/admin/contacts/form.tsx';
import { companySuggestions } from '../../../contacts/companies.ts';
import { ContactDetails, MOST_COMPANIES } from '../../../contacts/details.ts';
import type { WorkspaceEnv } from '../../../context.ts';
import { type Form, field, parseFields } from '../../../http/form.ts';
import { nonceOf, page } from '../../../http/page.ts';
import { adminShell } from '../shell.ts';

/** A contact as typed, right or wrong: what the form shows again. */
export type ContactDraft = { name: string; email: string; client: string[]; portalAccess: boolean };

/** Reads the fields of a contact. Where `portal_access` is left out, the given default counts. */
export function contactDraftOf(form: Form, defaultPortalAccess: boolean): ContactDraft {
  // the form sends `off` from a hidden field and, when ticked, `on` after it: the last one counts
  const access = readAccess(form.getAll('portal_access').at(-1) ?? '');
  return {
    name: field(form, 'name'),
    email: field(form, 'email'),
    client: form.getAll('client').filter((name) => name.trim() !== ''),
    portalAccess: access === null ? defaultPortalAccess : access === 'on',
  };
}

/** Checks a draft; on failure the messages stand by the names of the form's fields. */
export function parseContact(
  draft: ContactDraft,
): { ok: true; value: ContactDetails } | { ok: false; errors: ContactErrors } {
  const { name, email, client } = draft;
  const parsed = parseFields(ContactDetails, { name, email, companies: client });
  if (parsed.ok) return parsed;
  const { companies, ...errors } = parsed.errors;
  return { ok: false, errors: { ...errors, client: companies } };
}

/** What the switch and the filter of access send; null for anything else. */
export function readAccess(text: string): 'on' | 'off' | null {
  return text === 'on' || text === 'off' ? text : null;
}

type ContactErrors = Partial<
  Record<'name' | 'email' | 'client' | 'portal_access', string | undefined>
>;

/** What was wrong with a contact: messages by field, or the contact that has its address already. */
export type ContactFaults = {
  errors?: ContactErrors;
  duplicateOf?: { id: string; name: string };
};

/** The form for a new contact (`contact` null) or for changing one; with faults, everything typed is kept. */
export async function contactFormPage(
  c: Context<WorkspaceEnv>,
  contact: { id: string } | null,
  draft: ContactDraft,
  faults?: ContactFaults,
) {
  const { db, workspace } = c.var;
  const props = {
    nonce: nonceOf(c),
    shell: adminShell(c, 'contacts'),
    contact,
    values: draft,
    errors: faults?.errors ?? {},
    duplicateOf: faults?.duplicateOf,
    companySuggestions: await companySuggestions(db, workspace.id),
    mostCompanies: MOST_COMPANIES,
  };
  return page(c, <ContactFormPage {...props} />, faults === undefined ? 200 : 422);
}
