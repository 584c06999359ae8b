// How `npm start` sends mail: the settings, and the processes that must run beside the Worker.

import { startSimulator, startWatching } from './simulator.mjs';

/** The operator's account. The simulator accepts any. */
const ACCOUNT = { MAILCHANNELS_ACCOUNT: 'demo-account' };

/**
 * Sends mail over HTTP to the simulator of MailChannels. The simulator stores no mail, so each mail is printed.
 * @param {string} nodePath
 */
export async function simulatedMail(nodePath) {
  const simulator = await startSimulator(nodePath);
  const watching = await startWatching(simulator.url, (mail) => {
    const { to, from, replyTo, subject, text } = mail;
    const replies = replyTo === null ? '' : `Reply-To: ${replyTo}\n`;
    console.log(`\n--- mail to ${to}: ${subject}\nFrom: ${from}\n${replies}\n${text}---`);
  });
  return { MAIL_TRANSPORT: 'mailchannels', MAILCHANNELS_URL: watching.url, ...ACCOUNT };
}

/**
 * Sends mail to the development mailbox. Only checks of freelancers' domains go to the simulator, which reports every
 * record as right. If it does not start, only these checks fail.
 * @param {string} nodePath
 * @returns {Promise<Record<string, string>>}
 */
export async function outboxMail(nodePath) {
  const outbox = { MAIL_TRANSPORT: 'outbox' };
  try {
    const { url } = await startSimulator(nodePath);
    return { ...outbox, MAILCHANNELS_URL: url, ...ACCOUNT };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`${why} Settings → Email can't check domains.`);
    return outbox;
  }
}
