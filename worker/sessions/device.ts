/** The longest User-Agent worth reading: the header is anybody's. */
const LONGEST = 400;

/**
 * "Chrome on macOS", for a person to recognise their own browser by. Only names of the tables below: a stranger's words
 * must not stand in a mail with our signature. A header that matches none is "Unknown browser".
 */
export function describeDevice(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, LONGEST);
  const name = nameIn(BROWSERS, text) ?? 'Unknown browser';
  const system = nameIn(SYSTEMS, text);
  return system === null ? name : `${name} on ${system}`;
}

/** By what they call themselves, the particular first: nearly all claim to be Chrome or Safari as well. */
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
  ['Chrome', /\b(?:Chrome|CriOS)\//],
  ['Android Browser', /\bAndroid\b.*\bVersion\//],
  ['Safari', /\bAppleWebKit\//],
];

const SYSTEMS: [name: string, sign: RegExp][] = [
  ['Windows', /\bWindows\b/],
  ['iOS', /\b(?:iPhone|iPad|iPod)\b/],
  ['Android', /\bAndroid\b/],
  ['Chrome OS', /\bCrOS\b/],
  ['macOS', /\bMac(?:intosh| OS X)\b/],
  ['Linux', /\b(?:Linux|X11)\b/],
];

function nameIn(table: [name: string, sign: RegExp][], text: string): string | null {
  return table.find(([, sign]) => sign.test(text))?.[0] ?? null;
}
