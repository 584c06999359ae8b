import { carla, carlaAtDemo, olivia, oliviaId } from './cast.ts';
import { typePassword, type Visitor, visit } from './visitor.ts';

/** A good password that is not the one `withPassword` sets. */
export const OTHER_PASSPHRASE = 'six yellow herons wade at dawn';

/** A contact and a member, for what is the same for both. */
export const BOTH = [
  { who: 'a contact', host: 'demo', email: carla, id: carlaAtDemo, brand: 'Demo Studio' },
  { who: 'a member', host: 'app', email: olivia, id: oliviaId, brand: 'Latchkey' },
];

/** Types wrong passwords for an address, each from another network; returns the status of each answer. */
export async function typeWrongPasswords(
  host: string,
  email: string,
  times: number,
): Promise<number[]> {
  const statuses: number[] = [];
  for (let tried = 1; tried <= times; tried += 1) {
    statuses.push((await typePassword(visit(host), email, OTHER_PASSPHRASE)).status);
  }
  return statuses;
}

/** Posts the form that sets or changes a password. */
export function changePassword(
  browser: Visitor,
  password: string,
  current_password?: string,
): Promise<Response> {
  const fields = current_password === undefined ? { password } : { password, current_password };
  return browser.post('/account/password', fields);
}
