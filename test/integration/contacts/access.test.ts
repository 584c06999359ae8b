import { describe, expect, test } from 'vitest';
import {
  carla,
  carlaAtDemo,
  carlaAtRival,
  demoId,
  larsAtDemo,
  rita,
  robAtRival,
} from '../../support/cast.ts';
import { dump, rows } from '../../support/database.ts';
import { visit } from '../../support/visitor.ts';

describe('the other tenant', () => {
  test('its contacts by id in one’s own admin: 404 to every request, nothing changed', async () => {
    const rival = await visit('app').signInAs(rita);
    const before = await dump();
    for (const id of [carlaAtDemo, larsAtDemo, 'nowhere', "' OR 1=1 --"]) {
      const card = `/w/rival/contacts/${encodeURIComponent(id)}`;
      const fields = { name: 'Mine', email: 'mine@evil.test', enabled: 'on', workspace_id: demoId };
      for (const path of [card, `${card}/edit`, `${card}/deletion`]) {
        expect((await rival.get(path)).status, path).toBe(404);
      }
      for (const path of [card, `${card}/portal-access`, `${card}/deletion`]) {
        expect((await rival.post(path, fields)).status, path).toBe(404);
        const json = { headers: { accept: 'application/json' } };
        expect((await rival.post(path, fields, json)).status, path).toBe(404);
      }
    }
    expect(await dump()).toEqual(before);
    expect((await rival.get(`/w/rival/contacts/${robAtRival}`)).status, 'the control').toBe(200);
  });

  test('the same address there is another contact: switching one leaves the other', async () => {
    const rival = await visit('app').signInAs(rita);
    const path = `/w/rival/contacts/${carlaAtRival}/portal-access`;
    expect((await rival.post(path, { enabled: 'on' })).status).toBe(303);
    expect(
      await rows('SELECT id, portal_access FROM contacts WHERE email = ? ORDER BY id', carla),
    ).toEqual([
      { id: carlaAtDemo, portal_access: 1 },
      { id: carlaAtRival, portal_access: 1 },
    ]);
    const client = await visit('demo').signInAs(carla);
    await rival.post(path, { enabled: 'off' });
    expect((await client.get('/')).status).toBe(200);
  });
});
