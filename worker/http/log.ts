import type { AppContext } from '../context.ts';

/**
 * Logs one line of JSON with the request's reference, so that what a visitor quotes can be found. Never
 * the path: it may hold a link's token, and tokens don't belong in logs.
 */
export function logError(c: AppContext, what: string, error: unknown): void {
  const { reference } = c.var;
  logLine(what, error, { reference, method: c.req.method, host: new URL(c.req.url).hostname });
}

/** The same line for work that no request waits for. */
export function logLine(what: string, error: unknown, about: Record<string, string> = {}): void {
  console.error(JSON.stringify({ what, ...about, error: describe(error) }));
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` <- ${describe(error.cause)}`;
  return `${error.name}: ${withoutParameters(error.message)}${cause}`;
}

/** drizzle puts a failed statement's parameters into its message: addresses and hashes among them. */
function withoutParameters(message: string): string {
  return message.replace(/\nparams: [\s\S]*$/, '');
}
