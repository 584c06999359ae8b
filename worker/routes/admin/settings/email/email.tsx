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
import { enqueueBrokenNotice, enqueueMail } from '../../../../mail/enqueue.ts';
import { ownSender, repliesTo } from '../../../../mail/from.ts';
import { lastCode, lastSample } from '../../../../mail/status.ts';
import { domainsOf } from '../../../../mail-services/mailchannels/domains.ts';
import { checkSender } from '../../../../senders/check.ts';
import { codeClosed, confirmSender } from '../../../../senders/confirm.ts';
import { removeSender } from '../../../../senders/remove.ts';
import {
  type Asker,
  addSender,
  findSenders,
  findUnconfirmed,
  renewSenderCode,
  type Sender,
} from '../../../../senders/store.ts';
import { readable } from '../../../../values/email-address.ts';
import { mailLater, sendLater } from '../../../send-mail.ts';
import { codeRefused } from '../../../sign-in/code-refused.ts';
import { adminShell } from '../../shell.ts';
import { checkedWords, confirmedWords, type Looked, removedWords, turnWords } from './describe.ts';
import { parseAddress, TOO_MANY_CODES } from './form.ts';
import { codeShown, sampleShown } from './mail-status.ts';
import { type CodeTyped, closedWords, NO_CODE, senderShown } from './present.ts';

/** Settings → Email: the address that a workspace's mail comes from, from entering it to taking it away. */
export const email = new Hono<WorkspaceEnv>();

// What the last check found. Whoever opens the page waits for nobody else.
email.get('/w/:slug/settings/email', (c) => emailPage(c));

email.post('/w/:slug/settings/email', async (c) => {
  const { settings, now } = c.var;
  const typed = field(await readForm(c), 'email');
  const parsed = parseAddress(typed, settings);
  if (!parsed.ok) return emailPage(c, { form: { email: typed, error: parsed.error } }, 422);
  const entered = await addSender(storesOf(c), askerOf(c), parsed.email, parsed.use, now);
  if (!entered.ok && entered.why === 'too-many') {
    return emailPage(c, { form: { email: typed, error: TOO_MANY_CODES[entered.limit] } }, 429);
  }
  if (!entered.ok) return done(c, 'That address is here already.');
  await mailCode(c, entered.sender);
  await look(c, entered.sender);
  return done(c, `A code is on its way to ${readable(entered.sender.address)}.`);
});

email.post('/w/:slug/settings/email/confirmation', async (c) => {
  const { workspace, member, now } = c.var;
  const typed = field(await readForm(c), 'code');
  const confirmed = await confirmSender(storesOf(c), workspace.id, actorOf(member), typed, now);
  if (confirmed.ok) {
    const { turned } = await look(c, confirmed.sender);
    return done(c, confirmedWords(confirmed, turned));
  }
  const { why } = confirmed;
  if (why === 'nothing') return done(c, 'No address waits for a code.');
  const { codeError, locked } = codeRefused({ why });
  return emailPage(c, { code: { typed, error: codeError } }, locked ? 429 : 422);
});

email.post('/w/:slug/settings/email/code', async (c) => {
  const { now } = c.var;
  const asked = await renewSenderCode(storesOf(c), askerOf(c), now);
  if (!asked.ok && asked.why === 'too-many') {
    return emailPage(c, { code: { ...NO_CODE, again: TOO_MANY_CODES[asked.limit] } }, 429);
  }
  if (!asked.ok) return done(c, 'No address waits for a code.');
  await mailCode(c, asked.sender);
  return done(c, `A new code is on its way to ${readable(asked.sender.address)}.`);
});

email.post('/w/:slug/settings/email/check', async (c) => {
  const { db, workspace, now } = c.var;
  const found = (await findSenders(db, workspace.id)).filter(({ use }) => use === 'from');
  if (found.length === 0) return done(c, 'There is nothing to check.');
  const counted = await countTry(db, SENDER_CHECKS, workspace.id, now);
  if (counted.length === 0) return emailPage(c, { flash: TOO_MANY_CHECKS }, 429);
  const looked = await Promise.all(found.map((sender) => look(c, sender)));
  return done(c, checkedWords(looked));
});

