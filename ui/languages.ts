import { isSupportedDateStyle } from './dates.ts';

/** The languages that dates can be written in: BCP 47 tag, and the language's name in itself. */
export const LANGUAGES = {
  'en-GB': 'English (UK)',
  'en-US': 'English (US)',
  cs: 'Čeština',
  da: 'Dansk',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  it: 'Italiano',
  ja: '日本語',
  nl: 'Nederlands',
  nb: 'Norsk bokmål',
  pl: 'Polski',
  pt: 'Português',
  fi: 'Suomi',
  sv: 'Svenska',
} as const;

export type Language = keyof typeof LANGUAGES;

export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(LANGUAGES, tag);
}

/** The name of a language in itself. Any other tag is returned unchanged. */
export function languageName(tag: string): string {
  return isLanguage(tag) ? LANGUAGES[tag] : tag;
}

/** Zones that ICU still lists under an old name. */
const RENAMED: Record<string, string> = {
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Europe/Kiev': 'Europe/Kyiv',
};

/** The IANA time zones to choose from. UTC comes first, because the engine's list lacks it. */
export function timeZones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').map((zone) => RENAMED[zone] ?? zone)];
}

/** Letters, digits and single separators: names, not offsets like +01:00, which have no summer time. */
const ZONE = /^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$/;

/** The most characters of a typed zone or city. */
const LONGEST_ZONE = 100;

/**
 * Finds a time zone by its name or its city, ignoring case, accents and separators: `new york`, `São Paulo`.
 * Null if none or several match.
 */
export function timeZoneNamed(text: string): string | null {
  if (text.length > LONGEST_ZONE) return null;
  const typed = zoneKey(text);
  const zones = timeZones();
  const named = zones.find((zone) => zoneKey(zone) === typed);
  if (named !== undefined) return named;
  const [listed, another] = zones.filter((zone) => zoneKey(zone).endsWith(`/${typed}`));
  if (listed !== undefined && another === undefined) return listed;
  return ZONE.test(text) && isSupportedDateStyle({ language: 'en-GB', timeZone: text })
    ? text
    : null;
}

/** A name without case and accents, with `_` between words. */
function zoneKey(name: string): string {
  const letters = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return letters.replace(/[ _-]+/g, '_');
}
