import type { Hono } from 'hono';
import { METHOD_NAME_ALL } from 'hono/router';
import * as paths from '../../ui/paths.ts';
import type { AppEnv } from '../context.ts';

/** The methods that routes at a path take. The path begins with its kind of host (find-realm.ts). */
export function methodsAt(app: Hono<AppEnv>, path: string): string[] {
  const methods = app.routes.map((route) => route.method).filter((m) => m !== METHOD_NAME_ALL);
  return [...new Set(methods)].filter((method) => takes(app, method, path));
}

/** Whether a route, not only middleware, answers a method at a path. */
export function takes(app: Hono<AppEnv>, method: string, path: string): boolean {
  return app.router.match(method, path)[0].some(([[, route]]) => route.method === method);
}

/**
 * The page that shows whether a form was saved: the nearest one at or above the form's path. A form for something new is
 * no such page, but the list above it is.
 */
export function pageAbove(app: Hono<AppEnv>, path: string): string {
  const [, host = '', ...parts] = path.split('/');
  if (parts.at(-1) === 'new') parts.pop();
  while (parts.length > 0 && !takes(app, 'GET', `/${[host, ...parts].join('/')}`)) parts.pop();
  return parts.length === 0 ? paths.home() : `/${parts.join('/')}`;
}
