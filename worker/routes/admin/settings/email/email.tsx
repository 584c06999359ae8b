import { type Context, Hono } from 'hono';
import { EmailPage } from '../../../../../ui/pages/admin/settings/email/email.tsx';
import * as paths from '../../../../../ui/paths.ts';
import { actorOf } from '../../../../activity/actor.ts';
import type { WorkspaceEnv } from '../../../../context.ts';
import { leaveFlash } from '../../../../http/flash.ts';
import { field, readForm } from '../../../../http/form.ts';
import { logError } from '../../../../http/log.ts';
import { nonceOf, page } from '../../../../http/page.ts';
import { storesOf } from '../../../../http/request-stores.ts';
import { countTry } from '../../../../limits/limiter.ts';
import { SENDER_CHECKS } from '../../../../limits/rules.ts';
import { enqueueBrokenNotice, enqueueWithinBudget } from '../../../../mail/enqueue.ts';
import { lastCode, lastSample } from '../../../../mail/find-mails.ts';
import { ownSender, repliesTo } from '../../../../mail/from.ts';
import { domainsOf } from '../../../../mail-services/mailchannels/domains.ts';
import { addSender } from '../../../../senders/add.ts';
import { type CheckResult, checkSender } from '../../../../senders/check.ts';
import { codeClosed, confirmSender } from '../../../../senders/confirm.ts';
import { removeSender } from '../../../../senders/remove.ts';
import { type CodeRequester, requestSenderCode } from '../../../../senders/request-code.ts';
import { findSenders, findUnconfirmed, type Sender } from '../../../../senders/store.ts';
import { mailNameOf } from '../../../../values/business-name.ts';
import { readable } from '../../../../values/email-address.ts';
import { enqueueAndSendAfterResponse, sendAfterResponse } from '../../../send-mail.ts';
import { codeRefused } from '../../../sign-in/code-refusal-text.ts';
import { NO_BUDGET } from '../../no-budget.ts';
import { adminShell } from '../../shell.ts';
import { notifyOwners } from '../notify-owners.ts';
import {
  type CheckedSender,
  checkedWords,
  confirmedWords,
  removedWords,
  transitionWords,
} from './flash-text.ts';
import { parseAddress, TOO_MANY_CODES } from './form.ts';
import { codeShown, sampleShown } from './mail-status.ts';
import { type CodeTyped, closedWords, NO_CODE, presentSender } from './sender-view.ts';

/** Settings → Email: the address that a workspace's mail comes from. */
export const email = new Hono<WorkspaceEnv>();

// Opening the page calls no other service.
email.get('/w/:slug/settings/email', (c) => emailPage(c));

email.post('/w/:slug/settings/email', async (c) => {
  const { settings, now } = c.var;
  const typed = field(await readForm(c), 'email');
  const parsed = await parseAddress(typed, settings);
  if (!parsed.ok) return emailPage(c, { form: { email: typed, error: parsed.error } }, 422);
  const added = await addSender(storesOf(c), requesterOf(c), parsed.email, parsed.use, now);
  if (!added.ok && added.why === 'too-many') {
    return emailPage(c, { form: { email: typed, error: TOO_MANY_CODES[added.limit] } }, 429);
  }
  if (!added.ok) return redirect(c, 'That address is here already.');
  const isMailed = await mailCode(c, added.sender);
  await check(c, added.sender);
  const address = readable(added.sender.address);
  return redirect(c, isMailed ? `A code is on its way to ${address}.` : NO_CODE_MAILED);
});

email.post('/w/:slug/settings/email/confirmation', async (c) => {
  const { workspace, member, now } = c.var;
  const typed = field(await readForm(c), 'code');
  const confirmed = await confirmSender(storesOf(c), workspace.id, actorOf(member), typed, now);
  if (confirmed.ok) {
    const { changed, verified } = await check(c, confirmed.sender);
    notifyOwners(c, [confirmed.activity, verified]);
    return redirect(c, confirmedWords(confirmed, changed));
  }
  const { why } = confirmed;
  if (why === 'none-waiting') return redirect(c, NO_ADDRESS_WAITS);
  const { codeError, locked } = codeRefused({ why });
  return emailPage(c, { code: { typed, error: codeError } }, locked ? 429 : 422);
});

email.post('/w/:slug/settings/email/code', async (c) => {
  const requested = await requestSenderCode(storesOf(c), requesterOf(c), c.var.now);
  if (!requested.ok && requested.why === 'too-many') {
    return emailPage(c, { code: { ...NO_CODE, again: TOO_MANY_CODES[requested.limit] } }, 429);
  }
  if (!requested.ok) return redirect(c, NO_ADDRESS_WAITS);
  const isMailed = await mailCode(c, requested.sender);
  const address = readable(requested.sender.address);
  return redirect(c, isMailed ? `A new code is on its way to ${address}.` : NO_CODE_MAILED);
});

