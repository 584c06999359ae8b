import { type Context, Hono } from 'hono';
import * as paths from '../../../../../ui/paths.ts';
import type { WorkspaceEnv } from '../../../../context.ts';
import { clientInfo } from '../../../../http/client-info.ts';
import { leaveFlash } from '../../../../http/flash.ts';
import { countTry } from '../../../../limits/limiter.ts';
import { SAMPLES_PER_MEMBER } from '../../../../limits/rules.ts';
import { enqueueWithinBudget } from '../../../../mail/enqueue.ts';
import type { MailJob } from '../../../../mail/jobs.ts';
import { durationWords } from '../../../../values/duration.ts';
import { sendAfterResponse } from '../../../send-mail.ts';
import { NO_BUDGET } from '../../no-budget.ts';

/** The button "Mail me a sample". The sample goes to the member's own address, whatever the form holds. */
export const sampleMail = new Hono<WorkspaceEnv>();

sampleMail.post('/w/:slug/settings/email/sample', async (c) => {
  const { db, workspace, member, now } = c.var;
  const counted = await countTry(db, SAMPLES_PER_MEMBER, member.id, now);
  if (counted.length === 0) {
    leaveFlash(c, TOO_MANY);
  } else {
    const job = await enqueueSample(c);
    if (job !== null) sendAfterResponse(c, job);
    leaveFlash(c, job === null ? `No sample: ${NO_BUDGET}` : `On its way to ${member.email}.`);
  }
  return c.redirect(paths.senderSettings(workspace.slug), 303);
});

const TOO_MANY = `Those were many samples in a row. Try again in ${durationWords(SAMPLES_PER_MEMBER.window)}.`;

function enqueueSample(c: Context<WorkspaceEnv>): Promise<MailJob | null> {
  const { db, workspace, member, settings, now } = c.var;
  const account = { kind: 'member', id: member.id } as const;
  const sample = {
    kind: 'sample',
    account,
    workspace: workspace.id,
    client: clientInfo(c),
  } as const;
  return enqueueWithinBudget({ db, budget: settings }, sample, now);
}
