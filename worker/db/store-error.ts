/**
 * What is known when a store fails. `unread`: a read had no answer. `refused`: a write was not done. `unknown`: what the
 * request sent may have been saved, because the answer of a write was lost, or came before something else failed.
 */
export type StoreOutcome = 'unread' | 'refused' | 'unknown';

/** A call of D1 or KV that failed or had no answer in time. `cause` is the error of the store. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly outcome: StoreOutcome;

  constructor(outcome: StoreOutcome, cause: unknown) {
    super(OUTCOMES[outcome], { cause });
    this.outcome = outcome;
  }
}

/** For the log. */
const OUTCOMES = {
  unread: 'a read failed',
  refused: 'a write was refused',
  unknown: 'a write may or may not have been done',
} as const satisfies Record<StoreOutcome, string>;

/** What is known of the store that made work fail; null when no store did. */
export function storeOutcome(error: unknown): StoreOutcome | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof StoreError) return error.outcome;
  // what `prepare` and `bind` throw, before anything is sent
  if (/^(?:D1_|KV )/.test(error.message)) return isRefusal(error) ? 'refused' : 'unknown';
  return storeOutcome(error.cause);
}

// Words of Cloudflare's list of errors (developers.cloudflare.com/d1/observability/debug-d1), and of KV's. SQLite's own
// words for a file that is locked or cannot be read pass; its other words do not.
const PERMANENT =
  /SQLITE_(?!BUSY|LOCKED|IOERR|INTERRUPT)|D1_(?:TYPE|EXEC|COLUMN)|syntax|constraint|no such|limit|quota|\b4\d\d\b/i;
const TRANSIENT =
  /network|connection|disconnected|timed? ?out|no answer|internal error|reset|overloaded|transient|temporar|unavailable|try again|fetch failed|SQLITE_|\b5\d\d\b/i;

/** Whether the same call may succeed a moment later. */
export function isTransient(error: unknown): boolean {
  return TRANSIENT.test(String(error)) && !PERMANENT.test(String(error));
}

/** Whether the store refused a call before it changed anything. A store that was reset may have changed something. */
export function isRefusal(error: unknown): boolean {
  return PERMANENT.test(String(error)) && !/reset/i.test(String(error));
}
