import { type Context, Hono } from 'hono';
import type { Brand } from '../../../../../ui/brand.ts';
import { accountEntries } from '../../../../../ui/components/profile-menu.tsx';
import { PortalHomePage } from '../../../../../ui/pages/portal/home.tsx';
import { SignInPage } from '../../../../../ui/pages/sign-in/sign-in.tsx';
import * as paths from '../../../../../ui/paths.ts';
import type { SchemeName } from '../../../../../ui/theme.ts';
import { keepVerbatim } from '../../../../../ui/verbatim.ts';
import type { WorkspaceEnv } from '../../../../context.ts';
import { refuse } from '../../../../http/errors.tsx';
import { nonceOf, page } from '../../../../http/page.ts';
import { frameMail, framePage } from '../../../../http/security-headers.ts';
import { LINK_LIFETIME } from '../../../../limits/lifetimes.ts';
import { signInMail } from '../../../../mail/messages/sign-in.tsx';
import { mailNameOf } from '../../../../values/business-name.ts';
import { minutesIn } from '../../../../values/duration.ts';
import { portalOrigin } from '../../../../workspaces/workspaces.ts';
import { brandDraftOf, brandToShow } from './form.ts';

/** Previews of pages and mail of a portal with values that are not saved yet: the real pages, made inert. */
export const brandingPreview = new Hono<WorkspaceEnv>();

brandingPreview.get('/w/:slug/settings/branding/preview/:page', (c) => {
  const typed = new URL(c.req.url).searchParams;
  const shown = brandToShow(brandDraftOf(typed, c.var.workspace), c.var.workspace);
  const brand = typed.has('remove_logo') ? { ...shown, logoHash: null } : shown;
  const preview = typed.get('scheme') === 'dark' ? 'dark' : 'light';
  switch (c.req.param('page')) {
    case 'sign-in':
      return signInPreview(c, brand, preview);
    case 'portal':
      return portalPreview(c, brand, preview);
    case 'mail':
      return mailPreview(c, brand, preview);
    default:
      return refuse(c, 404);
  }
});

/** A client that does not exist, for the previews. */
const CLIENT = {
  name: 'Carla Client',
  email: 'carla@acme.example',
  companies: ['Acme Corp'],
  hasPassword: false,
};

function signInPreview(c: Context<WorkspaceEnv>, brand: Brand, preview: SchemeName) {
  framePage(c);
  const { passwords } = c.var.settings;
  const props = { nonce: nonceOf(c), brand, passwords, preview };
  return page(c, <SignInPage {...props} method="link" audience="client" />);
}

function portalPreview(c: Context<WorkspaceEnv>, brand: Brand, preview: SchemeName) {
  framePage(c);
  const { passwords } = c.var.settings;
  const props = { nonce: nonceOf(c), brand, passwords, preview };
  return page(c, <PortalHomePage {...props} person={CLIENT} entries={accountEntries(passwords)} />);
}

/** Mail programs darken mails by inverting their colours, each in its own way. This comes close. */
const DARKENED =
  '<style>html{background:#fff;filter:invert(.9) hue-rotate(180deg)}img{filter:invert(1) hue-rotate(180deg)}</style>';

function mailPreview(c: Context<WorkspaceEnv>, brand: Brand, preview: SchemeName) {
  frameMail(c);
  const { workspace, now, settings } = c.var;
  const origin = portalOrigin(settings, workspace.slug);
  const minutes = minutesIn(LINK_LIFETIME);
  const { html } = signInMail({
    brand: { ...brand, name: mailNameOf({ ...workspace, name: brand.name }) },
    link: `${origin}${paths.signInLink('A'.repeat(43))}`,
    code: { text: '7K4M2P', minutes },
    minutes,
    portalHost: new URL(origin).host,
    asked: { device: 'Firefox on Windows', location: 'Lisbon, PT', at: now },
  });
  const mail = keepVerbatim(html, [brand.name]);
  const shown = preview === 'dark' ? mail.replace('</head>', `${DARKENED}</head>`) : mail;
  return c.html(shown.replace('<body', '<body inert'));
}
