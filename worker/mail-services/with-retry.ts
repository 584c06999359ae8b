import { MAIL_TIME_OUT } from '../limits/rules.ts';
import type { Mailer, OutgoingMail } from './service.ts';
import { withTimeout } from './timeout.ts';
import { isWorthARetryAtOnce, resultOf, type Transport, type Tried } from './transport.ts';

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
