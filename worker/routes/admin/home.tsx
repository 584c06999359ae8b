import { Hono } from 'hono';
import { DeskHomePage } from '../../../ui/pages/desk/home.tsx';
import { latestSignIns, needsAttention } from '../../activity/list.ts';
import { countContacts } from '../../contacts/list.ts';
import type { AppEnv } from '../../context.ts';
import { nonceOf, page } from '../../http/page.ts';
import { portalOrigin } from '../../tenancy/workspaces.ts';
import { frame } from './frame.ts';
import { ATTENTION_WORDS, readDetail, whereWords } from './telling.ts';

/** The desk's Home: the address to share, who came in, who could not. */
export const home = new Hono<AppEnv>();

home.get('/w/:slug', async (c) => {
  const { db, desk, now, settings } = c.var;
  const [signIns, attention, counts] = await db.batch([
    latestSignIns(db, desk.id),
    needsAttention(db, desk.id, now),
    countContacts(db, desk.id),
  ]);
  return page(
    c,
    <DeskHomePage
      nonce={nonceOf(c)}
      desk={frame(c, 'home')}
      portalUrl={portalOrigin(settings, desk.slug)}
      counts={counts[0] ?? { contacts: 0, withAccess: 0 }}
      signIns={signIns.map(signInRow)}
      attention={attention.map(attentionRow)}
      now={now}
    />,
  );
});

type SignInRow = Awaited<ReturnType<typeof latestSignIns>>[number];
type AttentionRow = Awaited<ReturnType<typeof needsAttention>>[number];

function signInRow({ contact, name, companies, at, detail }: SignInRow) {
  const { device, place, method } = readDetail(detail);
  const where = whereWords(device, place);
  return {
    contactId: contact,
    name,
    company: companies[0] ?? null,
    at,
    where,
    how: `by ${method}`,
  };
}

function attentionRow({ contact, name, kind }: AttentionRow) {
  return { contactId: contact, name, what: ATTENTION_WORDS[kind] ?? '' };
}
