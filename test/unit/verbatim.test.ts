import { describe, expect, test } from 'vitest';
import { keepVerbatim } from '../../ui/verbatim.ts';

/** The parts that are kept from translation. */
function kept(text: string, names: string[] = []): string[] {
  const html = keepVerbatim(`<body><p>${text}</p></body>`, names);
  expect(html.replaceAll('<span translate="no">', '').replaceAll('</span>', '')).toBe(
    `<body><p>${text}</p></body>`,
  );
  return [...html.matchAll(/<span translate="no">(.*?)<\/span>/g)].map(([, part = '']) => part);
}

describe('addresses in a sentence: kept from translation, without what clings to them', () => {
  test.each([
    ['Write to carla@acme.example.', ['carla@acme.example']],
    [
      'Demo &lt;hello@studio.example>, or (info@acme.test)!',
      ['hello@studio.example', 'info@acme.test'],
    ],
    ['“o’brien@acme.test”: &quot;x+y@acme.test&quot;', ['o’brien@acme.test', 'x+y@acme.test']],
    ['c***@acme.example', ['c***@acme.example']],
    [
      'Open https://demo.portal.example/sign-in?next=%2F; or not',
      ['https://demo.portal.example/sign-in?next=%2F'],
    ],
    ['at demo.portal.localhost:8787 on 2 Mar', ['demo.portal.localhost:8787']],
    [
      'The records of münchen.example and _dmarc.studio.co.uk.',
      ['münchen.example', '_dmarc.studio.co.uk'],
    ],
    ['hello@straße.example', ['hello@straße.example']],
  ])('%s', (text, parts) => {
    expect(kept(text)).toEqual(parts);
  });

  test.each([
    'At 14.05, on 12.3.2026, 3.5 MB.',
    'That is it. And so on... e.g. this',
    '1 of 2. @ home',
    '',
  ])('no address in it: %s', (text) => {
    expect(kept(text)).toEqual([]);
  });
});

describe('names: kept where they are words of their own', () => {
  test.each([
    ['Sign in to Demo Studio', ['Demo Studio'], ['Demo Studio']],
    ['Art is not Artful, Art.', ['Art'], ['Art', 'Art']],
    [
      '“Maren &amp; Söhne” and &quot;Maren &amp; Söhne&quot;',
      ['Maren & Söhne'],
      ['Maren &amp; Söhne', 'Maren &amp; Söhne'],
    ],
    ['&lt;b>Evil&lt;/b> and more', ['<b>Evil</b>'], ['&lt;b>Evil&lt;/b>']],
    [
      'Studio of Latchkey at studio.example',
      ['Studio', 'Latchkey'],
      ['Studio', 'Latchkey', 'studio.example'],
    ],
    ['studio.example and Studio', ['studio.example'], ['studio.example']],
    ['nothing', ['', 'no'], []],
  ])('%s', (text, names, parts) => {
    expect(kept(text, names)).toEqual(parts);
  });
});

test('what is no text: stays as it is', () => {
  const same = [
    '<!doctype html><html><head><title>a@b.test</title></head><body>',
    '<a href="mailto:a@b.test" title="x > a@b.test">.</a>',
    '<script>const x = "<p>a@b.test</p>";</script><style>a.test{}</style>',
    '<!--[if mso]>a@b.test<![endif]-->',
    '<textarea>a@b.test</textarea><select><option>a@b.test</option></select>',
    '<svg><text>a@b.test</text></svg>',
    '<p translate="no">a@b.test <b>c.test</b><br/></p>',
    '<div style="display:none;x">a@b.test</div>',
    '<input value="a@b.test"/></body></html>',
  ].join('');
  expect(keepVerbatim(same, ['x', 'const'])).toBe(same);
});

test('after what is left alone: the next text is read again', () => {
  const html = '<body><div translate="no"><div>a.test</div><br/></div><p>b.test</p></body>';
  expect(keepVerbatim(html, [])).toBe(html.replace('b.test', '<span translate="no">b.test</span>'));
});

test.each(['.', 'a.', '@', '&lt;', '“', 'a@', '&quot;', ' ', 'Art'])(
  'half a megabyte of %j: is read',
  (choking) => {
    const text = choking.repeat(500_000 / choking.length);
    const html = keepVerbatim(`<body><p>${text}</p></body>`, ['Art']);
    expect(html.replace(/<[^>]+>/g, '')).toBe(text);
  },
);
