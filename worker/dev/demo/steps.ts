import type { PasswordId, SessionId } from '../../db/ids.ts';
import { LINK_LIFETIME } from '../../limits/lifetimes.ts';
import { tryKey } from '../../limits/limiter.ts';
import { PASSWORDS_PER_ADDRESS } from '../../limits/rules.ts';
import type { ClientInfo } from '../../sessions/device.ts';
import type { EndedBy } from '../../sessions/end.ts';
import { sessionExpiry } from '../../sessions/lifetime.ts';
import { minutes } from '../../values/duration.ts';
import { type History, nextId, OWNER, record, WORKSPACE } from './contact-rows.ts';
import { askTooOften, lookAtLink, markAsSpam, sendLink, sendNotice } from './mail-steps.ts';
import type { DemoStep, StepDetails, StepKind } from './people.ts';

type Take<Kind extends StepKind> = (history: History, at: number, step: StepDetails[Kind]) => void;

/** What the Worker does to a contact's rows in each kind of step. */
const STEPS: { [Kind in StepKind]: Take<Kind> } = {
  added: add,
  'signed in by mail': signInByMail,
  'signed in by password': signInByPassword,
  visited: visit,
  'signed out': signOut,
  'signed out by the freelancer': signOutByFreelancer,
  'asked for a link': (history, at, { mail }) => sendLink(history, at, mail),
  'asked too often': askTooOften,
  'marked the mail as spam': markAsSpam,
  'set a password': setPassword,
  'removed the password': removePassword,
  'wrong password': countWrongPassword,
  'access switched off': switchOff,
};

/** Does to a contact's rows what the Worker does in a step. */
export function take<Kind extends StepKind>(history: History, step: DemoStep<Kind>): void {
  const steps: { [One in Kind]: Take<One> } = STEPS;
  steps[step.what](history, Math.round(history.now - step.ago), step);
}

function add(history: History, at: number, { access }: StepDetails['added']): void {
  Object.assign(history.contact, { createdAt: at, updatedAt: at, portalAccess: access });
  record(history, 'contact_added', at, null, { member: OWNER });
  if (access) record(history, 'access_on', at + 1, null, { member: OWNER });
}

function signInByMail(
  history: History,
  at: number,
  { by, on, looks = [], mail = 'delivered' }: StepDetails['signed in by mail'],
): void {
  const asked = at - (mail === 'delivered' ? minutes(1.5) : minutes(5));
  lookAtLink(history, sendLink(history, asked, mail), asked, looks);
  startSession(history, at, by, on);
}

type On = { on: ClientInfo };

function signInByPassword(history: History, at: number, { on }: On): void {
  history.wrongPasswords = null;
  startSession(history, at, 'password', on);
}

type Session = History['sessions'][number];

function startSession(
  history: History,
  at: number,
  method: Session['method'],
  { device, location }: ClientInfo,
): void {
  const { contact } = history;
  history.sessions.push({
    id: nextId<SessionId>(history),
    workspaceId: WORKSPACE,
    contactId: contact.id,
    memberId: null,
    method,
    linkEpoch: method === 'password' ? null : contact.linkEpoch,
    verifierHash: null,
    device,
    location,
    browserHash: null,
    createdAt: at,
    lastSeenAt: at,
    expiresAt: sessionExpiry(at, at),
    endedAt: null,
    endedBy: null,
  });
  if (method !== 'password') contact.linkEpoch += 1;
  contact.lastSeenAt = at;
  record(history, 'signed_in', at, { method, device, location });
}

function activeSessions(history: History, at: number): Session[] {
  return history.sessions.filter(({ endedAt, expiresAt }) => endedAt === null && expiresAt > at);
}

/** The active session in a browser. Throws when there is none, which is a fault in the table of people. */
function sessionOn(history: History, at: number, { device, location }: ClientInfo): Session {
  const session = activeSessions(history, at).find(
    (one) => one.device === device && one.location === location,
  );
  if (session !== undefined) return session;
  throw new Error(`${history.contact.name} has no session then on ${device}, ${location}.`);
}

function touch({ contact }: History, at: number, session: Session): void {
  session.lastSeenAt = at;
  session.expiresAt = sessionExpiry(session.createdAt, at);
  contact.lastSeenAt = at;
}

function endSession(session: Session, at: number, by: EndedBy): void {
  session.endedAt = at;
  session.endedBy = by;
}

function visit(history: History, at: number, { on }: On): void {
  touch(history, at, sessionOn(history, at, on));
}

function signOut(history: History, at: number, { on }: On): void {
  const session = sessionOn(history, at, on);
  touch(history, at, session);
  endSession(session, at, 'sign-out');
}

function signOutByFreelancer(history: History, at: number, { on }: On): void {
  endSession(sessionOn(history, at, on), at, 'freelancer');
  record(history, 'session_ended', at, { device: on.device }, { member: OWNER });
}

function setPassword(history: History, at: number, { on }: On): void {
  keepOnly(history, at, on);
  history.password = {
    id: nextId<PasswordId>(history),
    workspaceId: WORKSPACE,
    contactId: history.contact.id,
    hash: hashOfNothing(history.pepper),
    setAt: at,
  };
  record(history, 'password_set', at, null);
  sendNotice(history, at);
}

function removePassword(history: History, at: number, { on }: On): void {
  keepOnly(history, at, on);
  history.password = null;
  record(history, 'password_removed', at, null);
  sendNotice(history, at);
}

/** A change of the password ends every other session and voids the links. */
function keepOnly(history: History, at: number, on: ClientInfo): void {
  const kept = sessionOn(history, at, on);
  touch(history, at, kept);
  for (const session of activeSessions(history, at)) {
    if (session !== kept) endSession(session, at, 'password');
  }
  history.contact.linkEpoch += 1;
  history.wrongPasswords = null;
}

/** A hash as passwords/password-hash.ts reads it, at little work. No password is known that leads to zeros. */
function hashOfNothing(pepper: string): string {
  return `$pbkdf2-rounds-sha256$v=1$i=1000,r=1,k=${pepper}$${'A'.repeat(22)}$${'A'.repeat(43)}`;
}

function countWrongPassword(history: History, at: number): void {
  const { free, pauses, forgottenAfter } = PASSWORDS_PER_ADDRESS;
  const count = (history.wrongPasswords?.count ?? 0) + 1;
  const pause = count < free ? null : (pauses[count - free] ?? pauses.at(-1) ?? null);
  history.wrongPasswords = {
    key: tryKey(PASSWORDS_PER_ADDRESS, history.addressKey),
    count,
    resetsAt: at + forgottenAfter,
    pausedUntil: pause === null ? null : at + pause,
  };
  if (pause !== null) record(history, 'password_locked', at, { pause });
}

function switchOff(history: History, at: number): void {
  const { contact, magicLinks } = history;
  const ended = activeSessions(history, at);
  const pending = magicLinks.filter(
    ({ requestedAt, linkEpoch }) =>
      requestedAt > at - LINK_LIFETIME && linkEpoch === contact.linkEpoch,
  );
  const detail = { sessions: ended.length, links: pending.length };
  record(history, 'access_off', at, detail, { member: OWNER });
  for (const session of ended) endSession(session, at, 'access-off');
  Object.assign(contact, { portalAccess: false, updatedAt: at });
  contact.linkEpoch += 1;
}
