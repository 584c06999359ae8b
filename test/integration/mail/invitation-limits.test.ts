import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import * as paths from '../../../ui/paths.ts';
import { INVITATIONS_PER_ACTOR, INVITATIONS_PER_ADDRESS } from '../../../worker/limits/rules.ts';
import { days } from '../../../worker/values/duration.ts';
import { carla, carlaAtDemo, larsAtDemo, olivia } from '../../support/cast.ts';
import { moveClock } from '../../support/clock.ts';
import { rows } from '../../support/database.ts';
import { errorAt } from '../../support/html.ts';
import { INVITATION, invitations } from '../../support/invitations.ts';
import { copyOf, type Visitor, visit } from '../../support/visitor.ts';

let owner: Visitor;

beforeEach(async () => {
  owner = await visit('app').signInAs(olivia);
});

describe('the limit of invitations', () => {
  const { most } = INVITATIONS_PER_ADDRESS;

  async function inviteAsOften(times = most): Promise<void> {
    for (let nth = 0; nth < times; nth += 1) {
      expect((await owner.post(INVITATION)).status).toBe(303);
    }
  }

  test('for one address: a few a day, then 429 in words, and none is mailed', async () => {
    await inviteAsOften();
    const response = await owner.post(INVITATION, { message: 'Once more' });
    expect(response.status).toBe(429);
    const page = await response.text();
    expect(errorAt('message', page)).toBe(
      'Nothing was mailed: this address has had 3 invitations within a day. Try again tomorrow.',
    );
    expect(page).toContain('>Once more</textarea>');
    expect(await invitations()).toHaveLength(most);
    moveClock(days(1));
    const later = copyOf(owner);
    expect((await later.post(INVITATION)).status).toBe(303);
  });

  test('many at once for one address: no more than that', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => owner.post(INVITATION)));
    expect(all.filter(({ status }) => status === 303)).toHaveLength(most);
    expect(await invitations()).toHaveLength(most);
  });

  test('a contact deleted and added again: the same count', async () => {
    await inviteAsOften();
    await owner.post(paths.contactDeletion('demo', carlaAtDemo));
    const fields = { name: 'Carla', email: carla.toUpperCase(), portal_access: 'on' };
    const added = await owner.post(paths.contacts('demo'), fields);
    const card = added.headers.get('location') ?? '';
    expect((await owner.post(`${card}/invitation`)).status).toBe(429);
  });

  test('another contact: a count of its own', async () => {
    await inviteAsOften();
    await owner.post(paths.contactPortalAccess('demo', larsAtDemo), { enabled: 'on' });
    expect((await owner.post(paths.contactInvitation('demo', larsAtDemo))).status).toBe(303);
  });

  test('for one member: a limit over all contacts and workspaces', async () => {
    const spent = `UPDATE tries SET count = ${INVITATIONS_PER_ACTOR.most} WHERE key LIKE 'invitation/actor:%'`;
    await inviteAsOften(1);
    await env.DB.prepare(spent).run();
    const response = await owner.post(INVITATION);
    expect(response.status).toBe(429);
    expect(errorAt('message', await response.text())).toMatch(/you have sent 100 invitations/);
    // beyond their own limit they do not use up the address's
    const [ofAddress] = await rows("SELECT count FROM tries WHERE key LIKE 'invitation/address:%'");
    expect(ofAddress).toEqual({ count: 1 });
    expect(await invitations()).toHaveLength(1);
  });
});