email.post('/w/:slug/settings/email/removal', async (c) => {
  const { db, workspace, member, settings, now } = c.var;
  const form = await readForm(c);
  const unwanted = { id: field(form, 'id'), slot: field(form, 'slot') };
  const removed = await removeSender(db, workspace.id, actorOf(member), unwanted, now);
  return done(c, removedWords(removed, settings.mailFrom));
});

const TOO_MANY_CHECKS = 'That is many checks for one hour. Come back later.';

function done(c: Context<WorkspaceEnv>, words: string): Response {
  leaveFlash(c, words);
  return c.redirect(paths.senderSettings(c.var.workspace.slug), 303);
}

function askerOf(c: Context<WorkspaceEnv>): Asker {
  return { workspace: c.var.workspace.id, member: c.var.member.id };
}

/** Mails the code, to the address it is to prove. */
async function mailCode(c: Context<WorkspaceEnv>, sender: Sender): Promise<void> {
  const { member, now } = c.var;
  const account = { kind: 'member', id: member.id } as const;
  const { id, workspaceId: workspace } = sender;
  const wanted = { kind: 'confirm-sender', account, workspace, sender: id } as const;
  sendLater(c, await enqueueMail(storesOf(c), wanted, now));
}

/** One check that a person waits for; the mail service and DNS have seconds, and whatever they do, the page comes. */
async function look(c: Context<WorkspaceEnv>, sender: Sender): Promise<Looked> {
  const { db, settings, now } = c.var;
  const domains = domainsOf(settings);
  const { domain } = sender;
  if (domains === null) return { domain, isHeard: false, turned: '' };
  const log = (what: string, error: unknown) => logError(c, what, error);
  const { hasAnswer: isHeard, transition } = await checkSender(
    { db, domains, log },
    sender,
    'person',
    now,
  );
  if (transition === 'broken') mailLater(c, () => enqueueBrokenNotice(db, sender, now));
  return { domain, isHeard, turned: turnWords(sender, transition) };
}

type Shown = {
  form?: { email: string; error: string | undefined };
  code?: CodeTyped;
  flash?: string;
};

async function emailPage(
  c: Context<WorkspaceEnv>,
  shown: Shown = {},
  status: 200 | 422 | 429 = 200,
) {
  const { db, workspace, member, settings, now } = c.var;
  const { form = { email: '', error: undefined }, code = NO_CODE, flash } = shown;
  const [found, [sample], ofSample, [mailed], ofMailed] = await db.batch([
    findSenders(db, workspace.id),
    ...lastSample(db, workspace.id, member.id, now),
    ...lastCode(db, workspace.id, now),
  ]);
  const asked = findUnconfirmed(found);
  const closed = asked === undefined ? null : await codeClosed(db, asked, now);
  const mail = asked === undefined ? null : codeShown(asked, mailed, ofMailed, workspace, now);
  const ofCode = { ...code, closed: closedWords(closed, now), mail };
  const sender = found.find(({ slot }) => slot === 'current');
  const next = found.find(({ slot }) => slot === 'next');
  const own = ownSender(settings, sender);
  const replyTo = own === null ? await repliesTo(db, workspace, sender) : null;
  const around = adminShell(c, 'settings');
  const props = {
    nonce: nonceOf(c),
    shell: flash === undefined ? around : { ...around, flash },
    current: {
      from: readable(own?.address ?? settings.mailFrom),
      replyTo: replyTo === null ? null : readable(replyTo),
    },
    platformFrom: settings.mailFrom,
    form,
    sender: sender === undefined ? null : senderShown(sender, settings, ofCode, now),
    next: next === undefined ? null : senderShown(next, settings, ofCode, now),
    sample: sampleShown(sample, ofSample, workspace, now),
    now,
  };
  return page(c, <EmailPage {...props} />, status);
}
