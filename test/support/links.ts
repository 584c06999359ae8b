/** The words on the button of a link that was used or has expired. */
export const RENEWAL_BUTTON = 'Email me a new link';

/** The path of a link, without its host. */
export function pathOf(link: string): string {
  return new URL(link).pathname;
}

/** The request of a browser that asks for a link: `at` is the origin it is sent to. */
export function linkRequest(
  at: string,
  email: string,
  headers: Record<string, string> = {},
): Request {
  return new Request(`${at}/sign-in/link`, {
    method: 'POST',
    headers: { origin: new URL(at).origin, ...headers },
    body: new URLSearchParams({ email }),
    redirect: 'manual',
  });
}
