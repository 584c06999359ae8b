import { describe, expect, test } from 'vitest';
import { SLUG_MAX } from '../../worker/values/slug.ts';
import { hostKind } from '../../worker/workspaces/host.ts';

const ROOT = 'portal.localhost';
const longest = 'a'.repeat(SLUG_MAX);

describe('hostKind', () => {
  test.each([
    ['demo.portal.localhost', 'demo'],
    ['demo.portal.localhost:8787', 'demo'],
    ['DEMO.Portal.LOCALHOST', 'demo'],
    ['demo.portal.localhost.', 'demo'],
    ['demo.portal.localhost.:8787', 'demo'],
    ['carla-design.portal.localhost', 'carla-design'],
    ['42.portal.localhost', null],
    ['420.portal.localhost', '420'],
    [`${longest}.portal.localhost`, longest],
    ['app1.portal.localhost', 'app1'],
    ['my-app.portal.localhost', 'my-app'],
  ])('%s: the portal %s', (host, slug) => {
    const kind = slug === null ? { kind: 'unknown-subdomain' } : { kind: 'portal', slug };
    expect(hostKind(host, ROOT)).toEqual(kind);
  });

  test.each([
    'app.portal.localhost',
    'APP.portal.localhost',
    'app.portal.localhost:8787',
    'app.portal.localhost.',
  ])('%s: the admin host', (host) => {
    expect(hostKind(host, ROOT)).toEqual({ kind: 'admin' });
  });

  test.each([
    ['the apex', 'portal.localhost'],
    ['the apex with a dot', 'portal.localhost.'],
    ['the apex with a port', 'portal.localhost:8787'],
    ['an empty label', '.portal.localhost'],
    ['two levels', 'a.demo.portal.localhost'],
    ['two levels below the admin host', 'demo.app.portal.localhost'],
    ['the admin label below a portal', 'app.demo.portal.localhost'],
    ['the root twice', 'portal.localhost.portal.localhost'],
    ['two dots', 'demo..portal.localhost'],
    ['too short', 'ab.portal.localhost'],
    ['too long', `${longest}a.portal.localhost`],
    ['a leading hyphen', '-demo.portal.localhost'],
    ['a trailing hyphen', 'demo-.portal.localhost'],
    ['an underscore', 'de_mo.portal.localhost'],
    ['an encoded slash', 'demo%2f.portal.localhost'],
    ['a line break', 'demo\n.portal.localhost'],
    ['punycode', 'xn--dem-0na.portal.localhost'],
    ['a hyphen in third and fourth place', 'ab--cd.portal.localhost'],
    ['a Cyrillic е', 'd\u0435mo.portal.localhost'],
    ['full-width letters', '\uff44\uff45\uff4d\uff4f.portal.localhost'],
    ['a zero-width space', 'de\u200bmo.portal.localhost'],
    ['reserved: www', 'www.portal.localhost'],
    ['reserved: admin', 'admin.portal.localhost'],
    ['reserved: api', 'API.portal.localhost'],
    ['reserved: mail', 'mail.portal.localhost'],
    ['reserved: login', 'login.portal.localhost'],
    ['reserved: mta-sts', 'mta-sts.portal.localhost'],
  ])('unknown-subdomain: %s', (_why, host) => {
    expect(hostKind(host, ROOT)).toEqual({ kind: 'unknown-subdomain' });
  });

  test.each([
    ['an empty host', ''],
    ['the parent', 'localhost'],
    ['a look-alike of the root', 'evil-portal.localhost'],
    ['a look-alike without a dot', 'demoportal.localhost'],
    ['the root as a subdomain', 'portal.localhost.evil.example'],
    ['a portal as a subdomain', 'demo.portal.localhost.evil.example'],
    ['a sibling', 'demo.other.localhost'],
    ['a longer top', 'demo.portal.localhosts'],
    ['two trailing dots', 'demo.portal.localhost..'],
    ['an address', '127.0.0.1:8787'],
    ['an IPv6 address', '[::1]:8787'],
    ['two ports', 'demo.portal.localhost:80:90'],
    ['a user in front', 'evil.example#demo.portal.localhost/'],
  ])('other-domain: %s', (_why, host) => {
    expect(hostKind(host, ROOT)).toEqual({ kind: 'other-domain' });
  });

  test('ROOT_DOMAIN with a port: the port is not compared', () => {
    const portal = { kind: 'portal', slug: 'demo' };
    expect(hostKind('demo.portal.localhost', 'portal.localhost:8787')).toEqual(portal);
    expect(hostKind('demo.portal.localhost:1', 'portal.localhost:8787')).toEqual(portal);
    // attack: a dot of the root domain must not stand for any character
    expect(hostKind('demo.portalxlocalhost', ROOT)).toEqual({ kind: 'other-domain' });
  });
});