email.post('/w/:slug/settings/email/check', async (c) => {
  const { db, workspace, now } = c.var;
  const found = (await findSenders(db, workspace.id)).filter(({ use }) => use === 'from');
  if (found.length === 0) return redirect(c, 'There is nothing to check.');
  const counted = await countTry(db, SENDER_CHECKS, workspace.id, now);
  if (counted.length === 0) return emailPage(c, { flash: TOO_MANY_CHECKS }, 429);
  const checked = await Promise.all(found.map((sender) => check(c, sender)));
  notifyOwners(
    c,
    checked.map(({ verified }) => verified),
  );
  return redirect(c, checkedWords(checked));
});

email.post('/w/:slug/settings/email/removal', async (c) => {
  const { db, workspace, member, settings, now } = c.var;
  const form = await readForm(c);
  const unwanted = { id: field(form, 'id'), slot: field(form, 'slot') };
  const removed = await removeSender(db, workspace.id, actorOf(member), unwanted, now);
  // what was never confirmed was not in use
  if (removed?.sender.confirmedAt) notifyOwners(c, [removed.activity]);
  return redirect(c, removedWords(removed, settings.mailFrom));
});

const NO_ADDRESS_WAITS = 'No address waits for a code.';
const NO_CODE_MAILED = `No code was mailed: ${NO_BUDGET}`;
const TOO_MANY_CHECKS = 'That is many checks for one hour. Come back later.';

function redirect(c: Context<WorkspaceEnv>, flash: string): Response {
  leaveFlash(c, flash);
  return c.redirect(paths.senderSettings(c.var.workspace.slug), 303);
}

function requesterOf(c: Context<WorkspaceEnv>): CodeRequester {
  return { workspace: c.var.workspace.id, member: c.var.member.id };
}

/** Mails the code to the address that it is to prove; false when the mail budget is used up. */
async function mailCode(c: Context<WorkspaceEnv>, sender: Sender): Promise<boolean> {
  const { db, member, settings, now } = c.var;
  const account = { kind: 'member', id: member.id } as const;
  const { id, workspaceId: workspace } = sender;
  const wanted = { kind: 'confirm-sender', account, workspace, sender: id } as const;
  const job = await enqueueWithinBudget({ db, budget: settings }, wanted, now);
  if (job !== null) sendAfterResponse(c, job);
  return job !== null;
}

/** A check that a person waits for. Mail service and DNS have seconds to answer; the page comes either way. */
async function check(
  c: Context<WorkspaceEnv>,
  sender: Sender,
): Promise<CheckedSender & Pick<CheckResult, 'verified'>> {
  const { db, settings, now } = c.var;
  const domains = domainsOf(settings);
  const { domain } = sender;
  if (domains === null) return { domain, hasAnswer: false, changed: '', verified: null };
  const log = (what: string, error: unknown) => logError(c, what, error);
  const checked = await checkSender({ db, domains, log }, sender, 'person', now);
  const { hasAnswer, transition, verified } = checked;
  if (transition?.to === 'broken')
    enqueueAndSendAfterResponse(c, () => enqueueBrokenNotice(db, sender, now));
  return { domain, hasAnswer, changed: transitionWords(sender, transition), verified };
}

/** What the page shows in answer to a form. */
type Answered = {
  form?: { email: string; error: string | undefined };
  code?: CodeTyped;
  flash?: string;
};

async function emailPage(
  c: Context<WorkspaceEnv>,
  answered: Answered = {},
  status: 200 | 422 | 429 = 200,
) {
  const { db, workspace, member, settings, now } = c.var;
  const { form = { email: '', error: undefined }, code = NO_CODE, flash } = answered;
  const [found, [sample], ofSample, [mailed], ofMailed] = await db.batch([
    findSenders(db, workspace.id),
    ...lastSample(db, workspace.id, member.id, now),
    ...lastCode(db, workspace.id, now),
  ]);
  const waiting = findUnconfirmed(found);
  const closed = waiting === undefined ? null : await codeClosed(db, waiting, now);
  const mail = waiting === undefined ? null : codeShown(waiting, mailed, ofMailed, workspace, now);
  const codeForm = { ...code, closed: closedWords(closed, now), mail };
  const inSlot = (slot: Sender['slot']) => found.find((sender) => sender.slot === slot);
  const present = (sender: Sender | undefined) =>
    sender === undefined ? null : presentSender(sender, settings, codeForm, now);
  const shell = adminShell(c, 'settings');
  const props = {
    nonce: nonceOf(c),
    shell: flash === undefined ? shell : { ...shell, flash },
    mailFrom: mailFromNow(c, inSlot('current')),
    platformFrom: settings.mailFrom,
    form,
    currentSender: await present(inSlot('current')),
    nextSender: await present(inSlot('next')),
    sample: sampleShown(sample, ofSample, workspace, now),
    now,
  };
  return page(c, <EmailPage {...props} />, status);
}

/** From whom mail comes at this moment, and whom replies to it reach. */
function mailFromNow(c: Context<WorkspaceEnv>, sender: Sender | undefined) {
  const { workspace, settings } = c.var;
  const name = mailNameOf(workspace);
  const own = ownSender(settings, sender);
  if (own !== null) return { name, from: readable(own.address), replyTo: null, isOwn: true };
  const replyTo = repliesTo(workspace, sender);
  return {
    name,
    from: readable(settings.mailFrom),
    replyTo: replyTo === null ? null : readable(replyTo),
    isOwn: false,
  };
}
