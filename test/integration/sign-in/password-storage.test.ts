import { expect, test } from 'vitest';
import { carla, carlaAtDemo, nobody, olivia, PASSPHRASE } from '../../support/cast.ts';
import { dump, epochAndSessions, rows, untouched } from '../../support/database.ts';
import { inputAt } from '../../support/html.ts';
import { typePassword, visit, withPassword } from '../../support/visitor.ts';

test('a password for an unknown address: two counts are stored, and nothing else', async () => {
  const before = await dump();
  await typePassword(visit('demo'), nobody);
  const { d1, kv } = await dump();
  expect(d1.tries).toHaveLength(2);
  expect(JSON.stringify(d1.tries)).not.toContain(nobody);
  expect({ d1: { ...d1, tries: [] }, kv }).toEqual({ ...before, d1: { ...before.d1, tries: [] } });
  expect(await epochAndSessions(carlaAtDemo)).toEqual(untouched);
});

test('a stored password: its hash alone, which no page or mail shows', async () => {
  const client = await withPassword('demo', carla);
  const owner = await visit('app').signInAs(olivia);
  const [stored] = await rows('SELECT hash FROM passwords');
  const hash = String(stored?.hash);
  const { passwords, ...rest } = (await dump()).d1;
  expect(JSON.stringify([passwords, rest])).not.toContain(PASSPHRASE);
  expect(JSON.stringify(rest)).not.toContain(hash.slice(-20));
  const pages = [
    await client.get('/account/password'),
    await client.get('/account/sessions'),
    await owner.get(`/w/demo/contacts/${carlaAtDemo}`),
    await visit('app').get('/dev/mail.json'),
  ];
  for (const page of pages) {
    const text = await page.text();
    expect(page.status).toBe(200);
    expect(text).not.toContain(PASSPHRASE);
    expect(text).not.toContain(hash.slice(-20));
    expect(inputAt('password', text)).not.toContain('value=');
  }
});
