import type { Context } from 'hono';
import type { DeskFrame } from '../../../ui/layouts/admin.tsx';
import type { AppEnv } from '../../context.ts';
import { takeFlash } from '../../http/flash.ts';

/** The frame around every page of the desk. Takes the flash: call it for a page that is sent. */
export function frame(c: Context<AppEnv>, current: DeskFrame['current']): DeskFrame {
  const { desk, member, settings } = c.var;
  return {
    workspace: desk,
    member,
    several: member.workspaces > 1,
    passwords: settings.passwords,
    current,
    flash: takeFlash(c),
  };
}
