import type { Context } from 'hono';
import type { VisitorEnv } from '../../context.ts';
import { logError } from '../../http/log.ts';
import { lookUpBreach } from '../../passwords/breached.ts';
import {
  type About,
  type Fault,
  findFault,
  PASSWORD_LEAST,
  PASSWORD_MOST,
} from '../../passwords/policy.ts';
import { workspacesOf } from '../../workspaces/workspaces.ts';

/** What a guesser knows of the visitor's account (passwords/policy.ts). */
export async function aboutVisitor(c: Context<VisitorEnv>): Promise<About> {
  const { db, visitor, portal: workspace } = c.var;
  const companies = 'companies' in visitor ? visitor.companies : [];
  const ofMember = 'companies' in visitor ? [] : await workspacesOf(db, visitor.id);
  const workspaces = workspace === null ? ofMember : [workspace];
  const workspaceNames = workspaces.flatMap(({ name, slug }) => [name, slug]);
  return { names: [visitor.name, ...companies, ...workspaceNames], email: visitor.email };
}

/** Why a new password is refused, in words to stand next to its field; null when it is accepted. */
export async function faultWords(password: string, about: About): Promise<string | null> {
  if (password === '') return 'Type the new password.';
  const fault = await findFault(password, about);
  return fault === null ? null : sentenceFor(fault);
}

/** The same for a password that is in a known breach. Accepts the password when the service does not answer. */
export async function breachWords(
  c: Context<VisitorEnv>,
  password: string,
): Promise<string | null> {
  if (!c.var.settings.breachCheck) return null;
  const breach = await lookUpBreach(password);
  if (breach === 'unknown') logError(c, 'breach look-up failed', 'the password was let through');
  return breach === 'breached'
    ? 'This password is in lists of passwords stolen elsewhere, which are the first that thieves try. Choose one you use nowhere else.'
    : null;
}

function sentenceFor(fault: Fault): string {
  switch (fault.why) {
    case 'short': {
      const more = fault.missing === 1 ? '1 more character' : `${fault.missing} more characters`;
      return `Use at least ${PASSWORD_LEAST} characters: ${more}. Another word or two will do.`;
    }
    case 'long':
      return `Use at most ${PASSWORD_MOST} characters.`;
    case 'common':
      return 'This is one of the passwords that most people think of, and thieves try first. Put together four or five words of your own.';
    case 'guessable':
      return `Most of this is “${fault.word}”, which anybody who knows you would try. Add words that have nothing to do with you or this portal.`;
  }
}
