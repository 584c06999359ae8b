import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { olivia } from '../support/cast.ts';
import { visit } from '../support/visitor.ts';

/** What a Content-Security-Policy says, by its directives. */
function policyOf(response: Response): Record<string, string> {
  const policy = response.headers.get('content-security-policy') ?? '';
  const rules = policy.split(';').map((rule) => rule.trim().split(/\s+/));
  return Object.fromEntries(rules.map(([name, ...values]) => [name, values.join(' ')]));
}

describe('the headers of every page', () => {
  test.each([
    ['the sign-in page', 'demo', '/sign-in'],
    ['a page that is not there', 'demo', '/nothing'],
    ['a link that nobody knows', 'demo', `/sign-in/link/${'A'.repeat(43)}`],
    ['a page of a member', 'app', '/w/demo/contacts'],
  ])('%s: loads nothing foreign, is in no frame and in no cache', async (_what, host, path) => {
    const visitor = visit(host);
    if (host === 'app') await visitor.signInAs(olivia);
    const response = await visitor.get(path);
    const page = await response.text();
    const [, nonce = 'none'] = /<style nonce="([^"]+)"/.exec(page) ?? [];
    expect(policyOf(response)).toEqual({
      'default-src': "'none'",
      'style-src': `'nonce-${nonce}'`,
      'script-src': `'nonce-${nonce}'`,
      'img-src': "'self' data:",
      'connect-src': "'self'",
      'frame-src': "'none'",
      'form-action': "'self'",
      'base-uri': "'none'",
      'frame-ancestors': "'none'",
    });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
  });

  test('the nonce: another one for each answer', async () => {
    const policies = await Promise.all(
      Array.from({ length: 5 }, async () => policyOf(await visit('demo').get('/sign-in'))),
    );
    expect(new Set(policies.map((policy) => policy['script-src'])).size).toBe(5);
  });

  test('over https: the browser never comes by plain http again', async () => {
    const bindings = {
      ...env,
      ROOT_DOMAIN: 'portal.example',
      MAIL_TRANSPORT: 'mailchannels',
      MAIL_FROM: 'portal@portal.example',
    };
    const request = new Request('https://demo.portal.example/sign-in');
    const response = await visit('demo.portal.example', bindings).send(request);
    expect(response.status).toBe(200);
    expect(response.headers.get('strict-transport-security')).toBe(
      'max-age=31536000; includeSubDomains',
    );
    const local = await visit('demo').get('/sign-in');
    expect(local.headers.has('strict-transport-security')).toBe(false);
  });
});
