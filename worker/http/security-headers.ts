import { createMiddleware } from 'hono/factory';
import { NONCE, secureHeaders } from 'hono/secure-headers';
import type { AppEnv } from '../context.ts';

/**
 * Pages are self-contained: nothing loads from anywhere else, and only what we wrote into the page runs.
 * `Referrer-Policy: same-origin`, because `no-referrer` makes browsers send `Origin: null` with our own
 * forms; a link's token still never reaches another site.
 * `frames` is for the development mailbox, which shows a mail in a frame of its own.
 */
export function securityHeaders({ https, frames }: { https: boolean; frames: boolean }) {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [NONCE],
      scriptSrc: [NONCE],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      frameSrc: [frames ? "'self'" : "'none'"],
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

/** Every answer is somebody's own, unless it says otherwise: no cache between us and them may keep one. */
export const noStore = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
});
