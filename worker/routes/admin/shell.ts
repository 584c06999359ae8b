import type { Context } from 'hono';
import type { AdminShell } from '../../../ui/layouts/admin.tsx';
import type { WorkspaceEnv } from '../../context.ts';
import { takeFlash } from '../../http/flash.ts';

/** The shell of every page of a workspace. It takes the flash message, so call it only for a page that is sent. */
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
