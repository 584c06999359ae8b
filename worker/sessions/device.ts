import Bowser from 'bowser';

/** The longest User-Agent worth reading: parsing is regular expressions, and the header is anybody's. */
const LONGEST = 400;
const BROWSERS = new Set(Object.values(Bowser.BROWSER_MAP));
const SYSTEMS = new Set(Object.values(Bowser.OS_MAP));

/**
 * "Chrome on macOS", for a person to recognise their own browser by. Only names that the library knows:
 * for others it echoes the header, and a stranger's words must not stand in a mail with our signature.
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
