import { Hono } from 'hono';
import { PortalHomePage } from '../../ui/pages/portal/home.tsx';
import type { AppEnv } from '../context.ts';
import { brandOf, nonceOf, page } from '../http/page.ts';

/** What a client sees once signed in. */
export const portal = new Hono<AppEnv>();

portal.get('/', (c) => {
  const { name, email, companies } = c.var.client;
  const person = { name, email, companies };
  return page(
    c,
    <PortalHomePage nonce={nonceOf(c)} brand={brandOf(c)} person={person} entries={[]} />,
  );
});
