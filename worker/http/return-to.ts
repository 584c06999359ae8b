const HOME = '/';
/** The most characters of a path to return to. */
const LONGEST = 500;

/**
 * Reads `next`, the path to return to: a path on this host, or `/`. No other code may read it. Attack: `//evil`,
 * `/\evil`, `/.//evil`, `https:evil` or tabs could lead to another host, so the URL parser's result is checked.
 */
export function safeReturnTo(next: string | null | undefined): string {
  if (next === null || next === undefined || next.length > LONGEST) return HOME;
  if (!next.startsWith('/') || /[\\\p{Cc}]/u.test(next)) return HOME;
  const base = 'https://portal.invalid';
  const url = URL.parse(next, base);
  if (url === null || url.origin !== base || url.pathname.startsWith('//')) return HOME;
  // a visitor who has just signed in must not be sent to sign in again
  if (/^\/(?:sign-(?:in|out)|account\/confirmation)(?:\/|$)/.test(url.pathname)) return HOME;
  const path = url.pathname + url.search;
  return path.length > LONGEST ? HOME : path;
}
