import { expect, test } from 'vitest';
import { carla, carlaAtDemo, olivia, oliviaId } from '../../support/cast.ts';
import { epochAndSessions, rows, usedOnce } from '../../support/database.ts';
import { codeIn, linkIn } from '../../support/mail.ts';
import { copyOf, visit } from '../../support/visitor.ts';

// GHSA-hc7v-rggr-4hvx, CVE-2026-107276 (Better Auth): one credential, many sessions.
test.each([
  ['demo', carla, carlaAtDemo],
  ['app', olivia, oliviaId],
])('thirty sign-ins at once at %s, by link and by code: one session', async (host, email, id) => {
  const asking = visit(host);
  const first = await asking.ask(email);
  const second = await asking.ask(email);
  const redeem = [
    () => copyOf(asking).get(linkIn(first)),
    () => visit(host).post(linkIn(first)),
    () => copyOf(asking).get(linkIn(second)),
    () => visit(host).post(linkIn(second)),
    () => copyOf(asking).post('/sign-in/code', { code: codeIn(first) }),
  ];
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => redeem.map((once) => once())).flat(),
  );
  expect(answers).toHaveLength(30);
  // the browser that asked may be given the session that it has started once more, never a second one
  const winners = answers.filter(startsSession);
  expect(new Set(winners.map(({ status }) => status))).toEqual(new Set([303]));
  expect(new Set(winners.map(sessionOf)).size).toBe(1);
  for (const loser of answers.filter((answer) => !startsSession(answer))) {
    expect([410, 422, 429]).toContain(loser.status);
  }
  expect(await epochAndSessions(id)).toEqual(usedOnce);
  expect(await rows("SELECT id FROM activity WHERE kind = 'signed_in'")).toHaveLength(1);
});

test.each([1, 2, 3])('thirty presses of one button at once: one session (%i)', async () => {
  const mail = await visit('demo').ask(carla);
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => visit('demo').post(linkIn(mail))),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(29).fill(410)]);
  expect(answers.filter(startsSession)).toHaveLength(1);
  expect(await epochAndSessions(carlaAtDemo)).toEqual(usedOnce);
});

/** The id of the session that an answer's cookie names. */
function sessionOf(response: Response): unknown {
  const [, claims = ''] =
    response.headers
      .getSetCookie()
      .join()
      .match(/__Host-session=[^.]*\.([^.]*)/) ?? [];
  return JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))).sid;
}

function startsSession(response: Response): boolean {
  return response.headers.getSetCookie().some((line) => /^__Host-session=\w/.test(line));
}
