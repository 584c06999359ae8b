import type { ErrorHandler, Hono, NotFoundHandler } from 'hono';
import { ErrorPage } from '../../ui/pages/sign-in/error.tsx';
import * as paths from '../../ui/paths.ts';
import type { AppContext, AppEnv } from '../context.ts';
import { storeOutcome } from '../db/store-error.ts';
import { logError } from './log.ts';
import { nonceOf, page, wantsJson } from './page.ts';
import { pageAbove } from './routes-at.ts';
import { storeFailure } from './store-failure.ts';

/** The words of the refusals that have a page. */
const REFUSALS = {
  400: ['That didn’t work', 'The request could not be read. Go back and try once more.'],
  403: [
    'That didn’t come from our page',
    'Your browser did not say that this form is from our own page, so nothing was changed. Open the page again in a normal window, reload it, and press the button once more. If that does not help, switch off the extensions of your browser here, or use another browser.',
  ],
  404: ['Nothing here', 'There is no page at this address. It may have moved, or been mistyped.'],
  405: ['That can’t be done here', 'This address doesn’t take that kind of request.'],
  413: ['That is too much', 'What was sent is larger than this form takes.'],
  415: ['That can’t be read', 'Forms are accepted as browsers send them, and nothing else.'],
  429: ['One moment, please', 'That was a lot at once. Wait a minute, then try again.'],
} as const;

type Refusal = keyof typeof REFUSALS;

/** The words for an error of our own. */
const BROKEN = {
  title: 'Something broke',
  message:
    'That is our fault, not yours. Please try again; if it keeps happening, tell us the reference.',
};

/** Refuses a request with the words of a status, as a page or, when the request accepts JSON, as JSON. */
export function refuse(c: AppContext, status: Refusal): Response | Promise<Response> {
  const [title, message] = REFUSALS[status];
  if (status === 429) c.header('retry-after', '60');
  if (wantsJson(c)) return c.json({ error: message }, status);
  return errorPage(c, status, { title, message });
}

/** Refuses a member whose role lacks the permission for a page or a form. */
export function refuseRole(c: AppContext): Response | Promise<Response> {
  const title = 'Not with your role';
  const message = 'Your role in this workspace does not allow this. Ask its owner.';
  if (wantsJson(c)) return c.json({ error: message }, 403);
  return errorPage(c, 403, { title, message });
}

/** For hosts without a realm: a 404 as plain text, which shows nothing about the deployment. */
export function plainNotFound(c: AppContext): Response {
  return c.text('Not found\n', 404);
}

export const notFound: NotFoundHandler<AppEnv> = (c) =>
  c.var.realm === undefined ? plainNotFound(c) : refuse(c, 404);

/** Answers when a handler of `app` throws: it logs the error with a reference, and the page shows only the reference. */
export function onErrorOf(app: Hono<AppEnv>): ErrorHandler<AppEnv> {
  return (error, c) => {
    logError(c, 'request failed', error);
    const outcome = storeOutcome(error);
    if (outcome !== null) c.header('retry-after', '30');
    const status = outcome === null ? 500 : 503;
    const words = outcome === null ? BROKEN : storeFailure(c, outcome, pageAbove(app, c.req.path));
    const { reference } = c.var;
    if (wantsJson(c)) return c.json({ error: words.message, reference }, status);
    return errorPage(c, status, { ...words, reference });
  };
}

type ErrorWords = {
  title: string;
  message: string;
  reference?: string;
  action?: { label: string; href: string };
};

function errorPage(c: AppContext, status: Refusal | 500 | 503, words: ErrorWords) {
  const brand = c.var.portal ?? null;
  const action = { label: 'Back to the start', href: paths.home() };
  return page(c, <ErrorPage nonce={nonceOf(c)} brand={brand} action={action} {...words} />, status);
}
