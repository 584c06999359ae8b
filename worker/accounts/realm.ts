import type { WorkspaceId } from '../db/ids.ts';

/**
 * One place where people sign in: a workspace's portal, or the admin host. What is issued at one door
 * (cookies, links, codes) carries its audience and opens no other.
 */
export type Door =
  | { kind: 'portal'; workspace: WorkspaceId; origin: string }
  | { kind: 'admin'; origin: string };

/** Names a door in signatures, keyed hashes and stored attempts: the workspace's id, or `admin`. */
export function audienceOf(door: Door): string {
  return door.kind === 'portal' ? door.workspace : 'admin';
}
