import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { type Brand, LATCHKEY } from '../../ui/brand.ts';
import { keepVerbatim } from '../../ui/verbatim.ts';
import type { AppContext } from '../context.ts';
import { newPageName } from '../sign-in/page-name.ts';
import { TURNSTILE_ACTION } from '../sign-in/turnstile.ts';
import { challengeOf } from './challenge.ts';

/** Answers with a page as HTML. What the brand of this host is called, and addresses, are kept from translation. */
export function page(
  c: AppContext,
  node: VNode,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  const html = keepVerbatim(renderToString(node), [brandOf(c).name]);
  return c.html(`<!doctype html>${html}`, status);
}

/** The nonce of this response. Only styles and scripts that carry it run. */
export function nonceOf(c: AppContext): string {
  return c.var.secureHeadersNonce ?? '';
}

/** The brand of this host: the workspace's on its portal, ours on the admin host. */
export function brandOf(c: AppContext): Brand {
  return c.var.portal ?? LATCHKEY;
}

/** The props of every sign-in page. */
export function signInProps(c: AppContext) {
  const { settings, portal: workspace } = c.var;
  const audience: 'client' | 'member' = workspace === null ? 'member' : 'client';
  const keys = challengeOf(c);
  const pageName = newPageName();
  return {
    nonce: nonceOf(c),
    brand: brandOf(c),
    audience,
    passwords: settings.passwords,
    challenge: keys === null ? undefined : { siteKey: keys.siteKey, action: TURNSTILE_ACTION },
    pageName,
  };
}

/** Whether the request accepts JSON. */
export function wantsJson(c: AppContext): boolean {
  return /\bapplication\/json\b/.test(c.req.header('accept') ?? '');
}
