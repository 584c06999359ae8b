import { Hono } from 'hono';
import type { DateStyle } from '../../../ui/dates.ts';
import { AdminHomePage } from '../../../ui/pages/admin/home.tsx';
import { needsAttention } from '../../activity/attention.ts';
import { readDetail } from '../../activity/details.ts';
import { latestSignIns } from '../../activity/list.ts';
import { countContacts } from '../../contacts/list.ts';
import type { WorkspaceEnv } from '../../context.ts';
import { nonceOf, page } from '../../http/page.ts';
import { nearlyUsed } from '../../limits/nearly-used.ts';
import { waitingLinks } from '../../mail/find-mails.ts';
import { findSender, type Sender } from '../../senders/store.ts';
import { whereWords } from '../../sessions/device.ts';
import { addressKeyOf } from '../../sign-in/address-key.ts';
import { inTheirNameOf, readInTheirName } from '../../sign-in/in-their-name.ts';
import { mailNameOf } from '../../values/business-name.ts';
import { readable, storedEmail } from '../../values/email-address.ts';
import { portalOrigin } from '../../workspaces/workspaces.ts';
import { attentionWords, mailUseWords, waitingWords } from './activity/attention-text.ts';
import { adminShell } from './shell.ts';

/** Home: the portal's address to share, the latest sign-ins, and what needs attention. */
export const home = new Hono<WorkspaceEnv>();

home.get('/w/:slug', async (c) => {
  const { db, keyring, realm, member, workspace, now, settings } = c.var;
  const addressKey = await addressKeyOf(keyring, realm, storedEmail(member.email));
  const [found, nearEnd] = await Promise.all([
    db.batch([
      latestSignIns(db, workspace.id),
      needsAttention(db, workspace.id, now),
      waitingLinks(db, workspace.id, now),
      countContacts(db, workspace.id),
      findSender(db, workspace.id),
      ...readInTheirName(db, addressKey, now),
    ]),
    nearlyUsed(db, settings, workspace.id, now),
  ]);
  const [signIns, attention, waiting, counts, [sender], withheld, pause] = found;
  return page(
    c,
    <AdminHomePage
      nonce={nonceOf(c)}
      shell={adminShell(c, 'home')}
      portalUrl={portalOrigin(settings, workspace.slug)}
      counts={counts[0] ?? { contacts: 0, withAccess: 0 }}
      signIns={signIns.map(signInRow)}
      attention={attentionRows(waiting, attention, workspace)}
      mailUse={mailUseWords(nearEnd, workspace)}
      sender={brokenSender(sender)}
      mailName={mailNameOf(workspace)}
      inYourName={inTheirNameOf(withheld, pause, now)}
      now={now}
    />,
  );
});

function brokenSender(sender: Sender | undefined) {
  if (sender === undefined || sender.brokenBy === null) return null;
  return { address: readable(sender.address), reason: sender.brokenBy };
}

type SignInRow = Awaited<ReturnType<typeof latestSignIns>>[number];
type WaitingRow = Awaited<ReturnType<typeof waitingLinks>>[number];
type AttentionRow = Awaited<ReturnType<typeof needsAttention>>[number];

function signInRow({ contact, name, companies, at, detail }: SignInRow) {
  const signedIn = readDetail('signed_in', detail);
  return {
    contactId: contact,
    name,
    company: companies[0] ?? null,
    at,
    where: whereWords(signedIn),
    how: `by ${signedIn.method}`,
  };
}

/** Each contact once: a mail that waits is newer than anything that went wrong before. */
function attentionRows(waiting: WaitingRow[], attention: AttentionRow[], dates: DateStyle) {
  const ofWaiting = waiting.map(({ contact, name, failure }) => {
    return { contactId: contact, name, what: waitingWords(failure) };
  });
  const others = attention.filter((row) => waiting.every(({ contact }) => contact !== row.contact));
  const ofOthers = others.map((row) => {
    return { contactId: row.contact, name: row.name, what: attentionWords(row, dates) };
  });
  return [...ofWaiting, ...ofOthers];
}
