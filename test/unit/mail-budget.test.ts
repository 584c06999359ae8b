import { describe, expect, test } from 'vitest';
import {
  deploymentRules,
  type MailBudget,
  networkRules,
  newcomerRules,
  workspaceRules,
} from '../../worker/limits/mail-budget.ts';
import {
  LINKS_PER_MAILBOX,
  LINKS_PER_MAILBOX_ANYWHERE,
  LINKS_PER_NETWORK_AND_MAILBOX,
  LINKS_PER_SITE_AND_MAILBOX,
} from '../../worker/limits/mail-rules.ts';
import { CODES_PER_ADDRESS, CODES_PER_NETWORK_AND_ADDRESS } from '../../worker/limits/rules.ts';

const WINDOWS = ['hour', 'day'] as const;
const BUDGETS: MailBudget[] = [50, 51, 59, 60, 77, 100, 101, 250, 333, 1000, 4999, 100_000].flatMap(
  (mailsPerDay) => [
    { mailsPerDay, signUp: 'closed' },
    { mailsPerDay, signUp: 'open' },
  ],
);

describe.each(BUDGETS)('$mailsPerDay mails a day, sign-up $signUp', (budget) => {
  test.each(WINDOWS)('one network leaves mail to a new one, in each %s', (window) => {
    const network =
      networkRules(budget, 'network')[window].most +
      networkRules(budget, 'known-network')[window].most;
    expect(network).toBeLessThan(workspaceRules(budget, 'first')[window].most);
    expect(network).toBeLessThan(deploymentRules(budget, 'first')[window].most);
    expect(networkRules(budget, 'network')[window].most).toBeLessThan(
      newcomerRules(budget)[window].most,
    );
  });

  test.each(WINDOWS)(
    'strangers leave mail to members, and members to the known, in each %s',
    (window) => {
      const reach = (['stranger', 'first', 'member', 'known'] as const).map(
        (claimant) => deploymentRules(budget, claimant)[window].most,
      );
      expect(reach).toEqual(reach.toSorted((one, other) => one - other));
      expect(new Set(reach).size).toBe(reach.length);
    },
  );

  test('hours and days are those of the clock, and the names never change', () => {
    expect(deploymentRules(budget, 'known').day).toMatchObject({
      name: 'mails/deployment/day',
      most: budget.mailsPerDay,
      by: 'clock',
    });
    expect(workspaceRules(budget, 'known').hour).toMatchObject({
      name: 'mails/workspace/hour',
      by: 'clock',
    });
  });
});

test.each(WINDOWS)('one network or site has less than half of a mailbox in each %s', (window) => {
  // two of its windows can lie within one of the mailbox
  for (const rules of [LINKS_PER_NETWORK_AND_MAILBOX, LINKS_PER_SITE_AND_MAILBOX]) {
    expect(2 * rules[window].most).toBeLessThan(LINKS_PER_MAILBOX[window].most);
    expect(2 * rules[window].most).toBeLessThan(LINKS_PER_MAILBOX_ANYWHERE[window].most);
  }
});

test('one network has less than half of the codes of an address', () => {
  expect(2 * CODES_PER_NETWORK_AND_ADDRESS.most).toBeLessThan(CODES_PER_ADDRESS.most);
});
