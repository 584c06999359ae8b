import { seconds } from '../limits/duration.ts';
import type { Mailer, OutgoingMail } from './mailer.ts';
import { isWorthARetryAtOnce, resultOf, type Transport, type Tried } from './transport.ts';

/** No mail service needs longer to take a mail over. Twice this fits into the 30 s that a Worker has after its answer. */
export const MAIL_TIME_OUT = seconds(10);

/** A transport with what none of them has: a time-out, one retry at once where that may help, errors as values. */
export function patient(transport: Transport): Mailer {
  return {
    async send(mail, now) {
      const first = await tryOnce(transport, mail, now);
      return resultOf(isWorthARetryAtOnce(first) ? await tryOnce(transport, mail, now) : first);
    },
  };
}

async function tryOnce(transport: Transport, mail: OutgoingMail, now: number): Promise<Tried> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeOut = new Promise<Tried>((resolve) => {
    const detail = `no answer within ${MAIL_TIME_OUT / 1000} s`;
    timer = setTimeout(() => resolve({ ok: false, why: 'silent', detail }), MAIL_TIME_OUT);
  });
  try {
    return await Promise.race([transport(mail, now), timeOut]);
  } catch (error) {
    return { ok: false, why: 'unreachable', detail: String(error) };
  } finally {
    clearTimeout(timer);
  }
}
