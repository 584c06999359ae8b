import { days, hours, seconds } from '../values/duration.ts';
import type { Rule } from './rules.ts';

// Links that are mailed because somebody asked.

/** A rule for a day and one for an hour. */
export type Rules = { day: Rule; hour: Rule };

/**
 * Which ceiling a link met. `page`: the same page was sent twice. `network-mailbox`: one network, for one mailbox;
 * `network`: one network, for all. `deployment`: all mails, or those of all newcomers.
 */
export const CEILINGS = [
  'page',
  'network-mailbox',
  'network',
  'mailbox',
  'workspace',
  'deployment',
] as const;
export type Ceiling = (typeof CEILINGS)[number];

/**
 * Links that one network asks for, to one mailbox. Attack: a stranger asks in somebody's name until no more mail goes out.
 * It is less than half of what the mailbox has, so one network cannot use that up, whenever its windows begin.
 */
export const LINKS_PER_NETWORK_AND_MAILBOX: Rules = {
  day: { name: 'links/network-mailbox/day', most: 20, window: days(1) },
  hour: { name: 'links/network-mailbox/hour', most: 10, window: hours(1) },
};

/**
 * Links that one network asks for without a challenge that was passed, on a form that has one (Turnstile): enough for people
 * without JavaScript, and for everybody when Cloudflare does not answer.
 */
export const LINKS_PER_UNCHECKED_NETWORK: Rules = {
  day: { name: 'links/unchecked-network/day', most: 10, window: days(1) },
  hour: { name: 'links/unchecked-network/hour', most: 3, window: hours(1) },
};

/** Links to one mailbox in one realm, that all strangers together ask for: an inbox is not to be flooded. */
export const LINKS_PER_MAILBOX: Rules = {
  day: { name: 'links/mailbox/day', most: 60, window: days(1) },
  hour: { name: 'links/mailbox/hour', most: 30, window: hours(1) },
};

/** The same over all realms. Attack: a stranger adds the same mailbox as a contact of many workspaces. */
export const LINKS_PER_MAILBOX_ANYWHERE: Rules = {
  day: { name: 'links/mailbox-anywhere/day', most: 90, window: days(1) },
  hour: { name: 'links/mailbox-anywhere/hour', most: 45, window: hours(1) },
};

/** Links to one mailbox, from browsers that have signed in to it before. Strangers cannot touch this share. */
export const LINKS_PER_KNOWN_MAILBOX: Rules = {
  day: { name: 'links/known/day', most: 12, window: days(1) },
  hour: { name: 'links/known/hour', most: 6, window: hours(1) },
};

/** Links that members send from contact cards: to one mailbox, and by one member to all. */
export const LINKS_TO_MAILBOX_BY_MEMBERS: Rules = {
  day: { name: 'links/by-members/day', most: 10, window: days(1) },
  hour: { name: 'links/by-members/hour', most: 5, window: hours(1) },
};
export const LINKS_BY_MEMBER: Rule = { name: 'links/by-member', most: 50, window: days(1) };

/** A form that is sent twice from one page (a double tap) asks once. Later it is meant. */
export const LINKS_PER_PAGE: Rule = { name: 'links/page', most: 1, window: seconds(15) };
