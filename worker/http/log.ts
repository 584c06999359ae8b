import type { AppContext } from '../context.ts';

/**
 * Logs an error as one line of JSON with the request's reference, which the visitor's page shows. It never logs the
 * path, because a path may hold the token of a link.
 */
export function logError(c: AppContext, what: string, error: unknown): void {
  const { reference } = c.var;
  logLine(what, error, { reference, method: c.req.method, host: new URL(c.req.url).hostname });
}

/** Logs an error of work that belongs to no request, such as a job. */
export function logLine(what: string, error: unknown, about: Record<string, string> = {}): void {
  console.error(JSON.stringify({ what, ...about, error: describe(error) }));
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` <- ${describe(error.cause)}`;
  return `${error.name}: ${withoutParameters(error.message)}${cause}`;
}

/** drizzle adds a failed statement's parameters to its message, and they hold addresses and hashes. */
function withoutParameters(message: string): string {
  return message.replace(/\nparams: [\s\S]*$/, '');
}
