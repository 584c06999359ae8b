import { Hono } from 'hono';
import { accountEntries } from '../../../ui/components/profile-menu.tsx';
import { PortalHomePage } from '../../../ui/pages/portal/home.tsx';
import type { PortalEnv } from '../../context.ts';
import { brandOf, nonceOf, page } from '../../http/page.ts';

/** The first page of a client who has signed in. */
export const portal = new Hono<PortalEnv>();

portal.get('/', (c) => {
  const { client, settings } = c.var;
  const { name, email, companies, hasPassword } = client;
  const { passwords } = settings;
  const props = {
    nonce: nonceOf(c),
    brand: brandOf(c),
    person: { name, email, companies, hasPassword },
    passwords,
    entries: accountEntries(passwords),
  };
  return page(c, <PortalHomePage {...props} />);
});
