// Checked by tsc alone: where a line below an `@ts-expect-error` compiles, `npm run check -- types` fails.

import { type Details, readDetail } from '../../worker/activity/details.ts';
import type { ActivityKind, AttentionKind } from '../../worker/activity/kinds.ts';
import { type Activity, recordActivity } from '../../worker/activity/record.ts';
import type { Db } from '../../worker/db/client.ts';
import type { Describers } from '../../worker/routes/admin/activity/description.ts';

declare const db: Db;
declare const describers: Describers<ActivityKind>;
declare const attention: { [Kind in AttentionKind]: string };

recordActivity(db, { kind: 'contact_added' }, 0);
recordActivity(db, { kind: 'password_locked', detail: { pause: 60_000 } }, 0);
// @ts-expect-error no such kind
recordActivity(db, { kind: 'contact_painted' }, 0);
// @ts-expect-error a kind with a detail, and none given
recordActivity(db, { kind: 'password_locked' }, 0);
// @ts-expect-error another kind's detail
recordActivity(db, { kind: 'password_locked', detail: { device: 'Firefox' } }, 0);
// @ts-expect-error a kind without a detail
recordActivity(db, { kind: 'contact_added', detail: { pause: 1 } }, 0);
const detail = { failure: 'it came back', mail: 'sign-in' } as const;
// @ts-expect-error a sentence is no failure
export const sentence: Activity = { kind: 'mail_bounced', detail };

const paused: Details['password_locked'] = readDetail('password_locked', '{"pause":60000}');
// @ts-expect-error what another kind records
paused.device;

const { contact_added: _forgotten, ...rest } = describers;
// @ts-expect-error a kind that nobody describes
export const incomplete: Describers<ActivityKind> = rest;

const { link_failed: _unsaid, ...others } = attention;
// @ts-expect-error a kind that needs attention, and has no words for it
export const unworded: typeof attention = others;
