import { Hono } from 'hono';
import { trimTrailingSlash } from 'hono/trailing-slash';
import type { AppEnv, IsolateState } from './context.ts';
import { randomLabel } from './crypto/random.ts';
import { connect } from './db/client.ts';
import type { Settings } from './env.ts';
import { notFound, onError, plainNotFound } from './http/errors.tsx';
import { findRealm, pathByHost } from './http/find-realm.ts';
import { behind, clients, members, open, recentSignIn, workspaceMembers } from './http/guards.tsx';
import { methodNotAllowed } from './http/methods.ts';
import { rateLimit } from './http/rate-limit.ts';
import { formsOnly, sameOrigin } from './http/same-origin.ts';
import { noStore, securityHeaders, showsFrames } from './http/security-headers.ts';
import { formLimit, takesFile } from './http/upload.ts';
import { createSigningKeys } from './mail-services/mailchannels/signing-keys.ts';
import { account } from './routes/account/account.ts';
import { password } from './routes/account/password.tsx';
import { passwordRemoval } from './routes/account/password-removal.tsx';
import { admin } from './routes/admin/admin.ts';
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

/** Where people sign in, and who they are then: the same pages on both. */
const HOSTS = [
  { host: '/@portal', signedIn: clients },
  { host: '/@admin', signedIn: members },
];

/**
 * The table of contents. Every path is prefixed with the kind of host it is on (http/find-realm.ts); routes
 * are mounted `open`, or `behind` a guard.
 */
export function createApp(kept: IsolateState): Hono<AppEnv> {
  const { settings } = kept;
  const app = new Hono<AppEnv>({ getPath: pathByHost(settings.rootDomain) });

  app.use(async (c, next) => {
    c.set('settings', settings);
    c.set('keyring', kept.keyring);
    c.set('peppers', kept.peppers);
    c.set('directory', kept.directory);
    c.set('mailer', kept.mailer);
    c.set('now', Date.now());
    c.set('reference', c.req.header('cf-ray') ?? randomLabel(9));
    c.set('db', connect(c.env.DB));
    return next();
  });
  const hasMailbox = settings.mailTransport === 'outbox';
  if (hasMailbox) app.use('/@admin/dev/mail/:id', showsFrames);
  app.use('/@admin/w/:slug/settings/branding', showsFrames, takesFile);
  app.use('/@admin/w/:slug/settings/email/*', showsFrames);
  app.use(noStore, securityHeaders({ https: settings.scheme === 'https:' }));
  app.use(trimTrailingSlash());
  app.onError(onError);
  app.notFound(notFound);

  app.route('/', open(health));
  app.all('/@foreign/*', (c) => c.text('This host is not served here.\n', 421));
  app.all('/@nothing/*', plainNotFound);
  app.use('/@admin/webhooks/*', rateLimit);
  if (tellsOfMails(settings)) {
    app.route('/@admin', open(mailchannelsWebhook(createSigningKeys(settings))));
  } else app.all('/@admin/webhooks/*', plainNotFound);

  for (const { host } of HOSTS) {
    app.use(`${host}/sign-in/*`, rateLimit);
    app.use(`${host}/sign-out`, rateLimit);
    app.use(`${host}/account/*`, rateLimit);
  }
  app.use(findRealm, methodNotAllowed(app), sameOrigin, formsOnly);
  app.use(formLimit);

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
    app.route(host, behind([signedIn, recentSignIn], passwordRemoval));
  }
  app.route('/@portal', behind(clients, portal));

  if (hasMailbox) app.route('/@admin', open(devMailbox));
  app.route('/@admin', behind(members, workspaces));
  app.route('/@admin', behind(workspaceMembers, admin));
  return app;
}

/** Whether the mail service tells what became of mails, and of whose account it would speak. */
function tellsOfMails({ mailTransport, mailchannelsAccount }: Settings): boolean {
  return mailTransport === 'mailchannels' && mailchannelsAccount !== '';
}
