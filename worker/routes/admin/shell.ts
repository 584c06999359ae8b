import type { Context } from 'hono';
import type { AdminShell } from '../../../ui/layouts/admin.tsx';
import type { WorkspaceEnv } from '../../context.ts';
import { takeFlash } from '../../http/flash.ts';

/** The frame around every page of the desk. Takes the flash: call it for a page that is sent. */
export function adminShell(c: Context<WorkspaceEnv>, current: AdminShell['current']): AdminShell {
  const { workspace, member, settings } = c.var;
  return {
    workspace,
    member,
    several: member.workspaces > 1,
    passwords: settings.passwords,
    current,
    flash: takeFlash(c),
  };
}
