import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { deploymentRules, workspaceRules } from '../../../worker/limits/mail-budget.ts';
import { days, hours } from '../../../worker/values/duration.ts';
import { owner, page } from '../../support/admin.ts';
import { carla, demoId, olivia, rita } from '../../support/cast.ts';
import { moveClock, moveClockToMarch } from '../../support/clock.ts';
import { expectConsoleError } from '../../support/console-errors.ts';
import { rows } from '../../support/database.ts';
import type { Mail } from '../../support/mail.ts';
import { deliverQueued, queued } from '../../support/queue.ts';
import { mailbox, visit } from '../../support/visitor.ts';

const OPERATOR = env.OWNER_EMAIL;
const budget = { mailsPerDay: 100, signUp: 'closed' } as const;
const small: Env = { ...env, MAILS_PER_DAY: '100' };
const LOGGED = /"what":"mails nearly used up"/;
const NOTICE = /^The mails of .* are nearly used up$/;

/** What strangers may use in a day of the clock, and 80 percent of it. */
const ofWorkspace = mostIn(workspaceRules(budget, 'stranger').day.most);
const ofDeployment = mostIn(deploymentRules(budget, 'stranger').day.most);

function mostIn(strangers: number) {
  return { strangers, at: Math.ceil(strangers * 0.8) };
}

/** So many mails have left this day, all of them hours ago. */
async function sent(whose: 'workspace' | 'deployment', count: number, window = 'day') {
  const length = window === 'day' ? days(1) : hours(1);
  const resetsAt = (Math.floor(Date.now() / length) + 1) * length;
  const subject = whose === 'workspace' ? demoId : 'all';
  await env.DB.prepare('INSERT OR REPLACE INTO tries (key, count, resets_at) VALUES (?, ?, ?)')
    .bind(`mails/${whose}/${window}:${subject}`, count, resetsAt)
    .run();
}

/** Carla asks for a link, and what waits in the queue is delivered. */
async function carlaAsks(bindings = small): Promise<void> {
  await visit('demo', bindings).post('/sign-in/link', { email: carla });
  while (queued().length > 0) await deliverQueued(bindings);
}

/** The lines of the log from here on. */
function watchLog(): string[] {
  const lines: string[] = [];
  const log = console.error;
  console.error = (...parts: unknown[]) => {
    lines.push(parts.map(String).join(' '));
    log(...parts);
  };
  return lines;
}

async function notices(): Promise<Mail[]> {
  return (await mailbox()).filter(({ subject }) => NOTICE.test(subject));
}

