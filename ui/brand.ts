import { HOUSE_DATES } from './dates.ts';

/** What stands for a workspace at a glance: its logo, else a monogram in its colour. */
export type Emblem = {
  name: string;
  /** Validated by the worker, and again here. */
  accentColor: string;
  logoHash: string | null;
  logoWidth: number | null;
  logoHeight: number | null;
};

/** What a workspace shows of itself. */
export type Brand = Emblem & {
  welcome: string;
  portalContact: string;
  /** How dates are written. */
  language: string;
  timeZone: string;
};

/** The admin host before a workspace is known. */
export const LATCHKEY: Brand = {
  name: 'Latchkey',
  accentColor: '#35507a',
  logoHash: null,
  logoWidth: null,
  logoHeight: null,
  welcome: '',
  portalContact: '',
  ...HOUSE_DATES,
};

/** One or two initials, upper case. Never empty. */
export function monogram(name: string): string {
  const words = name
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, ' ')
    .split(/\s+/u)
    .map((word) => word.replace(/^[^\p{L}\p{N}\p{Extended_Pictographic}\p{RI}]+/u, ''))
    .filter((word) => word !== '')
    .slice(0, 2);
  return words.map((word) => firstGrapheme(word.toUpperCase())).join('') || '·';
}

function firstGrapheme(word: string): string {
  const [first] = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(word);
  return first?.segment ?? '';
}
