import { Hono } from 'hono';
import { trimTrailingSlash } from 'hono/trailing-slash';
import type { AppEnv, IsolateState, VisitorEnv } from './context.ts';
import { randomLabel } from './crypto/random.ts';
import { connect } from './db/client.ts';
import type { Settings } from './env.ts';
import { notFound, onErrorOf, plainNotFound } from './http/errors.tsx';
import { findRealm, pathByHost } from './http/find-realm.ts';
import { behind, clients, type Guard, may, members, open, recentSignIn } from './http/guards.tsx';
import { httpsOnly, NOT_SERVED } from './http/https-only.ts';
import { methodNotAllowed } from './http/methods.ts';
import { rateLimit } from './http/rate-limit.ts';
import { formsOnly, sameOrigin } from './http/same-origin.ts';
import { noStore, securityHeaders, showsChallenge, showsFrames } from './http/security-headers.ts';
import { formLimit, takesFile } from './http/upload.ts';
import { createSigningKeys } from './mail-services/mailchannels/signing-keys.ts';
import { account } from './routes/account/account.ts';
import { password } from './routes/account/password.tsx';
import { passwordRemoval } from './routes/account/password-removal.tsx';
import { activity } from './routes/admin/activity/page.tsx';
import { contactAccess } from './routes/admin/contacts/access.ts';
import { contactCard } from './routes/admin/contacts/card.tsx';
import { contactDeletion } from './routes/admin/contacts/deletion.tsx';
import { contactEdit } from './routes/admin/contacts/edit.ts';
import { contactInvitation } from './routes/admin/contacts/invitation.ts';
import { contacts } from './routes/admin/contacts/list.tsx';
import { newContact } from './routes/admin/contacts/new.ts';
import { contactSignInLink } from './routes/admin/contacts/sign-in-link.ts';
import { home } from './routes/admin/home.tsx';
import { branding } from './routes/admin/settings/branding/branding.tsx';
import { brandingPreview } from './routes/admin/settings/branding/preview.tsx';
import { clientSettings } from './routes/admin/settings/clients.tsx';
import { email } from './routes/admin/settings/email/email.tsx';
import { sampleMail } from './routes/admin/settings/email/sample.ts';
import { workspaces } from './routes/admin/workspaces.tsx';
import { devMailbox } from './routes/dev/mailbox.tsx';
import { portal } from './routes/portal/home.tsx';
import { health } from './routes/public/health.ts';
import { logo } from './routes/public/logo.ts';
import { wellKnown } from './routes/public/well-known.ts';
import { signIn } from './routes/sign-in/ask.tsx';
import { signInLink } from './routes/sign-in/link.tsx';
import { signInPassword } from './routes/sign-in/password.tsx';
import { signOut } from './routes/sign-in/sign-out.ts';
import { mailchannelsWebhook } from './routes/webhooks/mailchannels.ts';

/** The hosts where people sign in, and the guard that knows them afterwards: the same pages on both. */
const HOSTS: { host: string; signedIn: Guard<VisitorEnv> }[] = [
  { host: '/@portal', signedIn: clients },
  { host: '/@admin', signedIn: members },
];

/** The pages of a workspace, below `/w/:slug`, each with the permission that it takes. */
const WORKSPACE_PAGES = [
  behind(may('workspace.read'), home),
  behind(may('contacts.read'), contacts),
  behind(may('contacts.write'), newContact),
  behind(may('contacts.read'), contactCard),
  behind(may('contacts.write'), contactEdit),
  behind(may('contacts.write'), contactAccess),
  behind(may('contacts.write'), contactInvitation),
  behind(may('contacts.write'), contactSignInLink),
  behind(may('contacts.write'), contactDeletion),
  behind(may('activity.read'), activity),
  behind(may('settings.write'), clientSettings),
  behind(may('settings.write'), branding),
  behind(may('settings.write'), brandingPreview),
  behind(may('settings.write'), sampleMail),
  behind(may('settings.write'), email),
];

/**
 * The table of contents. Every path is prefixed with the kind of host it is on (http/find-realm.ts); routes
 * are mounted `open`, or `behind` a guard.
 */
