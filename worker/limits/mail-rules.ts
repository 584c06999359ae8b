import { days, hours, seconds } from '../values/duration.ts';
import type { Rule } from './rules.ts';

// Links that are mailed because somebody asked.

/** A rule for a day and one for an hour. */
export type Rules = { day: Rule; hour: Rule };

/** How many links a day and an hour may have, each counted from its first link. */
function limited(name: string, most: Record<keyof Rules, number>): Rules {
  return {
    day: { name: `links/${name}/day`, most: most.day, window: days(1) },
    hour: { name: `links/${name}/hour`, most: most.hour, window: hours(1) },
  };
}

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
export const LINKS_PER_NETWORK_AND_MAILBOX = limited('network-mailbox', { day: 20, hour: 10 });

/** The same for all networks of one IPv6 site: a subscriber has hundreds of them. Less than half of the mailbox, too. */
export const LINKS_PER_SITE_AND_MAILBOX = limited('site-mailbox', { day: 28, hour: 14 });

/** The first link of a network on a day (UTC): it may use more of the mail budget than the ones after. */
export const FIRST_LINK_OF_NETWORK: Rule = {
  name: 'links/first-of-network',
  most: 1,
  window: days(1),
  by: 'clock',
};

/**
 * Links that one network asks for without a challenge that was passed, on a form that has one (Turnstile): enough for people
 * without JavaScript, and for everybody when Cloudflare does not answer.
 */
export const LINKS_PER_UNCHECKED_NETWORK = limited('unchecked-network', { day: 10, hour: 3 });

/** Links to one mailbox in one realm, that all strangers together ask for: an inbox is not to be flooded. */
export const LINKS_PER_MAILBOX = limited('mailbox', { day: 60, hour: 30 });

/** The same over all realms. Attack: a stranger adds the same mailbox as a contact of many workspaces. */
export const LINKS_PER_MAILBOX_ANYWHERE = limited('mailbox-anywhere', { day: 90, hour: 45 });

/** Links to one mailbox, from browsers that have signed in to it before. Strangers cannot touch this share. */
export const LINKS_PER_KNOWN_MAILBOX = limited('known', { day: 12, hour: 6 });

/** Links that members send from contact cards: to one mailbox, and by one member to all. */
export const LINKS_TO_MAILBOX_BY_MEMBERS = limited('by-members', { day: 10, hour: 5 });
export const LINKS_BY_MEMBER: Rule = { name: 'links/by-member', most: 50, window: days(1) };

/** A form that is sent twice from one page (a double tap) asks once. Later it is meant. */
export const LINKS_PER_PAGE: Rule = { name: 'links/page', most: 1, window: seconds(15) };
