const HOME = '/';
const LONGEST = 500;

/**
 * The only reader of `next`: a path on this host, or `/`. Judged by what the URL parser makes of it, not
 * by how it is spelled: `//evil`, `/\evil`, `/.//evil`, `https:evil`, tabs and line breaks all end at `/`.
 */
export function safeReturnTo(next: string | null | undefined): string {
  if (next === null || next === undefined) return HOME;
  if (!next.startsWith('/') || /[\\\p{Cc}]/u.test(next)) return HOME;
  const base = 'https://portal.invalid';
  const url = URL.parse(next, base);
  if (url === null || url.origin !== base || url.pathname.startsWith('//')) return HOME;
  // coming back to where one proves who one is, having done so, would be going round in circles
  if (/^\/(?:sign-(?:in|out)|account\/confirmation)(?:\/|$)/.test(url.pathname)) return HOME;
  const path = url.pathname + url.search;
  return path.length > LONGEST ? HOME : path;
}
