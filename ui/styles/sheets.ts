// The style sheets of sign-in, portal, account and admin pages, which contain them inline. Clients wait for
// the sign-in page on a phone, so its sheet has nothing of the admin pages.
import account from './account.css';
import admin from './admin.css';
import bar from './bar.css';
import basics from './base.css';
import brandMark from './brand-mark.css';
import branding from './branding.css';
import button from './button.css';
import check from './check.css';
import choice from './choice.css';
import copy from './copy.css';
import devices from './devices.css';
import email from './email.css';
import facts from './facts.css';
import field from './field.css';
import list from './list.css';
import mail from './mail.css';
import message from './message.css';
import pageHead from './page-head.css';
import password from './password.css';
import portal from './portal.css';
import preview from './preview.css';
import profile from './profile.css';
import reset from './reset.css';
import sections from './sections.css';
import signIn from './sign-in.css';
import strength from './strength.css';
import switches from './switch.css';
import table from './table.css';
import tag from './tag.css';
import workspaceList from './workspace-list.css';

/** For every page. */
const base = [reset, basics, brandMark, button, message];

/** Form controls. */
const controls = [choice, field, password];

/** What surrounds the content of a page for somebody who is signed in. */
const surfaces = [bar, profile, pageHead, tag, devices];

const lists = [list, facts, table, copy];
const settings = [sections, preview, branding, email];

export const signInStyles = inline([...base, ...controls, signIn, workspaceList]);
export const portalStyles = inline([...base, bar, profile, portal]);
export const accountStyles = inline([...base, ...controls, ...surfaces, account, strength]);
export const adminStyles = inline([
  ...base,
  ...controls,
  ...surfaces,
  ...lists,
  ...settings,
  admin,
  check,
  switches,
  mail,
]);

// Runs once in each isolate. Removes comments and indentation.
function inline(files: string[]): string {
  return files
    .join('')
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ');
}
