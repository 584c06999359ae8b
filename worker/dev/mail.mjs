// How mail leaves from `npm start`: the settings for it, and what has to run beside the Worker.

import { startSimulator, startWatching } from './simulator.mjs';

/** The operator's account at the simulator, which takes any. */
const ACCOUNT = { MAILCHANNELS_ACCOUNT: 'demo-account' };

/**
 * Over the wire. The simulator keeps no mail, so each is printed on its way there.
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
 * Into the development mailbox. Only what concerns freelancers' domains goes to the simulator, which finds every record
 * in place; without it, all else works.
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
