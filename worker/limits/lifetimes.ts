import { minutes } from '../values/duration.ts';

/**
 * How long a link and its code work: at most ten minutes (OWASP ASVS 5.0, 6.5.5). Pages and mails print it. It stands
 * here because `activity`, which is below `sign-in`, leaves out links that still work.
 */
export const LINK_LIFETIME = minutes(10);
