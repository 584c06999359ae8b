import { Hono } from 'hono';
import type { VisitorEnv } from '../../context.ts';
import { confirmation } from './confirmation.tsx';
import { devices } from './devices.tsx';

/** What everybody who is signed in can do about their own account, whether or not there are passwords. */
export const account = new Hono<VisitorEnv>();

account.route('/', devices);
account.route('/', confirmation);
