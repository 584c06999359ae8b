import { rows } from './database.ts';

export const BRANDING = '/w/demo/settings/branding';
export const PREVIEWS = ['sign-in', 'portal', 'mail'];

/** A brand as it is typed. */
export const WORDS = {
  name: 'Maren & Söhne',
  accent_color: '#7A3E9D',
  welcome: 'Good to see you.\r\n\r\nYour files are inside.',
  portal_contact: 'Hello@Maren.test',
  language: 'de',
  time_zone: 'Europe/Berlin',
};

/** The row of demo's workspace. */
export async function demo(): Promise<Record<string, unknown>> {
  const [row] = await rows("SELECT * FROM workspaces WHERE slug = 'demo'");
  return row ?? {};
}

/** Markup that would run a script where it is not shown as text. */
export const EVIL = `</title></style><script>alert(1)</script><img src=x onerror=alert(1)>"'&`;
