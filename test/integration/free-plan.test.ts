import { createScheduledController } from 'cloudflare:test';
import { expect, test } from 'vitest';
import worker from '../../worker/index.ts';
import { SENDERS_PER_RUN } from '../../worker/senders/schedule.ts';
import { hours } from '../../worker/values/duration.ts';
import configuration from '../../wrangler.toml?raw';
import { wrapBindings } from '../support/bindings.ts';
import { carla } from '../support/cast.ts';
import { moveClock } from '../support/clock.ts';
import { expectConsoleError } from '../support/console-errors.ts';
import { domainService, mailService, zone } from '../support/network.ts';
import { deliverQueued, queued } from '../support/queue.ts';
import { activeSender, STUDIO, withDomains } from '../support/senders.ts';
import { visit } from '../support/visitor.ts';

/** A D1 that counts the statements it is asked, each of a batch as one, as the Free plan does. */
function countedStatements(): { DB: D1Database; statements: () => number } {
  let count = 0;
  const { DB } = wrapBindings(({ sql }, run) => {
    count += sql.length;
    return run();
  });
  return { DB, statements: () => count };
}

test('a run that finds every sender broken: within the 50 statements of the Free plan', async () => {
  await activeSender();
  domainService.publish(STUDIO);
  zone.set(`_mailchannels.${STUDIO}`, []);
  const { DB, statements } = countedStatements();
  moveClock(hours(1));
  const controller = createScheduledController({ cron: '*/10 * * * *' });
  await worker.scheduled(controller, { ...withDomains, DB });
  expect(queued()).toMatchObject([{ body: { kind: 'sender-broken' } }]);
  const toFindThem = 2;
  expect(toFindThem + SENDERS_PER_RUN * (statements() - toFindThem)).toBeLessThanOrEqual(50);
});

test('a batch of the queue whose mails all find their sender broken: within 50, too', async () => {
  const { DB, statements } = countedStatements();
  await activeSender();
  expectConsoleError(/"what":"mail refused"/);
  mailService('429', '400', 'takes it over (202)');
  await visit('demo', withDomains).post('/sign-in/link', { email: carla });
  await deliverQueued({ ...withDomains, DB });
  expect(queued()).toMatchObject([{ body: { kind: 'sender-broken' } }]);
  const [, most] = /^queue = "latchkey-mail"\nmax_batch_size = (\d+)/m.exec(configuration) ?? [];
  const onceMore = 2;
  expect(Number(most) * (statements() + onceMore)).toBeLessThanOrEqual(50);
});
