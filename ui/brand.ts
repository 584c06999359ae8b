import { DEFAULT_DATES } from './dates.ts';

/** What a logo or a monogram is drawn from. */
export type BrandIdentity = {
  name: string;
  /** `#rrggbb`. The worker validates it, and theme.ts once more. */
  accentColor: string;
  logoHash: string | null;
  logoWidth: number | null;
  logoHeight: number | null;
};

/** What clients see of a workspace. */
export type Brand = BrandIdentity & {
  welcome: string;
  portalContact: string;
  /** How dates are written. */
  language: string;
  timeZone: string;
};

/** The brand of pages outside a workspace. */
export const LATCHKEY: Brand = {
  name: 'Latchkey',
  accentColor: '#35507a',
  logoHash: null,
  logoWidth: null,
  logoHeight: null,
  welcome: '',
  portalContact: '',
  ...DEFAULT_DATES,
};

/** One or two initials in upper case, or '·'. */
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
