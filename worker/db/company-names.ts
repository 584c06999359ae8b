import { sql } from 'drizzle-orm';

/**
 * A column for queries over `contacts`: the names of the contact's companies, in the contact's order. `contacts.id` is
 * written as SQL, because drizzle would write a bare `id`, and SQLite would take that for the company's.
 */
export const companyNames = sql`(
  SELECT json_group_array(name) FROM (
    SELECT client_companies.name AS name
    FROM contact_companies
    JOIN client_companies ON client_companies.id = contact_companies.company_id
    WHERE contact_companies.contact_id = contacts.id
    ORDER BY contact_companies.position
  )
)`.mapWith((json: string): string[] => JSON.parse(json));
