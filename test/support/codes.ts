import { rows } from './database.ts';
import { codeIn, type Mail, wrongCode } from './mail.ts';
import type { Visitor } from './visitor.ts';

/** Posts the form for the code of a mail. */
export function typeCode(browser: Visitor, code: string): Promise<Response> {
  return browser.post('/sign-in/code', { code });
}

/** Posts a well-formed code that is not the one of the mail. */
export function typeWrongCode(browser: Visitor, mail: Mail | undefined): Promise<Response> {
  return typeCode(browser, wrongCode(codeIn(mail)));
}

/** The codes that are counted: tries of each sign-in request and of each address. */
export async function codeTries(): Promise<{ attempt: number[]; address: number[] }> {
  const counted = await rows('SELECT key, count FROM tries');
  const of = (rule: string) =>
    counted.filter(({ key }) => String(key).startsWith(rule)).map(({ count }) => Number(count));
  return { attempt: of('code/attempt:'), address: of('code/address:') };
}
