import { describe, expect, test, vi } from 'vitest';
import { STARTS_AFTER } from '../../../worker/http/after-response.ts';
import { type Watch, watchBindings } from '../../support/bindings.ts';
import { carla, lars, nobody, olivia, PASSPHRASE } from '../../support/cast.ts';
import { answerTo, mailbox, type Visitor, visit, withPassword } from '../../support/visitor.ts';

// Known and unknown addresses cost the same before the answer, whatever is done after it (decision 0006).

const PEOPLE = [
  ['a contact', 'demo', carla],
  ['a contact without access', 'demo', lars],
  ['a member', 'app', olivia],
] as const;

describe.each(PEOPLE)(
  '%s and an unknown address: the same calls before the answer',
  (_who, host, email) => {
    test('asking for a link, ten times and once more', async () => {
      const [known, unknown] = [stopwatch(host), stopwatch(host)];
      for (let times = 0; times < 11; times++) {
        const calls = await known.before('/sign-in/link', { email });
        expect(calls).toEqual(await unknown.before('/sign-in/link', { email: nobody }));
        expect(calls[0]).toBe('303');
        expect(calls.filter((call) => /contacts|members|tries/.test(call))).toEqual([]);
      }
    });

    test('wrong codes: the fifth, which is the last, and those after it', async () => {
      const [known, unknown] = [stopwatch(host), stopwatch(host)];
      await known.before('/sign-in/link', { email });
      await unknown.before('/sign-in/link', { email: nobody });
      for (let nth = 1; nth <= 7; nth++) {
        const calls = await known.before('/sign-in/code', { code: 'AAAAAA' });
        expect(calls[0], `code ${nth}`).toBe(nth <= 5 ? '422' : '429');
        expect(calls, `code ${nth}`).toEqual(
          await unknown.before('/sign-in/code', { code: 'AAAAAA' }),
        );
      }
    });

    test('wrong passwords: the fifth, which starts a pause, and those after it', async () => {
      const [known, unknown] = [stopwatch(host), stopwatch(host)];
      if (email !== lars) await withPassword(host, email);
      const password = `${PASSPHRASE}, but wrong`;
      for (let nth = 1; nth <= 7; nth++) {
        const calls = await known.before('/sign-in/password', { email, password });
        expect(calls[0], `password ${nth}`).toBe(nth <= 5 ? '401' : '429');
        const others = await unknown.before('/sign-in/password', { email: nobody, password });
        expect(calls, `password ${nth}`).toEqual(others);
      }
    });
  },
);

test('asking: nothing is looked up until the answer has had time to leave', async () => {
  const released = holdBack();
  const looked: string[] = [];
  const watch = watchBindings();
  watch.onCall = ({ sql }, run) => {
    looked.push(...sql.filter((text) => /contacts|mails|magic_links/.test(text)));
    return run();
  };
  const asking = formOf(visit('demo'), '/sign-in/link', { email: carla });
  const { response, settled } = await answerTo(asking, watch.bindings);
  expect(response.status).toBe(303);
  // what began would have called D1 by now
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([looked, await mailbox()]).toEqual([[], []]);
  const [[wait = 0] = [], ...more] = vi.mocked(scheduler.wait).mock.calls;
  expect(more).toEqual([]);
  expect(wait).toBeGreaterThanOrEqual(STARTS_AFTER.least);
  expect(wait).toBeLessThanOrEqual(STARTS_AFTER.most);
  released();
  await settled();
  expect(looked.length).toBeGreaterThan(0);
  expect(await mailbox()).toHaveLength(1);
});

test('work after a response: starts tens of milliseconds later', () => {
  expect(STARTS_AFTER.least).toBeGreaterThanOrEqual(20);
  expect(STARTS_AFTER.most).toBeLessThanOrEqual(500);
});

/** Work after a response waits until the returned function is called. */
function holdBack(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  vi.mocked(scheduler.wait).mockImplementation(() => promise);
  return resolve;
}

/** A browser, and what its requests cost before they are answered. */
function stopwatch(host: string) {
  const watch: Watch = watchBindings();
  const browser: Visitor = visit(host);
  return {
    /** The status of the answer to a form, and the calls of D1 and KV before it, with their statements. */
    async before(path: string, fields: Record<string, string>): Promise<string[]> {
      const calls: string[] = [];
      watch.onCall = (call, run) => {
        calls.push([call.name, ...call.sql].join(' '));
        return run();
      };
      const released = holdBack();
      const { response, settled } = await answerTo(formOf(browser, path, fields), watch.bindings);
      const before = [String(response.status), ...calls];
      for (const line of response.headers.getSetCookie()) {
        const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
        browser.cookies.set(name, value);
      }
      released();
      await settled();
      return before;
    },
  };
}

let networks = 0;

/** A form as a browser sends it, from a network of its own, so that no limit counts two of them as one. */
function formOf(browser: Visitor, path: string, fields: Record<string, string>): Request {
  networks += 1;
  const headers = {
    origin: browser.origin,
    cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
    'cf-connecting-ip': `198.19.${Math.floor(networks / 250)}.${networks % 250}`,
  };
  const body = new URLSearchParams(fields);
  return new Request(browser.origin + path, { method: 'POST', headers, body, redirect: 'manual' });
}
