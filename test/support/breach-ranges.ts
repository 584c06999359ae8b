// What Have I Been Pwned's range API says (haveibeenpwned.com/API/v3#SearchingPwnedPasswordsByRange), for its
// stand-ins in workerd (breaches.ts) and in Node (server.ts).

const RANGE = /^https:\/\/api\.pwnedpasswords\.com\/range\/([0-9A-F]{5})$/;
/** Real answers are padded to 800 lines and more; a few have the same shape. */
const PADDING_LINES = 20;

/** The prefix that an address asks for; null for every other address. */
export function prefixIn(address: string): string | null {
  return RANGE.exec(address)?.[1] ?? null;
}

/** The answer for a prefix, when these passwords have been seen in breaches: `SUFFIX:COUNT`, sorted. */
export async function rangeOf(prefix: string, passwords: string[]): Promise<string> {
  const digests = await Promise.all(passwords.map(sha1));
  const found = digests.filter((digest) => digest.startsWith(prefix));
  const real = found.map((digest) => `${digest.slice(prefix.length)}:42`);
  return [...real, ...Array.from({ length: PADDING_LINES }, padding)].sort().join('\r\n');
}

function padding(): string {
  return `${hex(crypto.getRandomValues(new Uint8Array(18))).slice(0, 35)}:0`;
}

async function sha1(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))));
}

function hex(bytes: Uint8Array): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  return digits.join('').toUpperCase();
}
