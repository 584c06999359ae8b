import { type Context, Hono } from 'hono';
import { BrandingPage } from '../../../ui/pages/desk/branding.tsx';
import * as paths from '../../../ui/paths.ts';
import {
  LOGO_BYTES,
  LOGO_SIDE_MAX,
  LOGO_SIDE_MIN,
  type PictureFault,
  readPicture,
} from '../../brand/picture.ts';
import { type LogoChange, saveBrand } from '../../brand/save.ts';
import type { AppEnv } from '../../context.ts';
import { refuse } from '../../http/errors.tsx';
import { leaveFlash } from '../../http/flash.ts';
import { field, readForm } from '../../http/form.ts';
import { nonceOf, page } from '../../http/page.ts';
import { isUpload, readUpload, type Upload } from '../../http/upload.ts';
import { durationWords } from '../../limits/duration.ts';
import { BRAND_CACHED } from '../../limits/rules.ts';
import { brandToShow, type Draft, draftOf, LONGEST_WELCOME, parseBrand } from './branding-form.ts';
import { frame } from './frame.ts';

/** Settings, Branding: what clients see of a workspace, before and behind the door and in its mails. */
export const branding = new Hono<AppEnv>();

// With values in the address, the same page with them: typed, looked at, and not saved yet.
branding.get('/w/:slug/settings/branding', (c) => {
  const typed = new URL(c.req.url).searchParams;
  const draft = draftOf(typed, c.var.desk);
  const parsed = parseBrand(draft);
  const scheme = field(typed, 'scheme') === 'dark' ? 'dark' : 'light';
  const removeLogo = typed.has('remove_logo');
  const errors = parsed.ok || typed.size === 0 ? {} : parsed.errors;
  const unsaved = typed.size > 0;
  return brandingPage(c, { draft, errors, removeLogo, scheme, unsaved });
});

branding.post('/w/:slug/settings/branding', async (c) => {
  const { db, desk, directory, now } = c.var;
  const upload = await uploadOf(c);
  if (upload === null) return refuse(c, 400);
  const draft = draftOf(upload.form, desk);
  const removeLogo = upload.form.has('remove_logo');
  const parsed = parseBrand(draft);
  const logo = await readLogo(upload);
  if (parsed.ok && logo.ok) {
    const change = logo.change ?? (removeLogo ? 'none' : null);
    await saveBrand(db, desk.id, parsed.value, change, now);
    directory.forget(desk.slug);
    leaveFlash(c, `Saved. Clients see it within ${durationWords(BRAND_CACHED)}.`);
    return c.redirect(paths.branding(desk.slug), 303);
  }
  const about = logo.ok ? (logo.change && CHOOSE_AGAIN) || undefined : LOGO_REFUSED[logo.why];
  const errors = { ...(parsed.ok ? {} : parsed.errors), logo: about };
  const status = !logo.ok && logo.why === 'heavy' ? 413 : 422;
  return brandingPage(c, { draft, errors, removeLogo, scheme: 'light', unsaved: true }, status);
});

/** The form, however it was sent: with a file or, by who has none to send, without. */
async function uploadOf(c: Context<AppEnv>): Promise<Upload | null> {
  if (isUpload(c)) return readUpload(c, LOGO_BYTES);
  return { form: await readForm(c), files: [], cut: false };
}

type LogoRead = { ok: true; change: LogoChange } | { ok: false; why: PictureFault };

/** The picture that was chosen; a browser sends an empty file when none was. */
async function readLogo({ files, cut }: Upload): Promise<LogoRead> {
  if (cut) return { ok: false, why: 'heavy' };
  const [file] = files.filter(({ size }) => size > 0);
  if (file === undefined) return { ok: true, change: null };
  const read = readPicture(new Uint8Array(await file.arrayBuffer()));
  return read.ok ? { ok: true, change: read.picture } : read;
}

const KILOBYTES = LOGO_BYTES / 1024;

/** A browser keeps what was typed, and never a file. */
const CHOOSE_AGAIN = 'Choose the logo once more: the browser could not keep it.';

const LOGO_REFUSED: Record<PictureFault, string> = {
  heavy: `That file is larger than ${KILOBYTES} KB. Save the logo smaller, or as WebP, and choose it again.`,
  drawing:
    'An SVG can carry scripts, so it can’t be a logo here. Export it as PNG and choose that.',
  foreign: 'That is not a PNG, JPEG or WebP. Save the logo as one of them and choose it again.',
  broken: 'That picture is damaged, or moves. Save it once more as a still PNG and choose that.',
  turned:
    'That photo lies on its side, and mails would show it so. Save it upright, or as PNG, and choose that.',
  size: `A logo has ${LOGO_SIDE_MIN} to ${LOGO_SIDE_MAX} pixels each way. Save it in that size and choose it again.`,
};

type Shown = {
  draft: Draft;
  errors: Partial<Record<keyof Draft | 'logo', string | undefined>>;
  removeLogo: boolean;
  scheme: 'light' | 'dark';
  unsaved: boolean;
};

function brandingPage(c: Context<AppEnv>, shown: Shown, status: 200 | 413 | 422 = 200) {
  const { draft, errors, removeLogo, scheme, unsaved } = shown;
  const { accentColor } = brandToShow(draft, c.var.desk);
  const limits = { welcome: LONGEST_WELCOME, logoBytes: LOGO_BYTES, logoSide: LOGO_SIDE_MAX };
  const form = { values: draft, errors, removeLogo, accentColor, limits };
  const props = { nonce: nonceOf(c), desk: frame(c, 'settings'), form, scheme, unsaved };
  return page(c, <BrandingPage {...props} />, status);
}
