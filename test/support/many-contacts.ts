import { env } from 'cloudflare:workers';
import { demoId } from './cast.ts';

/** Adds contacts with access to a workspace; returns their addresses. */
export async function addContacts(count: number, workspace = demoId): Promise<string[]> {
  const addresses = Array.from({ length: count }, (_, at) => `person-${at}@clients.test`);
  const add = env.DB.prepare(
    `INSERT INTO contacts (id, workspace_id, name, name_key, email, email_key, portal_access, created_at, updated_at)
     SELECT 'many-' || ?1 || '-' || value, ?1, value, value, value, value, 1, 0, 0 FROM json_each(?2)`,
  );
  await add.bind(workspace, JSON.stringify(addresses)).run();
  return addresses;
}

/** The bindings of a deployment that may send few mails, so that a test can use them up. */
export function withMailsPerDay(mailsPerDay: number, more: Partial<Env> = {}): Env {
  return { ...env, MAILS_PER_DAY: String(mailsPerDay), ...more };
}
