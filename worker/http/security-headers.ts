import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { NONCE, secureHeaders } from 'hono/secure-headers';
import type { AppContext, AppEnv } from '../context.ts';

/**
 * A page loads nothing from other hosts, and only its own styles and scripts run. `Referrer-Policy: same-origin`,
 * because `no-referrer` makes browsers send `Origin: null` with our forms; other sites never get a link's token.
 * A handler may set one of these headers itself, as for framed pages and pictures.
 */
export function securityHeaders({ https }: { https: boolean }) {
  return secureHeaders({
    overwrite: false,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [NONCE],
      scriptSrc: [
        (c) => `${NONCE(c, 'scriptSrc')}${c.get('showsChallenge') ? ` ${TURNSTILE}` : ''}`,
      ],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      frameSrc: [framesOf],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
    strictTransportSecurity: https ? 'max-age=31536000; includeSubDomains' : false,
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [] },
    crossOriginResourcePolicy: 'same-origin',
    crossOriginOpenerPolicy: 'same-origin',
    originAgentCluster: false,
  });
}

/** Where Turnstile's script and frame come from (developers.cloudflare.com/turnstile, "Content Security Policy"). */
const TURNSTILE = 'https://challenges.cloudflare.com';

function framesOf(c: Context): string {
  if (c.get('showsChallenge') === true) return TURNSTILE;
  return c.get('showsFrames') === true ? "'self'" : "'none'";
}

/** For a form with a Turnstile challenge. Mount it before the headers. */
export const showsChallenge = createMiddleware<AppEnv>(async (c, next) => {
  c.set('showsChallenge', true);
  return next();
});

/** For pages that show other pages of ours in frames. Mount it before the headers. */
export const showsFrames = createMiddleware<AppEnv>(async (c, next) => {
  c.set('showsFrames', true);
  return next();
});

/** Lets our pages frame this page, as a picture of it: no script runs, no form is sent, no link leads out. */
export function framePage(c: AppContext): void {
  // the origin is written out, because older browsers take `'self'` for the sandbox's own, opaque origin
  const { origin } = new URL(c.req.url);
  const style = `'nonce-${c.var.secureHeadersNonce}'`;
  frame(c, `style-src ${style}; img-src ${origin} data:; sandbox`);
}

/** Lets our pages frame a mail. Mails have inline styles and load their logo from a portal's host. No script runs. */
export function frameMail(c: AppContext): void {
  const { scheme, rootDomain } = c.var.settings;
  frame(c, `style-src 'unsafe-inline'; img-src ${scheme}//*.${rootDomain} data:`);
}

function frame(c: AppContext, shows: string): void {
  c.header('x-frame-options', 'SAMEORIGIN');
  c.header(
    'content-security-policy',
    `default-src 'none'; ${shows}; form-action 'none'; base-uri 'none'; frame-ancestors 'self'`,
  );
}

/** Forbids every cache to store an answer, because it is for one visitor, unless the handler says otherwise. */
export const noStore = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
});
