import { env } from 'cloudflare:workers';

/**
 * Bindings under which something else happens at the worst moment: once, just before a batch runs that holds a
 * statement of this kind. What else happens has bindings of its own.
 */
export function meanwhile(statement: RegExp, happens: () => Promise<unknown>): Env {
  let isDue = false;
  let hasHappened = false;
  const DB = new Proxy(env.DB, {
    get(target, key) {
      if (key === 'prepare') {
        return (sql: string) => {
          if (statement.test(sql)) isDue = true;
          return target.prepare(sql);
        };
      }
      if (key === 'batch') {
        return async (batch: D1PreparedStatement[]) => {
          if (isDue && !hasHappened) {
            hasHappened = true;
            await happens();
          }
          return target.batch(batch);
        };
      }
      throw new Error(`a race doesn't know D1.${String(key)}`);
    },
  });
  return { ...env, DB };
}
