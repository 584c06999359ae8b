import { type Context, Hono } from 'hono';
import { BrandingPage } from '../../../../../ui/pages/admin/settings/branding/branding.tsx';
import * as paths from '../../../../../ui/paths.ts';
import type { WorkspaceEnv } from '../../../../context.ts';
import { refuse } from '../../../../http/errors.tsx';
import { leaveFlash } from '../../../../http/flash.ts';
import { type Form, field, readForm } from '../../../../http/form.ts';
import { nonceOf, page } from '../../../../http/page.ts';
import { isUpload, readUpload, type Upload } from '../../../../http/upload.ts';
import { BRAND_CACHED } from '../../../../limits/rules.ts';
import { durationWords } from '../../../../values/duration.ts';
import { type BrandWords, brandVersion, saveBrand } from '../../../../workspaces/brand.ts';
import { LOGO_BYTES, LOGO_SIDE_MAX } from '../../../../workspaces/logo/picture.ts';
import { findWorkspace, type Workspace } from '../../../../workspaces/workspaces.ts';
import { adminShell } from '../../shell.ts';
import {
  brandDraftOf,
  brandToShow,
  type Draft,
  LONGEST_WELCOME,
  parseBrand,
  whatChanges,
} from './form.ts';
import { logoError, readLogo } from './logo.ts';

/** Settings, Branding: what clients see of a workspace, before and behind the door and in its mails. */
export const branding = new Hono<WorkspaceEnv>();

// With values in the address, the same page with them: typed, looked at, and not saved yet.
branding.get('/w/:slug/settings/branding', async (c) => {
  const typed = new URL(c.req.url).searchParams;
  const draft = brandDraftOf(typed, c.var.workspace);
  const parsed = parseBrand(draft);
  const unsaved = [...typed.keys()].some((name) => name !== 'scheme');
  const errors = parsed.ok || !unsaved ? {} : parsed.errors;
  const version = field(typed, 'version') || (await brandVersion(c.var.workspace));
  return brandingPage(c, { draft, errors, version, unsaved, ...choicesOf(typed) });
});

branding.post('/w/:slug/settings/branding', async (c) => {
  const { db, workspace, directory, now } = c.var;
  const upload = await uploadOf(c);
  if (upload === null) return refuse(c, 400);
  const draft = brandDraftOf(upload.form, workspace);
  const version = field(upload.form, 'version') || (await brandVersion(workspace));
  const shown = { draft, version, unsaved: true, ...choicesOf(upload.form) };
  const parsed = parseBrand(draft);
  const logo = await readLogo(upload);
  if (!parsed.ok || !logo.ok) {
    const errors = { ...(parsed.ok ? {} : parsed.errors), logo: logoError(logo) };
    const status = !logo.ok && logo.why === 'heavy' ? 413 : 422;
    return brandingPage(c, { ...shown, errors }, status);
  }
  const change = logo.change ?? (shown.removeLogo ? 'none' : null);
  const isSeen = await wasSeen(workspace, version, parsed.value);
  if (!(isSeen && (await saveBrand(db, workspace, parsed.value, change, now)))) {
    const [saved = workspace] = await findWorkspace(db, workspace.id);
    c.set('workspace', saved);
    const differing = whatChanges(parsed.value, saved);
    // pressed twice: the first has saved the very same
    if (change === null && Object.keys(differing).length === 0) return saidSaved(c, shown.scheme);
    const errors = { ...differing, logo: logoError(logo) };
    const fresh = { refused: SAVED_MEANWHILE, version: await brandVersion(saved) };
    return brandingPage(c, { ...shown, ...fresh, errors }, 409);
  }
  directory.forget(workspace.slug);
  return saidSaved(c, shown.scheme);
});

function saidSaved(c: Context<WorkspaceEnv>, scheme: Shown['scheme']): Response {
  leaveFlash(c, `Saved. Clients see it within ${durationWords(BRAND_CACHED)}.`);
  const { slug } = c.var.workspace;
  return c.redirect(paths.branding(slug, scheme === 'dark' ? { scheme } : {}), 303);
}

const SAVED_MEANWHILE =
  'Other branding was saved meanwhile, in another tab or by somebody else. This form is as you sent it. The fields that differ are marked: saving again puts what is in them in place of what was saved.';

/** Whether who sent the form saw what saving it replaces. */
async function wasSeen(workspace: Workspace, version: string, words: BrandWords): Promise<boolean> {
  if (version === (await brandVersion(workspace))) return true;
  return Object.keys(whatChanges(words, workspace)).length === 0;
}

/** What is chosen beside the brand: the same in the address and in the form. */
function choicesOf(form: Form): Pick<Shown, 'removeLogo' | 'scheme'> {
  const scheme = field(form, 'scheme') === 'dark' ? 'dark' : 'light';
  return { removeLogo: form.has('remove_logo'), scheme };
}

/** The form, however it was sent: with a file or, by who has none to send, without. */
async function uploadOf(c: Context<WorkspaceEnv>): Promise<Upload | null> {
  if (isUpload(c)) return readUpload(c, LOGO_BYTES);
  return { form: await readForm(c), files: [], cut: false };
}

type Shown = {
  draft: Draft;
  errors: Partial<Record<keyof Draft | 'logo', string | undefined>>;
  /** Why nothing was saved, though no field is wrong. */
  refused?: string;
  version: string;
  removeLogo: boolean;
  scheme: 'light' | 'dark';
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
