import { linkIn } from './mail.ts';
import { mailbox, type Visitor } from './visitor.ts';

/** The words on the button of a link that was used or has expired. */
export const RENEWAL_BUTTON = 'Email me a new link';

/** How the sign-in page begins where a browser sends no sign-in request of its own. */
export const NO_REQUEST = 'This browser remembers no request for a sign-in link from the last day.';

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

/** Presses the button of a used or expired link; returns the link of the mail that comes of it. */
export async function renew(browser: Visitor, link: string): Promise<string> {
  const before = new Set((await mailbox()).map(({ id }) => id));
  const { status } = await browser.post(`${link}/renewal`);
  if (status !== 303) throw new Error(`renewing answered ${status}`);
  return linkIn((await mailbox()).find(({ id }) => !before.has(id)));
}
