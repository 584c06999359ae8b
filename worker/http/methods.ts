import type { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { METHOD_NAME_ALL } from 'hono/router';
import type { AppEnv } from '../context.ts';
import { refuse } from './errors.tsx';

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

function methodsAt(app: Hono<AppEnv>, path: string): string[] {
  const methods = app.routes.map((route) => route.method).filter((m) => m !== METHOD_NAME_ALL);
  return [...new Set(methods)].filter((method) => takes(app, method, path));
}

/** Whether a route, not only middleware, answers a method at a path. */
function takes(app: Hono<AppEnv>, method: string, path: string): boolean {
  return app.router.match(method, path)[0].some(([[, route]]) => route.method === method);
}
