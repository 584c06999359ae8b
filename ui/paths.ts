// Every path of Latchkey as a function. No other file spells a path.

import assets from '../dist/assets.json';

export function home(): string {
  return '/';
}

// --- signing in, on portals and on the admin host ---

export type SignInMethod = 'link' | 'password';

export function signIn(next?: string, method?: SignInMethod): string {
  const query = new URLSearchParams();
  if (next !== undefined) query.set('next', next);
  if (method !== undefined) query.set('method', method);
  return query.size === 0 ? '/sign-in' : `/sign-in?${query}`;
}

export function requestLink(): string {
  return '/sign-in/link';
}

export function checkEmail(): string {
  return '/sign-in/check-email';
}

export function signInByCode(): string {
  return '/sign-in/code';
}

export function signInLink(token: string): string {
  return `/sign-in/link/${encodeURIComponent(token)}`;
}

export function renewLink(token: string): string {
  return `${signInLink(token)}/renewal`;
}

export function signInByPassword(): string {
  return '/sign-in/password';
}

export function signOut(): string {
  return '/sign-out';
}

// --- one's own account, on portals and on the admin host ---

export function accountPassword(): string {
  return '/account/password';
}

export function passwordRemoval(): string {
  return `${accountPassword()}/removal`;
}

export function devices(): string {
  return '/account/sessions';
}

export function endDevice(id: string): string {
  return `${devices()}/${encodeURIComponent(id)}/revocation`;
}

export function endOtherDevices(): string {
  return `${devices()}/revocation`;
}

/** `by: 'link'` is for people who have forgotten their password: it offers no password form. */
export function confirmIdentity(next: string, by?: 'link'): string {
  return `/account/confirmation?${new URLSearchParams(by === undefined ? { next } : { next, by })}`;
}

/** Where password managers look for the page to change a password: https://w3c.github.io/webappsec-change-password-url/ */
export function changePassword(): string {
  return '/.well-known/change-password';
}

// --- the admin site of a workspace ---

export function newWorkspace(): string {
  return '/workspaces/new';
}

export function workspaceHome(slug: string): string {
  return `/w/${encodeURIComponent(slug)}`;
}

export type ContactsQuery = { q?: string; access?: 'on' | 'off'; after?: string };

export function contacts(slug: string, query: ContactsQuery = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given).toString();
  return `${workspaceHome(slug)}/contacts${search === '' ? '' : `?${search}`}`;
}

export function newContact(slug: string): string {
  return `${workspaceHome(slug)}/contacts/new`;
}

export function contact(slug: string, id: string): string {
  return `${workspaceHome(slug)}/contacts/${encodeURIComponent(id)}`;
}

export function editContact(slug: string, id: string): string {
  return `${contact(slug, id)}/edit`;
}

export function contactPortalAccess(slug: string, id: string): string {
  return `${contact(slug, id)}/portal-access`;
}

/** Mails the portal's address to a contact. */
export function contactInvitation(slug: string, id: string): string {
  return `${contact(slug, id)}/invitation`;
}

/** Mails a contact a sign-in link, on a member's press. */
export function contactSignInLink(slug: string, id: string): string {
  return `${contact(slug, id)}/sign-in-link`;
}

export function contactDeletion(slug: string, id: string): string {
  return `${contact(slug, id)}/deletion`;
}

export function endContactDevice(slug: string, contactId: string, sessionId: string): string {
  return `${contact(slug, contactId)}/sessions/${encodeURIComponent(sessionId)}/revocation`;
}

export function activity(slug: string, after?: string): string {
  return `${workspaceHome(slug)}/activity${after === undefined ? '' : `?${new URLSearchParams({ after })}`}`;
}

export function settings(slug: string): string {
  return `${workspaceHome(slug)}/settings`;
}

export function clientPreferences(slug: string): string {
  return `${settings(slug)}/preferences/clients`;
}

/** Values of the branding form that are not saved yet, by field name. */
export type BrandingQuery = Record<string, string>;

export function branding(slug: string, query: BrandingQuery = {}): string {
  const search = new URLSearchParams(query).toString();
  return `${settings(slug)}/branding${search === '' ? '' : `?${search}`}`;
}

export type PreviewedPage = 'sign-in' | 'portal' | 'mail';

export function brandingPreview(
  slug: string,
  page: PreviewedPage,
  query: BrandingQuery = {},
): string {
  const search = new URLSearchParams(query).toString();
  return `${branding(slug)}/preview/${page}${search === '' ? '' : `?${search}`}`;
}

export function senderSettings(slug: string): string {
  return `${settings(slug)}/email`;
}

export function confirmSender(slug: string): string {
  return `${senderSettings(slug)}/confirmation`;
}

/** Mails another code. */
export function senderCode(slug: string): string {
  return `${senderSettings(slug)}/code`;
}

export function checkSender(slug: string): string {
  return `${senderSettings(slug)}/check`;
}

export function removeSender(slug: string): string {
  return `${senderSettings(slug)}/removal`;
}

/** Mails the member a sample of what clients get. */
export function sampleMail(slug: string): string {
  return `${senderSettings(slug)}/sample`;
}

// --- files that pages load ---

/** A portal serves only the logo of its workspace, the admin host every logo. */
export function logo(hash: string): string {
  return `/logo/${encodeURIComponent(hash)}`;
}

/** Not a route: the edge serves it (worker/dev/assets.mjs). */
export function strengthScript(): string {
  return assets.strength;
}

// --- operations and development ---

export function health(): string {
  return '/healthz';
}

/** Receives the delivery events of MailChannels, on the admin host. */
export function mailchannelsWebhook(): string {
  return '/webhooks/mailchannels';
}

export function devMailbox(): string {
  return '/dev/mail';
}

export function devMailboxJson(): string {
  return '/dev/mail.json';
}

export function devMail(id: string): string {
  return `/dev/mail/${encodeURIComponent(id)}`;
}

export function devMailHtml(id: string): string {
  return `${devMail(id)}/html`;
}
