import { expect, test } from 'vitest';
import { PERMISSIONS, type Role, roleMay } from '../../worker/workspaces/permissions.ts';

test('an owner: has every permission that any role has', () => {
  const all = new Set(Object.values(PERMISSIONS).flat());
  for (const permission of all) expect(roleMay('owner', permission)).toBe(true);
});

test.each(['guest', '', 'constructor', '__proto__'])('a stored role “%s”: has none', (stored) => {
  for (const permission of PERMISSIONS.owner) {
    expect(roleMay(stored as Role, permission)).toBe(false);
  }
});
