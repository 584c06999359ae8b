import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { carla } from '../../support/cast.ts';
import { visit } from '../../support/visitor.ts';

const PRODUCTION: Env = {
  ...env,
  ROOT_DOMAIN: 'clientportal.example',
  MAIL_TRANSPORT: 'mailchannels',
};

describe('the development mailbox in production', () => {
  const PATHS = ['/dev/mail', '/dev/mail.json', '/dev/mail/x', '/dev/mail/x/html', '/dev', '/dev/'];

  test('every path: 404, whatever the headers say', async () => {
    const mail = await visit('demo').ask(carla);
    const production = PRODUCTION;
    for (const host of ['app.clientportal.example', 'demo.clientportal.example']) {
      const visitor = visit(host, production);
      for (const path of [...PATHS, `/dev/mail/${mail?.id}`, `/dev/mail/${mail?.id}/html`]) {
        for (const headers of [{}, { 'x-forwarded-host': 'app.portal.localhost' }]) {
          const response = await visitor.get(`https://${host}${path}`, { headers });
          const status = path.endsWith('/') ? 301 : 404;
          expect(response.status, host + path).toBe(status);
          expect(await response.text(), host + path).not.toContain(carla);
        }
      }
    }
    const here = await visit('app').get(`/dev/mail/${mail?.id}`);
    expect([here.status, (await here.text()).includes(carla)]).toEqual([200, true]);
  });

  test('in development: on the admin host only', async () => {
    for (const path of PATHS) {
      expect((await visit('demo').get(path)).status, path).toBe(path.endsWith('/') ? 301 : 404);
    }
    expect((await visit('app').get('/dev/mail')).status).toBe(200);
  });
});
