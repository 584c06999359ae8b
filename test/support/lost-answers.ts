import { expect } from 'vitest';
import { watchBindings } from './bindings.ts';
import { typeCode } from './codes.ts';
import { expectConsoleError } from './console-errors.ts';
import { CONNECTION_LOST, withFaults } from './faults.ts';
import { codeIn, linkIn, type Mail } from './mail.ts';
import { type Visitor, visit } from './visitor.ts';

const isStart = /^insert into "sessions"/;
const isLook = /^select .* from "sessions" where/s;

/** How a browser signs in by a mail: each in the browser that asked. */
export const WAYS = ['link', 'button', 'code'] as const;
export type Way = (typeof WAYS)[number];

export function signInBy(way: Way, browser: Visitor, mail: Mail | undefined): Promise<Response> {
  if (way === 'code') return typeCode(browser, codeIn(mail));
  return way === 'link' ? browser.get(linkIn(mail)) : browser.post(linkIn(mail));
}

/**
 * A browser that asked and signed in, but has no cookie of it: D1 has started the session, and neither its answer nor that
 * of the look for it came back.
 */
export async function withLostAnswer(
  host: string,
  email: string,
  way: Way = 'link',
): Promise<{ browser: Visitor; mail: Mail | undefined }> {
  const watch = watchBindings();
  const browser = visit(host, watch.bindings);
  const mail = await browser.ask(email, '/there');
  const start = withFaults(
    ({ sql }) => sql.some((text) => isStart.test(text)),
    [{ losesAnswer: CONNECTION_LOST }],
  );
  const look = withFaults(
    ({ sql }) => sql.some((text) => isLook.test(text)),
    [{ fails: CONNECTION_LOST }, { fails: CONNECTION_LOST }],
  );
  watch.onCall = (call, run) => start(call, () => look(call, run));
  expectConsoleError(/request failed.*may or may not.*Network connection lost/);
  const response = await signInBy(way, browser, mail);
  expect([response.status, response.headers.getSetCookie()]).toEqual([503, []]);
  expect(await response.text()).toMatch(/We do not know whether you are signed in now/);
  return { browser, mail };
}
