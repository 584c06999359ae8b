/** A record of tags, such as `v=DMARC1; p=none`. */
export type TagList = {
  /** Values by name in lower case; of a tag that is there twice the first. */
  tags: Map<string, string>;
  twice: Set<string>;
  /** Whether a part between two semicolons is no tag. */
  hasOthers: boolean;
};

/** Reads the tags of a DKIM or DMARC record (RFC 6376, 3.2). */
export function readTags(text: string): TagList {
  const tags = new Map<string, string>();
  const twice = new Set<string>();
  let hasOthers = false;
  const parts = text.split(';').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  for (const part of parts) {
    const at = part.indexOf('=');
    const tag = part.slice(0, Math.max(at, 0)).trim().toLowerCase();
    if (!/^[a-z][a-z0-9_]*$/.test(tag)) hasOthers = true;
    else if (tags.has(tag)) twice.add(tag);
    else tags.set(tag, part.slice(at + 1).trim());
  }
  return { tags, twice, hasOthers };
}
