import { expect } from 'vitest';
import { carlaAtDemo, olivia } from './cast.ts';
import { type Visitor, visit } from './visitor.ts';

/** Switches Carla's access to the portal of demo; `owner` is signed in as its owner. */
export async function setAccess(owner: Visitor, enabled: 'on' | 'off'): Promise<void> {
  const card = `/w/demo/contacts/${carlaAtDemo}/portal-access`;
  expect((await owner.post(card, { enabled })).status).toBe(303);
}

/** A contact of demo with access, added by its owner; returns the contact's id. */
export async function addContact(email: string, owner?: Visitor): Promise<string> {
  const by = owner ?? (await visit('app').signInAs(olivia));
  const fields = { name: 'Dora', email, portal_access: 'on' };
  const added = await by.post('/w/demo/contacts', fields);
  return added.headers.get('location')?.split('/').at(-1) ?? '';
}

/** Gives Carla at demo another address; `owner` is signed in as the owner of demo. */
export function changeCarlaEmail(owner: Visitor, email: string): Promise<Response> {
  return owner.post(`/w/demo/contacts/${carlaAtDemo}`, { name: 'Carla C', email });
}
