import { Hono } from 'hono';
import * as v from 'valibot';
import { ActivityPage } from '../../../../ui/pages/admin/activity/page.tsx';
import * as paths from '../../../../ui/paths.ts';
import { listActivity } from '../../../activity/list.ts';
import type { WorkspaceEnv } from '../../../context.ts';
import { readCursor, writeCursor } from '../../../http/cursor.ts';
import { nonceOf, page } from '../../../http/page.ts';
import { adminShell } from '../shell.ts';
import { describeActivity } from './describe.ts';

/** A workspace's activity, newest first. */
export const activity = new Hono<WorkspaceEnv>();

const Cursor = v.object({ at: v.number(), id: v.string() });

activity.get('/w/:slug/activity', async (c) => {
  const { db, workspace, now } = c.var;
  const after = readCursor(Cursor, c.req.query('after'));
  const { rows, next } = await listActivity(db, workspace.id, after);
  const described = rows.map((row) => ({
    ...describeActivity(row, { dates: workspace, mailbox: 'contact' }),
    at: row.at,
    contactId: row.contact,
    name: row.contactName,
  }));
  const nextPage = next === null ? null : paths.activity(workspace.slug, writeCursor(next));
  const props = { rows: described, nextPage, now };
  return page(c, <ActivityPage nonce={nonceOf(c)} shell={adminShell(c, 'activity')} {...props} />);
});
