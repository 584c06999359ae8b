// What each side of the house needs, put inline on its pages. The gate is what a client waits for on
// a phone: nothing of the desk may creep in there.
import account from './account.css';
import actions from './actions.css';
import desk from './admin.css';
import bar from './bar.css';
import base from './base.css';
import branding from './branding.css';
import button from './button.css';
import check from './check.css';
import choice from './choice.css';
import code from './code.css';
import copy from './copy.css';
import devices from './devices.css';
import door from './door.css';
import email from './email.css';
import field from './field.css';
import list from './list.css';
import mail from './mail.css';
import mark from './mark.css';
import note from './note.css';
import pageHead from './page-head.css';
import password from './password.css';
import portal from './portal.css';
import profile from './profile.css';
import refused from './refused.css';
import repeated from './repeated.css';
import reset from './reset.css';
import sheet from './sheet.css';
import gate from './sign-in.css';
import strength from './strength.css';
import switches from './switch.css';
import table from './table.css';
import tag from './tag.css';
import tokens from './tokens.css';

const shared = [reset, tokens, base, mark];

export const signInStyles = inline([
  ...shared,
  gate,
  button,
  choice,
  field,
  password,
  refused,
  code,
  note,
  door,
]);

export const portalStyles = inline([...shared, bar, portal, button, profile, sheet, note]);

export const accountStyles = inline([
  ...shared,
  bar,
  account,
  pageHead,
  button,
  actions,
  field,
  password,
  strength,
  refused,
  note,
  profile,
  sheet,
  tag,
  devices,
]);

export const adminStyles = inline([
  ...shared,
  bar,
  desk,
  pageHead,
  button,
  actions,
  choice,
  field,
  repeated,
  check,
  note,
  refused,
  profile,
  sheet,
  switches,
  copy,
  list,
  tag,
  devices,
  table,
  code,
  branding,
  email,
  mail,
]);

// Once an isolate: comments and indentation are for us, not for a phone on a train.
function inline(files: string[]): string {
  return files
    .join('')
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ');
}
