import type { Context } from 'hono';
import type { Account } from '../../accounts/account.ts';
import { recordActivity } from '../../activity/record.ts';
import type { AppEnv } from '../../context.ts';
import { afterResponse } from '../../http/after-response.ts';
import type { CodeRefusal } from '../../sign-in/redeem.ts';

/** The public words for a refused code. They are the same for known and unknown addresses. */
export function codeRefused(refusal: Pick<CodeRefusal, 'why'>): {
  codeError?: string;
  locked: boolean;
} {
  switch (refusal.why) {
    case 'malformed':
      return { codeError: 'A code has six letters and digits, such as 7K4M2P.', locked: false };
    case 'lapsed':
      return {
        codeError: 'That code is too old. Send it again, and type the new one.',
        locked: false,
      };
    case 'wrong':
      return { codeError: 'That code isn’t right. Take it from the newest mail.', locked: false };
    case 'locked':
      // the page shows this in place of the form
      return { locked: true };
  }
}

/** Records that a limit of codes is exhausted. The contact's card shows it. */
export function recordCodeLocked(c: Context<AppEnv>, refusal: CodeRefusal): void {
  const account: Account | null = refusal.why === 'wrong' ? refusal.lastOf : null;
  if (account?.kind !== 'contact') return;
  const { workspace, id: contact } = account;
  const { db, now } = c.var;
  afterResponse(c, 'record locked code', async () => {
    await recordActivity(db, { kind: 'code_locked', workspace, contact }, now);
  });
}
