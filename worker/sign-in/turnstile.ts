import * as v from 'valibot';
import { seconds } from '../values/duration.ts';

/** The keys of a Turnstile widget: one stands in the page, the other asks Cloudflare what came of a challenge. */
export type TurnstileKeys = { siteKey: string; secretKey: string };

/** The name of our form at Turnstile. A token that was made for another form does not count. */
export const TURNSTILE_ACTION = 'sign-in';
/** The field that the widget adds to the form around it. */
export const TURNSTILE_FIELD = 'cf-turnstile-response';

const SITEVERIFY = 'https://challenges.cloudflare.com/turnstile/v0/siteverify';
/** The longest that a mail waits for Cloudflare's answer. */
const TIME_OUT = seconds(2);
/** No token has more characters (developers.cloudflare.com/turnstile, "Validate the token"). */
const LONGEST_TOKEN = 2048;

const Answer = v.object({ success: v.literal(true), hostname: v.string(), action: v.string() });

/**
 * Whether Cloudflare says that the visitor passed a challenge, on this host and this form, whose token was not used before.
 * False without a token, and when Cloudflare does not answer in time. A request is never refused for it: it meets lower limits.
 * @param visitor the host that the form was sent to, and the visitor's IP address if it is known
 */
export async function passedChallenge(
  { secretKey }: Pick<TurnstileKeys, 'secretKey'>,
  token: string,
  { hostname, address }: { hostname: string; address: string | undefined },
): Promise<boolean> {
  if (token === '' || token.length > LONGEST_TOKEN) return false;
  const body = new URLSearchParams({ secret: secretKey, response: token });
  if (address !== undefined) body.set('remoteip', address);
  try {
    const signal = AbortSignal.timeout(TIME_OUT);
    const response = await fetch(SITEVERIFY, { method: 'POST', body, signal });
    const answer = v.safeParse(Answer, await response.json());
    if (!answer.success) return false;
    return answer.output.hostname === hostname && answer.output.action === TURNSTILE_ACTION;
  } catch {
    return false;
  }
}