export function createApp(isolate: IsolateState): Hono<AppEnv> {
  const { settings } = isolate;
  const app = new Hono<AppEnv>({ getPath: pathByHost(settings.rootDomain) });
  app.onError(onErrorOf(app));
  app.notFound(notFound);
  if (settings.scheme === 'https:') app.use(httpsOnly(settings.rootDomain));
  setVariables(app, isolate);
  mountHeaders(app, settings);
  mountWithoutRealm(app, settings);
  mountChecks(app);
  mountSignInHosts(app, settings);
  if (hasMailbox(settings)) app.route('/@admin', open(devMailbox));
  app.route('/@portal', behind(clients, portal));
  app.route('/@admin', behind(members, workspaces));
  for (const pages of WORKSPACE_PAGES) app.route('/@admin', pages);
  return app;
}

function setVariables(app: Hono<AppEnv>, isolate: IsolateState): void {
  app.use(async (c, next) => {
    c.set('settings', isolate.settings);
    c.set('keyring', isolate.keyring);
    c.set('peppers', isolate.peppers);
    c.set('directory', isolate.directory);
    c.set('mailer', isolate.mailer);
    c.set('now', Date.now());
    c.set('reference', c.req.header('cf-ray') ?? randomLabel(9));
    c.set('db', connect(c.env.DB));
    return next();
  });
}

function mountHeaders(app: Hono<AppEnv>, settings: Settings): void {
  if (hasMailbox(settings)) app.use('/@admin/dev/mail/:id', showsFrames);
  for (const path of asksForChallenge(settings) ? CHALLENGED : []) app.use(path, showsChallenge);
  app.use('/@admin/w/:slug/settings/branding', showsFrames, takesFile);
  app.use('/@admin/w/:slug/settings/email/*', showsFrames);
  app.use(noStore, securityHeaders({ https: settings.scheme === 'https:' }));
  app.use(trimTrailingSlash());
}

/** What is answered before the realm of a host is looked up. */
function mountWithoutRealm(app: Hono<AppEnv>, settings: Settings): void {
  app.route('/', open(health));
  app.all('/@other-domain/*', (c) => c.text(NOT_SERVED, 421));
  app.all('/@unknown-subdomain/*', plainNotFound);
  app.use('/@admin/webhooks/*', rateLimit);
  if (hasWebhooks(settings)) {
    app.route('/@admin', open(mailchannelsWebhook(createSigningKeys(settings))));
  } else app.all('/@admin/webhooks/*', plainNotFound);
}

/** The checks that a request must pass before any page. */
function mountChecks(app: Hono<AppEnv>): void {
  for (const { host } of HOSTS) {
    app.use(`${host}/sign-in/*`, rateLimit);
    app.use(`${host}/sign-out`, rateLimit);
    app.use(`${host}/account/*`, rateLimit);
  }
  app.use(findRealm, methodNotAllowed(app), sameOrigin, formsOnly);
  app.use(formLimit);
}

/** The pages that the portal and the admin host have in common. */
function mountSignInHosts(app: Hono<AppEnv>, settings: Settings): void {
  for (const { host, signedIn } of HOSTS) {
    app.route(host, open(signIn));
    app.route(host, open(signInLink));
    app.route(host, open(signOut));
    app.route(host, open(logo));
    app.route(host, behind(signedIn, account));
    if (!settings.passwords) continue;
    app.route(host, open(signInPassword));
    app.route(host, open(wellKnown));
    app.route(host, behind(signedIn, password));
    app.route(host, behind(recentSignIn(signedIn), passwordRemoval));
  }
}

/** Whether mail goes to a mailbox on this machine, whose page shows it. */
function hasMailbox({ mailTransport }: Settings): boolean {
  return mailTransport === 'outbox';
}

/** The form that a stranger signs up with, and where it is sent. */
const CHALLENGED = ['/@admin/sign-in', '/@admin/sign-in/link'];

/** Whether that form has a Turnstile challenge: only while everybody may sign up, and with its keys. */
function asksForChallenge({ signUp, turnstile }: Settings): boolean {
  return signUp === 'open' && turnstile !== null;
}

/** Whether webhooks report what became of mails: only MailChannels sends them, and only for an account that is named. */
function hasWebhooks({ mailTransport, mailchannelsAccount }: Settings): boolean {
  return mailTransport === 'mailchannels' && mailchannelsAccount !== '';
}
