import { canWrite } from './dates.ts';

/** The languages that dates can be written in, by BCP 47 tag, each in its own words. */
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

/** A language in its own words; a tag that is none of ours, as it is. */
export function languageName(tag: string): string {
  return isLanguage(tag) ? LANGUAGES[tag] : tag;
}

/** Zones whose capital or country goes by another name now than in the browser's and the server's own list. */
const RENAMED: Record<string, string> = {
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Europe/Kiev': 'Europe/Kyiv',
};

/** The IANA time zones to choose from, UTC first: the list of the engine leaves it out. */
export function timeZones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').map((zone) => RENAMED[zone] ?? zone)];
}

/** Letters, digits and single separators: names, not offsets like +01:00, which know no summer time. */
const ZONE = /^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$/;

/**
 * A time zone by its name or by its city alone, however it was typed: `new york`, `São Paulo`. Null when there is none, or
 * more than one.
 */
export function timeZoneNamed(text: string): string | null {
  const typed = plain(text);
  const zones = timeZones();
  const named = zones.find((zone) => plain(zone) === typed);
  if (named !== undefined) return named;
  const [listed, another] = zones.filter((zone) => plain(zone).endsWith(`/${typed}`));
  if (listed !== undefined && another === undefined) return listed;
  return ZONE.test(text) && canWrite({ language: 'en-GB', timeZone: text }) ? text : null;
}

/** Without what people leave out or write otherwise: capitals, accents, the line between words. */
function plain(name: string): string {
  const letters = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return letters.replace(/[ _-]+/g, '_');
}
