import { expect } from 'vitest';
import { olivia } from './cast.ts';
import { type Visitor, visit } from './visitor.ts';

/** Olivia, the owner of demo, signed in to the admin. */
export function owner(): Promise<Visitor> {
  return visit('app').signInAs(olivia);
}

/** The source of a page that is there. */
export async function page(visitor: Visitor, path: string): Promise<string> {
  const response = await visitor.get(path);
  expect(response.status, path).toBe(200);
  return response.text();
}
