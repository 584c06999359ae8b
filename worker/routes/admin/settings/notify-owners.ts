import type { Context } from 'hono';
import type { WorkspaceEnv } from '../../../context.ts';
import { afterResponse } from '../../../http/after-response.ts';
import { clientInfo } from '../../../http/client-info.ts';
import { countTry } from '../../../limits/limiter.ts';
import { SENDER_NOTICES_PER_WORKSPACE } from '../../../limits/rules.ts';
import { enqueueSenderNotices } from '../../../mail/enqueue.ts';
import { sendAfterResponse } from '../../send-mail.ts';

type Recorded = Parameters<typeof enqueueSenderNotices>[2][number];

/**
 * Mails all owners, after the response, what this request changed of where mail comes from or replies go. Attack: somebody at
 * another's desk, or with a stolen session, sends the answers of clients to themselves.
 * @param recorded the activities that recorded it; null where nothing was changed
 */
export function notifyOwners(c: Context<WorkspaceEnv>, recorded: (Recorded | null)[]): void {
  const changes = recorded.filter((each) => each !== null);
  if (changes.length === 0) return;
  const { db, workspace, now } = c.var;
  afterResponse(c, 'notify owners', async () => {
    const counted = await countTry(db, SENDER_NOTICES_PER_WORKSPACE, workspace.id, now);
    if (counted.length === 0) return;
    const jobs = await enqueueSenderNotices(db, workspace.id, changes, clientInfo(c), now);
    for (const job of jobs) sendAfterResponse(c, job);
  });
}
