import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import {
  LINKS_PER_MAILBOX,
  LINKS_PER_MAILBOX_ANYWHERE,
} from '../../../worker/limits/mail-rules.ts';
import { carla, demoId } from '../../support/cast.ts';
import { mailbox, visit } from '../../support/visitor.ts';

// Attack 37: many spellings of one mailbox at an open door.

const OPEN: Env = { ...env, SIGN_UP: 'open', MAILS_PER_DAY: '10000' };

/** `count` spellings that reach one mailbox at Gmail. */
function spellings(count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const dotted = at % 2 === 0 ? 'v.ictim' : 'vic.tim';
    return `${dotted}+${at}@${at % 3 === 0 ? 'googlemail.com' : 'gmail.com'}`;
  });
}

test('attack 37: spellings of one mailbox from one network: ten mails', async () => {
  const stranger = visit('app', OPEN);
  for (const email of spellings(15)) await stranger.post('/sign-in/link', { email });
  expect(await mailbox()).toHaveLength(10);
});

test('attack 37: spellings of one mailbox from many networks: as many as the mailbox may have', async () => {
  for (const email of spellings(35)) {
    await visit('app', OPEN).post('/sign-in/link', { email });
  }
  expect(await mailbox()).toHaveLength(LINKS_PER_MAILBOX.hour.most);
});

test('attack 37: a tag at any other service counts as the same mailbox', async () => {
  const stranger = visit('app', OPEN);
  for (let at = 0; at < 15; at += 1) {
    await stranger.post('/sign-in/link', { email: `victim+${at}@mail.example` });
  }
  expect(await mailbox()).toHaveLength(10);
});

test('attack 37: contacts with spellings of one mailbox share its mails, in all workspaces', async () => {
  const add = env.DB.prepare(
    `INSERT INTO contacts (id, workspace_id, name, name_key, email, email_key, portal_access, created_at, updated_at)
     VALUES (?1, ?2, 'V', 'v', ?1, ?1, 1, 0, 0)`,
  );
  const rival = '00000000-0000-4000-8000-00000000e001';
  const emails = Array.from({ length: 6 }, (_, at) => `victim+${at}@mail.example`);
  await env.DB.batch(
    emails.flatMap((email) => [add.bind(email, demoId), add.bind(`x${email}`, rival)]),
  );
  await env.DB.prepare(
    'UPDATE contacts SET email = substr(email, 2), email_key = substr(email_key, 2) WHERE workspace_id = ? AND email LIKE ?',
  )
    .bind(rival, 'xvictim%')
    .run();
  for (let round = 0; round < 8; round += 1) {
    for (const email of emails) {
      for (const host of ['demo', 'rival']) {
        await visit(host, OPEN).post('/sign-in/link', { email });
      }
    }
  }
  expect(await mailbox()).toHaveLength(LINKS_PER_MAILBOX_ANYWHERE.hour.most);
  expect(await visit('demo', OPEN).ask(carla), 'another mailbox').toMatchObject({ to: carla });
});
