import type { Context } from 'hono';
import { accountEntries } from '../../../ui/components/profile-menu.tsx';
import type { AccountShell } from '../../../ui/layouts/account.tsx';
import type { VisitorEnv } from '../../context.ts';
import { takeFlash } from '../../http/flash.ts';
import { brandOf } from '../../http/page.ts';

/** The props of the shell of the account pages. It takes the flash, so call it only for a page that is sent. */
export function accountShell(c: Context<VisitorEnv>): AccountShell {
  const { visitor, settings, portal: workspace } = c.var;
  return {
    brand: brandOf(c),
    person: { name: visitor.name, email: visitor.email },
    entries: accountEntries(settings.passwords),
    home: workspace === null ? 'Back to your workspace' : 'Back to the portal',
    flash: takeFlash(c),
  };
}
