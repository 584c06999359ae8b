import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import worker from '../../worker/index.ts';
import { inIsolate } from './isolate.ts';

/** A message that waits, and what a queue knows of it. */
export type Queued = { id: string; body: unknown; attempts: number; delaySeconds: number };

let waiting: Queued[] = [];
let count = 0;

/** For test/support/setup.ts, before each test: messages wait here until a test delivers them. */
export function standInForQueue(): void {
  waiting = [];
  vi.spyOn(env.MAIL_RETRY, 'send').mockImplementation(async (body, options) => {
    // through JSON, as the real one does: what it cannot hold is lost
    enqueue(JSON.parse(JSON.stringify(body)), options?.delaySeconds ?? 0);
    return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
  });
}

/** The messages that wait for another try. */
export function queued(): readonly Queued[] {
  return waiting;
}

/** As if the queue had lost all that waits. */
export function loseQueued(): void {
  waiting = [];
}

export function enqueue(body: unknown, delaySeconds = 0): void {
  count += 1;
  waiting.push({ id: `message-${count}`, body, attempts: 0, delaySeconds });
}

/** Delivers everything that waits, in one batch, as the named queue; what is retried waits again. */
export async function deliverQueued(
  bindings: Env = env,
  queue = 'latchkey-mail',
): Promise<{ acked: number; retried: number }> {
  const delivered = waiting.map((message) => ({ ...message, attempts: message.attempts + 1 }));
  waiting = [];
  const batch = createMessageBatch(
    queue,
    delivered.map(({ id, body, attempts }) => ({ id, body, attempts, timestamp: Date.now() })),
  );
  // the plugin's result leaves out how long a retry is to wait
  const retries = batch.messages.map((message) => vi.spyOn(message, 'retry'));
  const ctx = createExecutionContext();
  await worker.queue(batch, inIsolate(bindings));
  const result = await getQueueResult(batch, ctx);
  const acked = new Set(result.explicitAcks);
  for (const [index, message] of delivered.entries()) {
    const [options] = retries[index]?.mock.calls[0] ?? [];
    const isRetried =
      result.retryBatch.retry || result.retryMessages.some(({ msgId }) => msgId === message.id);
    if (isRetried) waiting.push({ ...message, delaySeconds: options?.delaySeconds ?? 0 });
    else if (!acked.has(message.id)) throw new Error(`${message.id} was neither acked nor retried`);
  }
  return { acked: acked.size, retried: waiting.length };
}
