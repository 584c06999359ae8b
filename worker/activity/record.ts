import type { Db } from '../db/client.ts';
import {
  type ActivityId,
  type ContactId,
  type MemberId,
  newId,
  type WorkspaceId,
} from '../db/ids.ts';
import { activity } from '../db/schema.ts';

export type ActivityKind = (typeof activity.$inferSelect)['kind'];

/** Something that happened: to a contact of a workspace, to a member, or done by a member to a contact. */
export type Happening = {
  kind: ActivityKind;
  workspace?: WorkspaceId | undefined;
  contact?: ContactId | undefined;
  member?: MemberId | undefined;
  detail?: string;
};

/** The statement that records a happening; run it alone or in the batch of what it tells of. */
export function record(db: Db, happening: Happening, now: number) {
  return db.insert(activity).values({
    id: newId<ActivityId>(),
    at: now,
    kind: happening.kind,
    workspaceId: happening.workspace ?? null,
    contactId: happening.contact ?? null,
    memberId: happening.member ?? null,
    detail: happening.detail ?? '',
  });
}
