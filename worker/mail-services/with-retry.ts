import { seconds } from '../values/duration.ts';
import { withTimeout } from '../values/timeout.ts';
import {
  isWorthARetryAtOnce,
  type Mailer,
  type OutgoingMail,
  resultOf,
  type Transport,
  type Tried,
} from './service.ts';

/**
 * The time-out of one call to a mail service. One try makes at most four calls, and all must fit into the 30 s after the
 * response.
 */
export const MAIL_TIME_OUT = seconds(6);

/** A transport with what none of them has: a time-out, one retry at once where that may help, errors as values. */
export function withRetry(transport: Transport): Mailer {
  return {
    async send(mail, now) {
      const first = await tryOnce(transport, mail, now);
      return resultOf(isWorthARetryAtOnce(first) ? await tryOnce(transport, mail, now) : first);
    },
  };
}

async function tryOnce(transport: Transport, mail: OutgoingMail, now: number): Promise<Tried> {
  const detail = `no answer within ${MAIL_TIME_OUT / 1000} s`;
  try {
    return await withTimeout(transport(mail, now), MAIL_TIME_OUT, {
      ok: false,
      failure: 'timeout',
      detail,
    });
  } catch (error) {
    return { ok: false, failure: 'unreachable', detail: String(error) };
  }
}
