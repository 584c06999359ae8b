import type { Db } from '../db/client.ts';
import { pauseOfAddress } from './password-throttle.ts';
import { withheldFrom } from './sent-links.ts';

/** Until when strangers get no more links, and may try no password, for an address; null while they may. */
export type InTheirName = { linksUntil: number | null; passwordUntil: number | null };

/** The two statements that read what strangers did in somebody's name. Read their rows by `inTheirNameOf`. */
export function readInTheirName(db: Db, addressKey: string, now: number) {
  return [withheldFrom(db, addressKey, now), pauseOfAddress(db, addressKey)] as const;
}

type Rows = { until: number | null }[];

export function inTheirNameOf(withheld: Rows, pause: Rows, now: number): InTheirName {
  return { linksUntil: latest(withheld, now), passwordUntil: latest(pause, now) };
}

function latest(rows: Rows, now: number): number | null {
  const until = Math.max(0, ...rows.map((row) => row.until ?? 0));
  return until > now ? until : null;
}
