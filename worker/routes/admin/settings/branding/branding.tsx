import { type Context, Hono } from 'hono';
import { BrandingPage } from '../../../../../ui/pages/admin/settings/branding/branding.tsx';
import * as paths from '../../../../../ui/paths.ts';
import type { SchemeName } from '../../../../../ui/theme.ts';
import { actorOf } from '../../../../activity/actor.ts';
import type { WorkspaceEnv } from '../../../../context.ts';
import { refuse } from '../../../../http/errors.tsx';
import { leaveFlash } from '../../../../http/flash.ts';
import { type Form, field, readForm } from '../../../../http/form.ts';
import { nonceOf, page } from '../../../../http/page.ts';
import { isUpload, readUpload, type Upload } from '../../../../http/upload.ts';
import { durationWords } from '../../../../values/duration.ts';
import {
  type BrandWords,
  brandVersion,
  type LogoChange,
  saveBrand,
} from '../../../../workspaces/brand.ts';
import { BRAND_CACHED } from '../../../../workspaces/directory.ts';
import { LOGO_BYTES, LOGO_SIDE_MAX } from '../../../../workspaces/logo/picture.ts';
import { findWorkspace, type Workspace } from '../../../../workspaces/workspaces.ts';
import { adminShell } from '../../shell.ts';
import { notifyOwners } from '../notify-owners.ts';
import {
  type BrandDraft,
  brandDraftOf,
  brandToShow,
  changedFields,
  LONGEST_WELCOME,
  parseBrand,
} from './form.ts';
import { type LogoRead, logoError, readLogo } from './logo-field.ts';

/** Settings → Branding: what clients see of a workspace, on its pages and in its mails. */
export const branding = new Hono<WorkspaceEnv>();

// With values in the address, the page shows them as typed and not saved.
branding.get('/w/:slug/settings/branding', async (c) => {
  const typed = new URL(c.req.url).searchParams;
  const draft = brandDraftOf(typed, c.var.workspace);
  const parsed = parseBrand(draft);
  const unsaved = [...typed.keys()].some((name) => name !== 'scheme');
  const errors = parsed.ok || !unsaved ? {} : parsed.errors;
  const version = await versionOf(typed, c.var.workspace);
  return brandingPage(c, { draft, errors, version, unsaved, ...choicesOf(typed) });
});

branding.post('/w/:slug/settings/branding', async (c) => {
  const { workspace } = c.var;
  const upload = await uploadOf(c);
  if (upload === null) return refuse(c, 400);
  const draft = brandDraftOf(upload.form, workspace);
  const version = await versionOf(upload.form, workspace);
  const sent = { draft, version, unsaved: true, ...choicesOf(upload.form) };
  const parsed = parseBrand(draft);
  const logo = await readLogo(upload);
  if (!parsed.ok || !logo.ok) {
    const errors = { ...(parsed.ok ? {} : parsed.errors), logo: logoError(logo) };
    const status = !logo.ok && logo.why === 'too-large' ? 413 : 422;
    return brandingPage(c, { ...sent, errors }, status);
  }
  const change = logo.change ?? (sent.removeLogo ? 'none' : null);
  const isSaved = await save(c, version, parsed.value, change);
  return isSaved ? redirectSaved(c, sent.scheme) : savedMeanwhile(c, sent, parsed.value, logo);
});

/** The version of the brand that a form was opened with; the current one if the form does not say. */
async function versionOf(form: Form, workspace: Workspace): Promise<string> {
  return field(form, 'version') || (await brandVersion(workspace));
}

/** Saves the brand. Returns false if that would replace a brand that the form was not opened with. */
async function save(
  c: Context<WorkspaceEnv>,
  version: string,
  words: BrandWords,
  logo: LogoChange,
): Promise<boolean> {
  const { db, workspace, member, directory, now } = c.var;
  const isUnchanged = Object.keys(changedFields(words, workspace)).length === 0;
  const isCurrent = isUnchanged || version === (await brandVersion(workspace));
  if (!isCurrent) return false;
  const saved = await saveBrand(db, actorOf(member), workspace, words, logo, now);
  if (saved === null) return false;
  notifyOwners(c, [saved.contactChange]);
  directory.forget(workspace.slug);
  return true;
}

function redirectSaved(c: Context<WorkspaceEnv>, scheme: SchemeName): Response {
  leaveFlash(c, `Saved. Clients see it within ${durationWords(BRAND_CACHED)}.`);
  const { slug } = c.var.workspace;
  return c.redirect(paths.branding(slug, scheme === 'dark' ? { scheme } : {}), 303);
}

/** Another brand was saved meanwhile: the form comes back, and each field that differs says what is saved. */
async function savedMeanwhile(
  c: Context<WorkspaceEnv>,
  sent: Omit<Shown, 'errors'>,
  words: BrandWords,
  logo: LogoRead,
) {
  const { db, workspace } = c.var;
  const [saved = workspace] = await findWorkspace(db, workspace.id);
  c.set('workspace', saved);
  const differing = changedFields(words, saved);
  const errors = { ...differing, logo: logoError(logo) };
  const changesLogo = sent.removeLogo || errors.logo !== undefined;
  // after a double click: the first form has saved the very same
  if (!changesLogo && Object.keys(differing).length === 0) return redirectSaved(c, sent.scheme);
  const fresh = { refused: SAVED_MEANWHILE, version: await brandVersion(saved) };
  return brandingPage(c, { ...sent, ...fresh, errors }, 409);
}

const SAVED_MEANWHILE =
  'Other branding was saved meanwhile, in another tab or by somebody else. This form is as you sent it. The fields that differ are marked: saving again puts what is in them in place of what was saved.';

/** The form's options that are not part of the brand. */
function choicesOf(form: Form): Pick<Shown, 'removeLogo' | 'scheme'> {
  const scheme = field(form, 'scheme') === 'dark' ? 'dark' : 'light';
  return { removeLogo: form.has('remove_logo'), scheme };
}

/** Reads the form, sent with files or without; null if it is no form. */
async function uploadOf(c: Context<WorkspaceEnv>): Promise<Upload | null> {
  if (isUpload(c)) return readUpload(c, LOGO_BYTES);
  return { form: await readForm(c), files: [], cut: false };
}

/** The values of the form, and the messages beside it. */
type Shown = {
  draft: BrandDraft;
  errors: Partial<Record<keyof BrandDraft | 'logo', string | undefined>>;
  /** Why nothing was saved, though no field is wrong. */
  refused?: string;
  version: string;
  removeLogo: boolean;
  scheme: SchemeName;
  unsaved: boolean;
};

function brandingPage(c: Context<WorkspaceEnv>, shown: Shown, status: 200 | 409 | 413 | 422 = 200) {
  const { draft, scheme, unsaved, ...rest } = shown;
  const { accentColor } = brandToShow(draft, c.var.workspace);
  const limits = { welcome: LONGEST_WELCOME, logoBytes: LOGO_BYTES, logoSide: LOGO_SIDE_MAX };
  const form = { ...rest, values: draft, accentColor, limits };
  const props = { nonce: nonceOf(c), shell: adminShell(c, 'settings'), form, scheme, unsaved };
  return page(c, <BrandingPage {...props} />, status);
}
