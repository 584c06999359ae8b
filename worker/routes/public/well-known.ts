import { Hono } from 'hono';
import * as paths from '../../../ui/paths.ts';
import type { AppEnv } from '../../context.ts';

/** Where programs look for what every site has at the same address. */
export const wellKnown = new Hono<AppEnv>();

// password managers send people here to change a password (w3c.github.io/webappsec-change-password-url)
wellKnown.get('/.well-known/change-password', (c) => c.redirect(paths.accountPassword(), 302));
