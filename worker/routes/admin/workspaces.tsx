import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { DEFAULT_DATES, moment } from '../../../ui/dates.ts';
import { ChooseWorkspacePage } from '../../../ui/pages/admin/choose-workspace.tsx';
import {
  NewWorkspacePage,
  type NewWorkspacePageProps,
} from '../../../ui/pages/admin/new-workspace.tsx';
import * as paths from '../../../ui/paths.ts';
import type { MemberEnv } from '../../context.ts';
import { field, parseFields, readForm } from '../../http/form.ts';
import { nonceOf, page } from '../../http/page.ts';
import type { Allowed } from '../../limits/allowance.ts';
import { businessName } from '../../values/business-name.ts';
import { SLUG_MAX, SLUG_MIN } from '../../values/slug.ts';
import { createWorkspace, freeSlugs } from '../../workspaces/create.ts';
import { workspacesAllowed } from '../../workspaces/sign-up-policy.ts';
import { portalOrigin, workspacesOf } from '../../workspaces/workspaces.ts';

/** After signing in: to the member's workspace, to a choice of them, or to opening the first. */
export const workspaces = new Hono<MemberEnv>();

workspaces.get('/', async (c) => {
  const { db, member, settings } = c.var;
  const own = await workspacesOf(db, member.id);
  const [first] = own;
  if (first === undefined) return c.redirect(paths.newWorkspace(), 303);
  if (own.length === 1) return c.redirect(paths.workspaceHome(first.slug), 303);
  const listed = own.map((each) => ({
    ...each,
    host: new URL(portalOrigin(settings, each.slug)).host,
  }));
  const { passwords } = settings;
  const props = { nonce: nonceOf(c), member, workspaces: listed, passwords };
  return page(c, <ChooseWorkspacePage {...props} />);
});

workspaces.get('/workspaces/new', (c) => newWorkspacePage(c, {}));

workspaces.post('/workspaces/new', async (c) => {
  const { db, directory, member, now } = c.var;
  const form = await readForm(c);
  const values = { name: field(form, 'name'), slug: field(form, 'slug').trim().toLowerCase() };
  const parsed = parseFields(v.object({ name: businessName }), values);
  const errors = parsed.ok ? {} : parsed.errors;
  if (values.slug === '' || !parsed.ok) return suggestSlug(c, values, errors);
  const { name } = parsed.value;
  const allowed = workspacesAllowed(c.var.settings, member, now);
  const opened = await createWorkspace(db, member, { name, slug: values.slug }, allowed, now);
  if (opened.ok) {
    directory.forget(opened.slug);
    return c.redirect(paths.workspaceHome(opened.slug), 303);
  }
  if (opened.why === 'too-many') {
    return newWorkspacePage(c, { values, errors: { name: tooManyWorkspaces(allowed) } });
  }
  const { why, alternatives } = opened;
  return newWorkspacePage(c, { values, errors: { slug: SLUG_REFUSED[why] }, alternatives });
});

const SLUG_REFUSED = {
  malformed: `Use ${SLUG_MIN} to ${SLUG_MAX} small letters, digits and single hyphens, such as carla-design.`,
  reserved: 'This address is reserved. Choose another one.',
  taken: 'This address is taken. Choose another one.',
};

/** Why no further workspace is opened, and what can be done. */
function tooManyWorkspaces(allowed: Allowed | null): string {
  if (allowed === null) return '';
  const { most, until } = allowed;
  const then = until === null ? '' : ` You can open more from ${moment(until, DEFAULT_DATES)}.`;
  return `Nothing was opened: you have ${most} workspaces, as many as a member can have here${until === null ? '' : ' at first'}.${then} If you need more, ask the person who runs this service.`;
}

/** Without an address typed, the form comes back with a free one filled in, to accept or change. */
async function suggestSlug(
  c: Context<MemberEnv>,
  values: { name: string; slug: string },
  errors: { name?: string },
) {
  if (values.slug !== '') return newWorkspacePage(c, { values, errors });
  const [suggested = ''] = await freeSlugs(c.var.db, values.name, '');
  const words =
    suggested === '' ? SLUG_REFUSED.malformed : 'Is this address right? Change it, or go on.';
  const slugError = errors.name === undefined ? { slug: words } : {};
  return newWorkspacePage(c, {
    values: { ...values, slug: suggested },
    errors: { ...errors, ...slugError },
  });
}

function newWorkspacePage(
  c: Context<MemberEnv>,
  given: Partial<Pick<NewWorkspacePageProps, 'values' | 'errors' | 'alternatives'>>,
) {
  const { member, settings } = c.var;
  const { values = { name: '', slug: '' }, errors = {}, alternatives = [] } = given;
  const { passwords } = settings;
  const props = { nonce: nonceOf(c), member, passwords, values, errors, alternatives };
  return page(
    c,
    <NewWorkspacePage
      {...props}
      rootDomain={settings.rootDomain}
      first={member.workspaces === 0}
    />,
    given.errors === undefined ? 200 : 422,
  );
}
