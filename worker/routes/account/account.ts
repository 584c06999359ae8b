import { Hono } from 'hono';
import type { VisitorEnv } from '../../context.ts';
import { confirmation } from './confirmation.tsx';
import { devices } from './devices.tsx';

/** The account pages of every visitor who is signed in. They do not depend on passwords being on. */
export const account = new Hono<VisitorEnv>();

account.route('/', devices);
account.route('/', confirmation);
