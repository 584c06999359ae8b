import Bowser from 'bowser';

/** The browser and the city of a request, in words that its owner recognises in a list of devices. */
export type ClientInfo = { device: string; location: string };

/** The most characters of a User-Agent that are parsed. Attack: a long header could be slow for regular expressions. */
const LONGEST = 400;
const BROWSERS = new Set(Object.values(Bowser.BROWSER_MAP));
const SYSTEMS = new Set(Object.values(Bowser.OS_MAP));

/**
 * Describes the browser of a User-Agent header, such as "Chrome on macOS". Attack: for other browsers the library
 * repeats the header, so only names of its own lists are used; a stranger's words must not stand in our mails.
 */
export function describeDevice(userAgent: string | undefined): string {
  if (userAgent === undefined || userAgent === '') return 'Unknown browser';
  const { browser, os } = Bowser.parse(userAgent.slice(0, LONGEST));
  const name = known(BROWSERS, browser.name) ?? 'Unknown browser';
  const system = known(SYSTEMS, os.name);
  return system === null ? name : `${name} on ${system}`;
}

function known(names: Set<string>, name: string | undefined): string | null {
  return name !== undefined && names.has(name) ? name : null;
}
