/** A mail ready to leave. `to` is always a stored address, never what a visitor typed. */
export type OutgoingMail = {
  to: string;
  from: { name: string; email: string };
  replyTo: string | null;
  subject: string;
  text: string;
  html: string;
};

/** What became of it: taken over by the transport, or not, with a reason that a freelancer understands. */
export type SendResult = { ok: true } | { ok: false; reason: string };

/** The one way mail leaves. A provider's failure is a value; only the development outbox can throw, with its KV. */
export type Mailer = { send(mail: OutgoingMail, now: number): Promise<SendResult> };
