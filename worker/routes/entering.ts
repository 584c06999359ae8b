import type { Context } from 'hono';
import { record } from '../activity/record.ts';
import type { AppEnv } from '../context.ts';
import { keepMethod, sessionClaim, setSession } from '../http/cookies.ts';
import { brandOf, nonceOf } from '../http/page.ts';
import { afterResponse } from '../http/reference.ts';
import { seenIn } from '../http/seen.ts';
import type { Account } from '../sessions/account.ts';
import type { Proof } from '../sessions/proof.ts';
import { start } from '../sessions/start.ts';
import type { Stores } from '../sign-in/issue.ts';
import type { CodeRefusal } from '../sign-in/redeem.ts';

/**
 * Starts the session that a proof is good for; null when the proof is dead by now. The asking cookie stays,
 * for the tab that waits: it says where this browser wanted to go.
 */
export async function enter(c: Context<AppEnv>, proof: Proof): Promise<Response | null> {
  const replaced = await sessionClaim(c);
  const started = await start(c.var.db, proof, seenIn(c), replaced?.session ?? null, c.var.now);
  if (started === null) return null;
  await setSession(c, started);
  keepMethod(c, proof.method);
  return c.redirect(proof.next, 303);
}

/** The public words for a refused code: the same for an address we know and one we don't. */
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
      // the page says so in place of the form
      return { locked: true };
  }
}

/** The freelancer reads on the contact's card that a limit on codes was used up. */
export function tellOfLastTry(c: Context<AppEnv>, refusal: CodeRefusal): void {
  const account: Account | null = refusal.why === 'wrong' ? refusal.lastOf : null;
  if (account?.kind !== 'contact') return;
  const { workspace, id: contact } = account;
  const { db, now } = c.var;
  afterResponse(c, 'record locked code', async () => {
    await record(db, { kind: 'code_locked', workspace, contact }, now);
  });
}

/** What sign-in works with, of this request. */
export function storesOf(c: Context<AppEnv>): Stores {
  return { db: c.var.db, tokens: c.env.TOKENS, keyring: c.var.keyring };
}

/** What every page of the gate is given. */
export function gateProps(c: Context<AppEnv>) {
  const { settings, workspace } = c.var;
  const audience: 'client' | 'member' = workspace === null ? 'member' : 'client';
  return { nonce: nonceOf(c), brand: brandOf(c), audience, passwords: settings.passwords };
}
