import type { Context } from 'hono';
import * as v from 'valibot';
import { ContactFormPage } from '../../../../ui/pages/admin/contacts/form.tsx';
import { companySuggestions, nameKeyOf } from '../../../contacts/companies.ts';
import type { ContactDetails } from '../../../contacts/contacts.ts';
import type { WorkspaceEnv } from '../../../context.ts';
import {
  emailField,
  type Form,
  field,
  lineField,
  type Parsed,
  parseFields,
} from '../../../http/form.ts';
import { nonceOf, page } from '../../../http/page.ts';
import { adminShell } from '../shell.ts';

/** A contact as typed, right or wrong: what a redisplayed form shows again. */
export type ContactDraft = { name: string; email: string; client: string[]; portalAccess: boolean };

const MOST_COMPANIES = 10;

const Contact = v.object({
  name: lineField('a name', 120),
  email: emailField,
  client: v.pipe(
    v.array(lineField('a company', 120)),
    v.maxLength(MOST_COMPANIES, `At most ${MOST_COMPANIES} companies, please.`),
  ),
});

/** Reads the fields of a contact; `portal_access` left out means what the workspace's default says. */
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

export function parseContact(
  draft: ContactDraft,
): Parsed<ContactDetails, 'name' | 'email' | 'client'> {
  const parsed = parseFields(Contact, draft);
  if (!parsed.ok) return parsed;
  const { name, email, client } = parsed.value;
  return { ok: true, value: { name, email, companies: withoutRepeats(client) } };
}

export function readAccess(text: string): 'on' | 'off' | null {
  return text === 'on' || text === 'off' ? text : null;
}

/** What was wrong with a contact: messages by field, or the contact that has its address already. */
export type ContactFaults = {
  errors?: { name?: string; email?: string; client?: string };
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

function withoutRepeats(names: string[]): string[] {
  const keys = names.map(nameKeyOf);
  return names.filter((_name, at) => keys.indexOf(keys[at] ?? '') === at);
}
