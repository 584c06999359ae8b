import { oneLine } from '../values/plain-text.ts';

/** The browser and the city of a request, in words that its owner recognises in a list of devices. */
export type ClientInfo = { device: string; location: string };

/** Client info in one line, such as "Chrome on macOS, Lisbon, PT"; '' when neither part is known. */
export function whereWords({ device, location }: ClientInfo): string {
  return [oneLine(device), oneLine(location)].filter((part) => part !== '').join(', ');
}

/** The most characters of a User-Agent that are read. Attack: the header can be of any length. */
const LONGEST = 400;

/**
 * Describes the browser of a User-Agent header, such as "Chrome on macOS"; "Unknown browser" when no table below
 * matches. Attack: only names of the tables are used, because a stranger's words must not stand in our mails.
 */
export function describeDevice(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, LONGEST);
  const name = nameIn(BROWSERS, text) ?? 'Unknown browser';
  const system = nameIn(SYSTEMS, text);
  return system === null ? name : `${name} on ${system}`;
}

/** Browsers by the words in their User-Agent, special ones first, because most also name Chrome or Safari. */
const BROWSERS: [name: string, sign: RegExp][] = [
  ['Microsoft Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\b(?:OPR|OPT|OPX|OPiOS|Opera)[/ ]/],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Vivaldi', /\bVivaldi\//],
  ['Yandex Browser', /\bYaBrowser\//],
  ['DuckDuckGo', /\b(?:DuckDuckGo|Ddg)\//],
  ['Whale', /\bWhale\//],
  ['UC Browser', /\bUC ?Browser\//],
  ['QQ Browser', /\bM?QQBrowser\//],
  ['WeChat', /\bMicroMessenger\//],
  ['Mi Browser', /\bMiuiBrowser\//],
  ['Huawei Browser', /\bHuaweiBrowser\//],
  ['Amazon Silk', /\bSilk\//],
  ['Google Search', /\bGSA\//],
  ['Firefox', /\b(?:Firefox|FxiOS|Focus|Klar)\//],
  ['Internet Explorer', /\b(?:MSIE |Trident\/)/],
  ['Chromium', /\bChromium\//],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS)\//],
  ['Android Browser', /\bAndroid\b.*\bVersion\//],
  ['Safari', /\bAppleWebKit\//],
];

/** Operating systems by the words in the User-Agent. iOS stands before macOS, because it also names Mac OS X. */
const SYSTEMS: [name: string, sign: RegExp][] = [
  ['Windows', /\bWindows\b/],
  ['iOS', /\b(?:iPhone|iPad|iPod)\b/],
  ['Android', /\bAndroid\b/],
  ['Chrome OS', /\bCrOS\b/],
  ['macOS', /\bMac(?:intosh| OS X)\b/],
  ['Linux', /\b(?:Linux|X11)\b/],
];

/** The name of the first row whose sign occurs in a text; null when none does. */
function nameIn(table: [name: string, sign: RegExp][], text: string): string | null {
  return table.find(([, sign]) => sign.test(text))?.[0] ?? null;
}
