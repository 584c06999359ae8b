import type { Account } from '../accounts/account.ts';
import type { AccountStatus } from '../accounts/find.ts';
import { audienceOf, type Realm } from '../accounts/realm.ts';
import { sha256 } from '../crypto/hash.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { MemberId } from '../db/ids.ts';
import {
  type Claimant,
  deploymentShares,
  EVERYBODY,
  type MailBudget,
  networkRules,
  newcomerRules,
  sharesOf,
  workspaceShares,
} from '../limits/mail-budget.ts';
import {
  type Ceiling,
  LINKS_BY_MEMBER,
  LINKS_PER_KNOWN_MAILBOX,
  LINKS_PER_MAILBOX,
  LINKS_PER_MAILBOX_ANYWHERE,
  LINKS_PER_NETWORK_AND_MAILBOX,
  LINKS_PER_PAGE,
  LINKS_PER_UNCHECKED_NETWORK,
  LINKS_TO_MAILBOX_BY_MEMBERS,
  type Rules,
} from '../limits/mail-rules.ts';
import type { Share } from '../limits/shares.ts';
import { storedEmail } from '../values/email-address.ts';
import { type Asker, mailboxKeyOf, networkKeyOf } from './asker.ts';
import { isKnownTo } from './known-mailboxes.ts';

/** A share of links. The first one of a list that is used up says by its ceiling why no link is mailed. */
export type LinkShare = Share & { ceiling: Ceiling };

/** One way to have a link mailed: every share must have something left, and one is taken of each. */
export type LinkShares = LinkShare[];

/**
 * An asker with the page that the form was on; `page` is null when the form does not say. `unchecked`: the form has a challenge
 * (turnstile.ts), and none was passed.
 */
export type LinkAsker = Asker & { page: string | null; unchecked?: boolean };

/**
 * The ways to have a link mailed for an account, best first; never none. A browser that is known to the mailbox has a way
 * that strangers cannot use up, and then theirs too. Nothing is counted unless a link is mailed (decision 0024).
 */
export async function linkShares(
  keyring: Keyring,
  realm: Realm,
  budget: MailBudget,
  { account, address }: AccountStatus,
  asker: LinkAsker,
): Promise<[LinkShares, ...LinkShares[]]> {
  const email = storedEmail(address);
  const [mailbox, network, isKnown] = await Promise.all([
    mailboxKeyOf(keyring, email),
    networkKeyOf(keyring, asker.network),
    isKnownTo(keyring, realm, asker.known, email),
  ]);
  const here = `${audienceOf(realm)} ${mailbox}`;
  const once = await onePage(asker.page, here);
  const asStranger = [
    ...once,
    ...each(LINKS_PER_NETWORK_AND_MAILBOX, `${network} ${mailbox}`, 'network-mailbox'),
    ...(asker.unchecked === true ? each(LINKS_PER_UNCHECKED_NETWORK, network, 'network') : []),
    ...each(networkRules(budget, 'network'), network, 'network'),
    ...each(LINKS_PER_MAILBOX, here, 'mailbox'),
    ...each(LINKS_PER_MAILBOX_ANYWHERE, mailbox, 'mailbox'),
    ...(account.kind === 'newcomer' ? each(newcomerRules(budget), EVERYBODY, 'deployment') : []),
    ...ofBudget(budget, account, account.kind === 'member' ? 'member' : 'stranger'),
  ];
  if (!isKnown) return [asStranger];
  const asKnown = [
    ...once,
    ...each(LINKS_PER_KNOWN_MAILBOX, here, 'mailbox'),
    ...each(networkRules(budget, 'known-network'), network, 'network'),
    ...ofBudget(budget, account, 'known'),
  ];
  return [asKnown, asStranger];
}

/** The way of a link that a member sends from a contact's card: strangers cannot use it up. */
export async function memberLinkShares(
  keyring: Keyring,
  budget: MailBudget,
  { account, address }: AccountStatus,
  member: MemberId,
): Promise<LinkShares> {
  const mailbox = await mailboxKeyOf(keyring, storedEmail(address));
  return [
    { rule: LINKS_BY_MEMBER, subject: member, ceiling: 'network' },
    ...each(LINKS_TO_MAILBOX_BY_MEMBERS, mailbox, 'mailbox'),
    ...ofBudget(budget, account, 'known'),
  ];
}

async function onePage(page: string | null, here: string): Promise<LinkShares> {
  if (page === null) return [];
  const subject = await sha256(`${page} ${here}`);
  return [{ rule: LINKS_PER_PAGE, subject, ceiling: 'page' }];
}

function ofBudget(budget: MailBudget, account: Account, claimant: Claimant): LinkShares {
  const workspace = account.kind === 'contact' ? account.workspace : null;
  return [
    ...met('workspace', workspaceShares(budget, workspace, claimant)),
    ...met('deployment', deploymentShares(budget, claimant)),
  ];
}

function each(rules: Rules, subject: string, ceiling: Ceiling): LinkShares {
  return met(ceiling, sharesOf(rules, subject));
}

function met(ceiling: Ceiling, shares: Share[]): LinkShares {
  return shares.map((share) => ({ ...share, ceiling }));
}
