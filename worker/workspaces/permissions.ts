import type { memberships } from '../db/schema.ts';

/** What a member may do in a workspace, as their membership has it. */
export type Role = (typeof memberships.$inferSelect)['role'];

/** What can be allowed. Routes name the permission that they take where they are mounted (app.ts). */
export type Permission =
  | 'workspace.read'
  | 'contacts.read'
  | 'contacts.write'
  | 'activity.read'
  | 'settings.write';

/** The permissions of each role. */
export const PERMISSIONS: Record<Role, readonly Permission[]> = {
  owner: ['workspace.read', 'contacts.read', 'contacts.write', 'activity.read', 'settings.write'],
};

/** Whether a role has a permission. A stored role that this version does not know has none. */
export function roleMay(role: Role, permission: Permission): boolean {
  return Object.hasOwn(PERMISSIONS, role) && PERMISSIONS[role].includes(permission);
}
