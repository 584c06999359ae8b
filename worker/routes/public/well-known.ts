import { Hono } from 'hono';
import * as paths from '../../../ui/paths.ts';
import type { AppEnv } from '../../context.ts';

/** Addresses that are the same on every site, for programs to find a page. */
export const wellKnown = new Hono<AppEnv>();

// password managers open this address to change a password (w3c.github.io/webappsec-change-password-url)
wellKnown.get('/.well-known/change-password', (c) => c.redirect(paths.accountPassword(), 302));
