import { describe, expect, test } from 'vitest';
import { LATCHKEY, monogram } from '../../ui/brand.ts';
import { accentFor, contrast, theme } from '../../ui/theme.ts';

const WEB_COLOURS = ['00', '33', '66', '99', 'cc', 'ff'].flatMap((r, _at, steps) =>
  steps.flatMap((g) => steps.map((b) => `#${r}${g}${b}`)),
);
const PICKED = ['#ffffff', '#000000', '#ffff00', '#1f6f5c', '#7a3e9d', '#777777', '#ff0000'];
/** WCAG 2.2, 1.4.3 and 1.4.11. */
const TEXT = 4.5;
const CONTROL = 3;

/** The value of a custom property in the light scheme, which comes first, or in the dark one. */
function propertyOf(css: string, name: string, scheme: 'light' | 'dark'): string {
  const [light = '', dark = ''] = css.split('@media');
  const value = new RegExp(`--${name}:(#[0-9a-f]{6});`).exec(
    scheme === 'light' ? light : dark,
  )?.[1];
  if (value === undefined) throw new Error(`no --${name}`);
  return value;
}

test('contrast: the ratio of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  expect(contrast('#123456', '#123456')).toBe(1);
});

test.each(PICKED)('words and controls of %s: AA in both schemes', expectReadable);

test('words and controls of the 216 web colours: AA in both schemes', () => {
  for (const picked of WEB_COLOURS) expectReadable(picked);
});

function expectReadable(picked: string): void {
  const css = theme(picked);
  const { accent, accentHover, onAccent } = accentFor(picked);
  expect(accent).toBe(picked);
  expect(contrast(onAccent, accent), `words on ${picked}`).toBeGreaterThanOrEqual(TEXT);
  expect(contrast(onAccent, accentHover), `words on ${picked}, hovered`).toBeGreaterThanOrEqual(
    TEXT,
  );
  for (const scheme of ['light', 'dark'] as const) {
    const [paper, sheet, wash, text, edge] = [
      'paper',
      'sheet',
      'wash',
      'accent-text',
      'accent-edge',
    ].map((name) => propertyOf(css, name, scheme));
    for (const background of [paper, sheet, wash]) {
      expect(
        contrast(text ?? '', background ?? ''),
        `${picked} ${scheme} text`,
      ).toBeGreaterThanOrEqual(TEXT);
    }
    for (const background of [paper, sheet]) {
      expect(
        contrast(edge ?? '', background ?? ''),
        `${picked} ${scheme} edge`,
      ).toBeGreaterThanOrEqual(CONTROL);
    }
  }
}

test('words in our own colours, beside any picked one: AA', () => {
  const css = theme('#ffff00');
  for (const scheme of ['light', 'dark'] as const) {
    for (const words of ['ink', 'soft', 'good', 'bad']) {
      for (const background of ['paper', 'sheet']) {
        const [front, back] = [propertyOf(css, words, scheme), propertyOf(css, background, scheme)];
        expect(contrast(front, back), `${scheme} ${words} on ${background}`).toBeGreaterThanOrEqual(
          TEXT,
        );
      }
    }
  }
});

describe('a colour that is not six hex digits', () => {
  test.each([
    'red',
    'red;}body{',
    '#fff',
    '#ffffffff',
    '#12345g',
    '#123456;',
    '#123456\n',
    ' #123456',
    '#123456}</style><script>alert(1)</script>',
    'url(https://evil.example)',
    'var(--x)',
    'expression(alert(1))',
    '\u202e#123456',
    '',
  ])('%j: the house colour', (junk) => {
    expect(theme(junk)).toBe(theme(LATCHKEY.accentColor));
    expect(accentFor(junk)).toEqual(accentFor(LATCHKEY.accentColor));
  });

  test('a style sheet: our names and hex digits only', () => {
    expect(theme('#ABCDEF')).toMatch(/^[-a-z0-9:;#{}()@ ]+$/);
    expect(theme('#ABCDEF')).toBe(theme('#abcdef'));
  });
});

test('a preview: one scheme, the same colours, no media query', () => {
  for (const scheme of ['light', 'dark'] as const) {
    const only = theme('#7a3e9d', scheme);
    expect(only).toMatch(new RegExp(`^:root\\{color-scheme:${scheme};`));
    expect(only).not.toContain('@media');
    for (const name of ['paper', 'sheet', 'accent-text', 'wash']) {
      const value = propertyOf(theme('#7a3e9d'), name, scheme);
      expect(only).toContain(`--${name}:${value};`);
    }
  }
});

test.each([
  ['Demo Studio', 'DS'],
  ['demo', 'D'],
  ['  Anna  Maria  Berg ', 'AM'],
  ['élan vital', 'ÉV'],
  ['👩‍👩‍👧 Family', '👩‍👩‍👧F'],
  ['"Quoted" (Name)', 'QN'],
  ['<script>alert(1)</script>', 'S'],
  ['\u202eevil', 'E'],
  ['***', '·'],
  ['', '·'],
])('monogram of %j: %s', (name, initials) => {
  expect(monogram(name)).toBe(initials);
});
