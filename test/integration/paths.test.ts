import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import * as paths from '../../ui/paths.ts';
import { carlaAtDemo, demoId, olivia } from '../support/cast.ts';
import { rows } from '../support/database.ts';
import { linkIn } from '../support/mail.ts';
import { everybodySignedIn } from '../support/routes.ts';
import { mailbox, visit } from '../support/visitor.ts';

test('every function of ui/paths.ts: leads to a route', async () => {
  const visitors = await everybodySignedIn();
  const token = new URL(linkIn(await visit('app').ask(olivia))).pathname.split('/').at(-1) ?? '';
  const [mail] = await mailbox();
  const id = mail?.id ?? '';
  // the type says that none of them is missing
  const all: Record<keyof typeof paths, string> = {
    home: paths.home(),
    signIn: paths.signIn('/w/demo'),
    requestLink: paths.requestLink(),
    checkEmail: paths.checkEmail(),
    signInByCode: paths.signInByCode(),
    signInLink: paths.signInLink(token),
    renewLink: paths.renewLink(token),
    newWorkspace: paths.newWorkspace(),
    workspaceHome: paths.workspaceHome('demo'),
    contacts: paths.contacts('demo', { q: 'a', access: 'on' }),
    newContact: paths.newContact('demo'),
    contact: paths.contact('demo', carlaAtDemo),
    editContact: paths.editContact('demo', carlaAtDemo),
    contactInvitation: paths.contactInvitation('demo', carlaAtDemo),
    contactSignInLink: paths.contactSignInLink('demo', carlaAtDemo),
    contactPortalAccess: paths.contactPortalAccess('demo', carlaAtDemo),
    contactDeletion: paths.contactDeletion('demo', carlaAtDemo),
    activity: paths.activity('demo'),
    settings: paths.settings('demo'),
    clientPreferences: paths.clientPreferences('demo'),
    branding: paths.branding('demo', { name: 'Demo' }),
    brandingPreview: paths.brandingPreview('demo', 'mail', { scheme: 'dark' }),
    senderSettings: paths.senderSettings('demo'),
    confirmSender: paths.confirmSender('demo'),
    senderCode: paths.senderCode('demo'),
    checkSender: paths.checkSender('demo'),
    removeSender: paths.removeSender('demo'),
    sampleMail: paths.sampleMail('demo'),
    mailchannelsWebhook: paths.mailchannelsWebhook(),
    logo: paths.logo(await keepLogo()),
    health: paths.health(),
    devMailbox: paths.devMailbox(),
    devMailboxJson: paths.devMailboxJson(),
    devMail: paths.devMail(id),
    devMailHtml: paths.devMailHtml(id),
    signInByPassword: paths.signInByPassword(),
    accountPassword: paths.accountPassword(),
    passwordRemoval: paths.passwordRemoval(),
    devices: paths.devices(),
    endOtherDevices: paths.endOtherDevices(),
    endContactDevice: paths.endContactDevice('demo', carlaAtDemo, await sessionOf(carlaAtDemo)),
    confirmIdentity: paths.confirmIdentity('/'),
    changePassword: paths.changePassword(),
    strengthScript: paths.strengthScript(),
    // last: they sign the visitor out
    endDevice: paths.endDevice(await sessionOf(oliviaId)),
    signOut: paths.signOut(),
  };
  expect(Object.keys(all).toSorted()).toEqual(Object.keys(paths).toSorted());
  const { mailchannelsWebhook, strengthScript, ...ofPages } = all;
  for (const [name, path] of Object.entries(ofPages)) {
    const visitor = visitors.app;
    const opened = await visitor.get(path);
    const status = opened.status === 405 ? (await visitor.post(path, {})).status : opened.status;
    expect([200, 302, 303, 400, 422], `${name}: ${path} answered ${status}`).toContain(status);
  }
  // the edge answers this one; what it doesn't have comes here
  expect((await visitors.app.get(strengthScript)).status).toBe(404);
  // not for visitors: it takes JSON, where MailChannels is the transport
  const there = { ...env, MAIL_TRANSPORT: 'mailchannels', MAILCHANNELS_ACCOUNT: 'acme' };
  expect((await visit('app', there).post(mailchannelsWebhook)).status).toBe(415);
});

/** Demo's logo, as short as a row can be; its hash. */
async function keepLogo(): Promise<string> {
  const hash = 'a'.repeat(64);
  await rows(
    "INSERT INTO logos (workspace_id, hash, type, bytes, created_at) VALUES (?, ?, 'image/png', x'00', 0)",
    demoId,
    hash,
  );
  return hash;
}

const oliviaId = '00000000-0000-4000-8000-00000000d101';

/** The session in use of a contact or a member. */
async function sessionOf(account: string): Promise<string> {
  const inUse = 'SELECT id FROM sessions WHERE ? IN (contact_id, member_id) AND ended_at IS NULL';
  return String((await rows(inUse, account))[0]?.id);
}
