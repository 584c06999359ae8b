/** Whether a text is a DMARC policy (RFC 7489, 6.6.3). */
export function isDmarc(text: string): boolean {
  return /^v=DMARC1(?:[\s;]|$)/i.test(text.trim());
}
