import { seconds } from '../values/duration.ts';
import {
  isWorthARetryAtOnce,
  type Mailer,
  type OutgoingMail,
  resultOf,
  type Transport,
  type Tried,
} from './service.ts';
import { withTimeout } from './timeout.ts';

/**
 * Longer than a mail service needs to take a mail over. A try asks four times at most: from the freelancer's own address and
 * from the platform's, each once more at once. All four fit into the 30 s that a Worker has after its answer, with
 * SETTLE_PAUSES and time for D1.
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