// attack row 36
describe('the mails of a workspace', () => {
  test('below 80 percent: nobody is told', async () => {
    moveClockToMarch();
    await sent('workspace', ofWorkspace.at - 2);
    await carlaAsks();
    expect(await notices()).toEqual([]);
    expect(await page(await owner(), '/w/demo')).not.toContain('nearly used up');
  });

  test('at 80 percent: one mail to the owner, with what stops when; and Home says so', async () => {
    moveClockToMarch();
    await sent('workspace', ofWorkspace.at - 1);
    await carlaAsks();
    const [notice, ...more] = await notices();
    expect(more).toEqual([]);
    expect(notice).toMatchObject({
      to: olivia,
      from: { name: 'Latchkey' },
      subject: 'The mails of “Demo Studio” are nearly used up',
    });
    for (const part of [notice?.text, notice?.html]) {
      expect(part).toMatch(new RegExp(`${ofWorkspace.at} mails were sent this day\\.`));
      expect(part).toMatch(/The count starts anew at 2 Mar 20\d\d 00:00 UTC\./);
      expect(part).toContain(`At ${ofWorkspace.strangers} no sign-in mail goes to browsers that`);
      expect(part).toContain('http://app.portal.localhost/w/demo');
    }
    const home = await page(await visit('app', small).signInAs(olivia), '/w/demo');
    expect(home).toContain('Mails are nearly used up');
    expect(home).toMatch(
      /mails were sent this day\. At \d+ new browsers get no sign-in mail until/,
    );
  });

  test('the hour counts as well: told before the day is', async () => {
    moveClockToMarch();
    const { most } = workspaceRules(budget, 'stranger').hour;
    await sent('workspace', Math.ceil(most * 0.8) - 1, 'hour');
    await carlaAsks();
    expect((await notices())[0]?.text).toMatch(
      /^\d+ mails were sent this hour\. The count starts anew at 2 Mar 20\d\d 00:00 UTC\.$/m,
    );
  });

  test('more mails, also many at once: told once a day; the next day again', async () => {
    moveClockToMarch();
    await sent('workspace', ofWorkspace.at - 1);
    await Promise.all(
      Array.from({ length: 5 }, () => visit('demo', small).post('/sign-in/link', { email: carla })),
    );
    while (queued().length > 0) await deliverQueued(small);
    expect(await notices()).toHaveLength(1);
    await carlaAsks();
    moveClock(hours(0.25));
    await carlaAsks();
    expect(await notices()).toHaveLength(1);
    moveClock(days(1));
    await sent('workspace', ofWorkspace.at - 1);
    await carlaAsks();
    expect(await notices()).toHaveLength(2);
  });

  test('several owners: each is told, once', async () => {
    moveClockToMarch();
    await env.DB.prepare(
      `INSERT INTO memberships (member_id, workspace_id, role, created_at)
       SELECT id, ?, 'owner', 1 FROM members WHERE email = ?`,
    )
      .bind(demoId, rita)
      .run();
    await sent('workspace', ofWorkspace.at - 1);
    await carlaAsks();
    expect((await notices()).map(({ to }) => to).toSorted()).toEqual([olivia, rita].toSorted());
  });

  test('the notice counts as a mail, and brings no other', async () => {
    moveClockToMarch();
    await sent('workspace', ofWorkspace.at - 1);
    await carlaAsks();
    const counted = await rows(
      'SELECT count FROM tries WHERE key = ?',
      `mails/workspace/day:${demoId}`,
    );
    expect(counted).toEqual([{ count: ofWorkspace.at + 1 }]);
    expect(await rows("SELECT state FROM mails WHERE kind = 'mail-use'")).toEqual([
      { state: 'accepted' },
    ]);
  });
});

// attack row 36
describe('the mails of the deployment', () => {
  test('at 80 percent: one line in the log, one mail to OWNER_EMAIL; /healthz stays ok', async () => {
    moveClockToMarch();
    expectConsoleError(LOGGED);
    await sent('deployment', ofDeployment.at - 1);
    await carlaAsks();
    const [notice, ...more] = await notices();
    expect(more).toEqual([]);
    expect(notice).toMatchObject({
      to: OPERATOR,
      from: { name: 'Latchkey' },
      subject: 'The mails of all workspaces are nearly used up',
    });
    expect(notice?.text).toContain(`${ofDeployment.at} mails were sent this day.`);
    expect(notice?.text).toContain('raise MAILS_PER_DAY');
    expect(notice?.text).toContain(`At ${ofDeployment.strangers} no sign-in mail`);
    const health = await visit('app', small).get('/healthz');
    expect([health.status, await health.text()]).toEqual([200, 'ok\n']);
  });

  test('more mails, also many at once: one mail and one line a day', async () => {
    moveClockToMarch();
    const lines = watchLog();
    expectConsoleError(LOGGED);
    await sent('deployment', ofDeployment.at - 1);
    await Promise.all(
      Array.from({ length: 5 }, () => visit('demo', small).post('/sign-in/link', { email: carla })),
    );
    while (queued().length > 0) await deliverQueued(small);
    expect(await notices()).toHaveLength(1);
    moveClock(hours(0.25));
    await carlaAsks();
    expect(await notices()).toHaveLength(1);
    expect(lines.filter((line) => LOGGED.test(line))).toHaveLength(1);
  });

  test('Home of every workspace says so, without figures of the deployment', async () => {
    moveClockToMarch();
    await sent('deployment', ofDeployment.at);
    expectConsoleError(LOGGED);
    const home = await page(await visit('app', small).signInAs(rita), '/w/rival');
    expect(home).toContain('The mails of all workspaces here are nearly used up for this day.');
  });
});
