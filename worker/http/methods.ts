import type { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../context.ts';
import { refuse } from './errors.tsx';
import { methodsAt, takes } from './routes-at.ts';

/**
 * Refuses a method that no route at this path takes, with 405 and the methods that the path takes (RFC 9110, 15.5.6).
 * It runs before the checks of cookies, origin and body, so the answer does not depend on them.
 */
export function methodNotAllowed(app: Hono<AppEnv>) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
    if (takes(app, method, c.req.path)) return next();
    const allowed = methodsAt(app, c.req.path);
    if (allowed.length === 0) return next();
    const response = await refuse(c, 405);
    response.headers.set(
      'allow',
      allowed.flatMap((m) => (m === 'GET' ? [m, 'HEAD'] : [m])).join(', '),
    );
    return response;
  });
}
