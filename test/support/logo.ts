import { expect } from 'vitest';
import { BRANDING } from './branding.ts';
import { rows } from './database.ts';
import type { Visitor } from './visitor.ts';

export const SCRIPT = '<script>alert(document.cookie)</script>';

type Sent = { fields?: Record<string, string>; type?: string; name?: string; path?: string };

/** Sends the form as a browser does: what is typed first, the file last. */
export async function upload(admin: Visitor, file: Uint8Array<ArrayBuffer>, sent: Sent = {}) {
  const { fields = {}, type = 'image/png', name = 'logo.png', path = BRANDING } = sent;
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  form.append('logo', new File([file], name, { type }));
  const headers = { origin: admin.origin };
  return admin.send(new Request(admin.origin + path, { method: 'POST', headers, body: form }));
}

/** Uploads a logo that is taken; its hash. */
export async function saveLogo(
  admin: Visitor,
  file: Uint8Array<ArrayBuffer>,
  sent?: Sent,
): Promise<string> {
  const response = await upload(admin, file, sent);
  expect(response.status, await response.text()).toBe(303);
  const slug = sent?.path?.split('/')[2] ?? 'demo';
  const [row] = await rows('SELECT logo_hash FROM workspaces WHERE slug = ?', slug);
  return String(row?.logo_hash);
}

/** The bytes of an answer that is there. */
export async function bytesOf(response: Response): Promise<Uint8Array> {
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}
