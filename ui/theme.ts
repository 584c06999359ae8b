// Colours. A workspace picks one accent; all others are fixed. The accent is corrected until text and
// controls have the contrast of WCAG AA in both schemes.

import { LATCHKEY } from './brand.ts';

export type SchemeName = 'light' | 'dark';

export type SchemeColors = {
  /** The accent as text on `paper`, `sheet` and `wash`: 4.5:1. */
  text: string;
  /** The accent as the border of a control: 3:1. */
  edge: string;
  /** A light tint of the accent, behind a note. */
  wash: string;
};

export type Accent = {
  /** As picked: the fill of buttons. */
  accent: string;
  accentHover: string;
  /** Text on the accent: 4.5:1. */
  onAccent: string;
  light: SchemeColors;
  dark: SchemeColors;
};

const TEXT_CONTRAST = 4.5;
const CONTROL_CONTRAST = 3;

const WHITE = '#ffffff';
const BLACK = '#000000';

type Scheme = Record<
  'paper' | 'sheet' | 'ink' | 'soft' | 'line' | 'edge' | 'good' | 'bad' | 'shade' | 'plate',
  string
>;

const LIGHT: Scheme = {
  paper: '#faf9f7',
  sheet: '#ffffff',
  ink: '#1c1b19',
  soft: '#66635d',
  line: '#e6e3dd',
  edge: '#8d8982',
  good: '#1a7f4b',
  bad: '#b3261e',
  shade: '#1c1b1914',
  plate: '#ffffff00',
};

const DARK: Scheme = {
  paper: '#161615',
  sheet: '#1f1f1d',
  ink: '#f1efea',
  soft: '#aaa69e',
  line: '#353430',
  edge: '#7b7770',
  good: '#57c38a',
  bad: '#ff8a80',
  shade: '#00000066',
  // logos are drawn for a white background
  plate: '#ffffff',
};

/**
 * CSS custom properties on :root: fixed names and hex colours only.
 * @param only one scheme, for a preview; without it both, by the preference of the reader's system
 */
export function theme(accentColor: string, only?: SchemeName): string {
  const accent = accentFor(accentColor);
  const light = scheme(LIGHT, accent.light);
  const dark = scheme(DARK, accent.dark);
  const fill = `--accent:${accent.accent};--accent-hover:${accent.accentHover};--on-accent:${accent.onAccent};`;
  if (only !== undefined) {
    return `:root{color-scheme:${only};${fill}${only === 'light' ? light : dark}}`;
  }
  return `:root{color-scheme:light dark;${fill}${light}}@media(prefers-color-scheme:dark){:root{${dark}}}`;
}

/** The background of a page, also for the browser's own bars. */
export const PAGE_BACKGROUND = { light: LIGHT.paper, dark: DARK.paper };

/** The background of cards and forms. */
export const CARD_BACKGROUND = { light: LIGHT.sheet, dark: DARK.sheet };

/** The same colours as hex, for mail and SVG, where custom properties do not work. */
export function accentFor(accentColor: string): Accent {
  const accent = validHex(accentColor);
  const onAccent = textOn(accent);
  return {
    accent,
    // Hover moves away from the text colour, so the contrast grows.
    accentHover: mix(accent, luminance(onAccent) > luminance(accent) ? BLACK : WHITE, 0.12),
    onAccent,
    light: schemeColors(accent, LIGHT, BLACK, 0.08),
    dark: schemeColors(accent, DARK, WHITE, 0.15),
  };
}

export function contrast(a: string, b: string): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

// The accent is written into a <style> element: anything but six hex digits could add rules there.
function validHex(color: string): string {
  return /^#[0-9a-f]{6}$/i.test(color) ? color.toLowerCase() : LATCHKEY.accentColor;
}

function textOn(accent: string): string {
  const candidates = [WHITE, LIGHT.ink, BLACK];
  return candidates.find((text) => contrast(text, accent) >= TEXT_CONTRAST) ?? BLACK;
}

function schemeColors(accent: string, on: Scheme, pole: string, tint: number): SchemeColors {
  const edge = corrected(accent, pole, [on.paper, on.sheet], CONTROL_CONTRAST);
  const wash = mix(on.sheet, edge, tint);
  const text = corrected(accent, pole, [on.paper, on.sheet, wash], TEXT_CONTRAST);
  return { text, edge, wash };
}

/** The first colour from `color` towards `pole` (black or white) that has the ratio against every background. */
function corrected(color: string, pole: string, backgrounds: string[], ratio: number): string {
  for (let step = 0; step < 50; step++) {
    const candidate = mix(color, pole, step / 50);
    if (backgrounds.every((background) => contrast(candidate, background) >= ratio)) {
      return candidate;
    }
  }
  return pole;
}

function scheme(base: Scheme, accent: SchemeColors): string {
  const ours = Object.entries(base).map(([name, value]) => `--${name}:${value};`);
  return `${ours.join('')}--accent-text:${accent.text};--accent-edge:${accent.edge};--wash:${accent.wash};`;
}

function mix(from: string, to: string, share: number): string {
  const target = channels(to);
  const mixed = channels(from).map((value, i) => value + ((target[i] ?? 0) - value) * share);
  return `#${mixed.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = channels(hex).map((value) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}
