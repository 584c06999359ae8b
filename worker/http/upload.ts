import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import type { AppContext, AppEnv } from '../context.ts';
import { refuse } from './errors.tsx';
import type { Form } from './form.ts';

/** The largest form without files, in bytes. A contact with ten companies has a few kilobytes. */
export const LARGEST_FORM = 64 * 1024;

const MULTIPART = /^multipart\/form-data\s*;.*\bboundary=(?:"([^"]+)"|([^\s;]+))/i;

/** For addresses whose form has a file: multipart is accepted there. The handler reads it with `readUpload`. */
export const takesFile = createMiddleware<AppEnv>(async (c, next) => {
  c.set('takesFile', true);
  return next();
});

/** Whether a request is a form with a file, at an address that accepts files. */
export function isUpload(c: AppContext): boolean {
  return c.var.takesFile === true && MULTIPART.test(c.req.header('content-type') ?? '');
}

const limit = bodyLimit({ maxSize: LARGEST_FORM, onError: (c) => refuse(c, 413) });

/** Refuses a form over LARGEST_FORM before it is read. The handler that reads a file checks its size itself. */
export const formLimit = createMiddleware<AppEnv>(async (c, next) =>
  isUpload(c) ? next() : limit(c, next),
);

export type Upload = {
  form: Form;
  files: File[];
  /** The body was larger than the limit, so the rest was dropped. The fields before the file are complete. */
  cut: boolean;
};

/** Reads a form with a file of at most `largest` bytes, and drops what is beyond; null when the body is no form. */
export async function readUpload(c: AppContext, largest: number): Promise<Upload | null> {
  const type = c.req.header('content-type') ?? '';
  const [, quoted, plain] = MULTIPART.exec(type) ?? [];
  const { parts, cut } = await readUpTo(c.req.raw.body, largest + LARGEST_FORM);
  // a closing boundary makes the part that was read a complete form
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
 * The most bytes that are read and dropped of a body that is too large. Over HTTP/1.1 a browser shows no answer before
 * it has sent the whole body, so an early refusal would look like a broken site.
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
