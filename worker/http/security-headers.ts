import { createMiddleware } from 'hono/factory';
import { NONCE, secureHeaders } from 'hono/secure-headers';
import type { AppContext, AppEnv } from '../context.ts';

/**
 * Pages are self-contained: nothing loads from anywhere else, and only what we wrote into the page runs.
 * `Referrer-Policy: same-origin`, because `no-referrer` makes browsers send `Origin: null` with our own
 * forms; a link's token still never reaches another site.
 * A handler that sets one of these headers itself has the last word: what is framed, and pictures.
 */
export function securityHeaders({ https }: { https: boolean }) {
  return secureHeaders({
    overwrite: false,
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [NONCE],
      scriptSrc: [NONCE],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      frameSrc: [(c) => (c.get('showsFrames') === true ? "'self'" : "'none'")],
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

/** Mounted before the headers, at the few pages that show others of ours in frames. */
export const showsFrames = createMiddleware<AppEnv>(async (c, next) => {
  c.set('showsFrames', true);
  return next();
});

/** For a page to look at, in a frame of ours or alone: nothing runs, sends a form or leads out of it. */
export function framePage(c: AppContext): void {
  // `'self'` is nobody in a sandbox: older browsers take it for the sandbox's own, opaque origin
  const { origin } = new URL(c.req.url);
  const style = `'nonce-${c.var.secureHeadersNonce}'`;
  frame(c, `style-src ${style}; img-src ${origin} data:; sandbox`);
}

/** For a mail in a frame: mails are styled inline, and their logo comes from a portal's host. Nothing runs. */
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

/** Every answer is somebody's own, unless it says otherwise: no cache between us and them may keep one. */
export const noStore = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
});
