import Bowser from 'bowser';

/** The longest User-Agent worth reading: parsing is regular expressions, and the header is anybody's. */
const LONGEST = 400;

/** "Chrome on macOS", for a person to recognise their own browser by. Never trusted for anything. */
export function describeDevice(userAgent: string | undefined): string {
  if (userAgent === undefined || userAgent === '') return 'Unknown browser';
  const { browser, os } = Bowser.parse(userAgent.slice(0, LONGEST));
  const name = browser.name || 'Unknown browser';
  return os.name ? `${name} on ${os.name}` : name;
}
