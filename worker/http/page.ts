import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { type Brand, LATCHKEY } from '../../ui/brand.ts';
import type { AppContext } from '../context.ts';

/** Answers with a whole page. */
export function page(
  c: AppContext,
  node: VNode,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  return c.html(`<!doctype html>${renderToString(node)}`, status);
}

/** The nonce that lets this response's own styles and scripts run, and nobody else's. */
export function nonceOf(c: AppContext): string {
  return c.var.secureHeadersNonce ?? '';
}

/** Whose front door this host shows: the workspace's, or ours on the admin host. */
export function brandOf(c: AppContext): Brand {
  return c.var.portal ?? LATCHKEY;
}

/** What every page of the gate is given. */
export function signInProps(c: AppContext) {
  const { settings, portal: workspace } = c.var;
  const audience: 'client' | 'member' = workspace === null ? 'member' : 'client';
  return { nonce: nonceOf(c), brand: brandOf(c), audience, passwords: settings.passwords };
}

export function wantsJson(c: AppContext): boolean {
  return /\bapplication\/json\b/.test(c.req.header('accept') ?? '');
}
