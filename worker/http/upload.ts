import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import type { AppContext, AppEnv } from '../context.ts';
import { refuse } from './errors.tsx';
import type { Form } from './form.ts';

/** The largest form: a contact with ten companies is a few kilobytes. */
export const LARGEST_FORM = 64 * 1024;

const MULTIPART = /^multipart\/form-data\s*;.*\bboundary=(?:"([^"]+)"|([^\s;]+))/i;

/** Mounted where a form has a file: there it may come as multipart, and the handler reads it by `readUpload`. */
export const takesFile = createMiddleware<AppEnv>(async (c, next) => {
  c.set('takesFile', true);
  return next();
});

/** Whether a request is a form with a file, at an address that takes one. */
export function isUpload(c: AppContext): boolean {
  return c.var.takesFile === true && MULTIPART.test(c.req.header('content-type') ?? '');
}

const limit = bodyLimit({ maxSize: LARGEST_FORM, onError: (c) => refuse(c, 413) });

/** Refuses larger forms before they are read. One with a file is measured by who reads it, behind its guard. */
export const formLimit = createMiddleware<AppEnv>(async (c, next) =>
  isUpload(c) ? next() : limit(c, next),
);

export type Upload = {
  form: Form;
  files: File[];
  /** More came than was read. What stood before the file is here all the same. */
  cut: boolean;
};

/** Reads a form with a file of at most `largest` bytes; null when it is no form. Of more, the rest is not kept. */
export async function readUpload(c: AppContext, largest: number): Promise<Upload | null> {
  const type = c.req.header('content-type') ?? '';
  const [, quoted, plain] = MULTIPART.exec(type) ?? [];
  const { parts, cut } = await readUpTo(c.req.raw.body, largest + LARGEST_FORM);
  // closed where it was cut, what came so far is a form again
  if (cut) parts.push(new TextEncoder().encode(`\r\n--${quoted ?? plain}--\r\n`));
  const form = new URLSearchParams();
  const files: File[] = [];
  try {
    const headers = { 'content-type': type };
    for (const [name, value] of await new Response(new Blob(parts), { headers }).formData()) {
      if (typeof value === 'string') form.append(name, value);
      else files.push(value);
    }
  } catch {
    return null;
  }
  return { form, files, cut };
}

/**
 * A browser that sends over HTTP/1.1 shows no answer before all is sent: to the person, the site would be down.
 * So of too large a body the rest is let through unread and unkept, until nobody can take it for a picture.
 */
const MOST_DROPPED = 32 * 1024 * 1024;

async function readUpTo(body: ReadableStream<Uint8Array<ArrayBuffer>> | null, most: number) {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    if (size < most) parts.push(part.subarray(0, most - size));
    size += part.length;
    if (size > MOST_DROPPED) break;
  }
  return { parts, cut: size > most };
}
