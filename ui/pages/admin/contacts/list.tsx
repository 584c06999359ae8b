import { AccessTag } from '../../../components/access-tag.tsx';
import { PageHead } from '../../../components/page-head.tsx';
import { Time } from '../../../components/time.tsx';
import { AdminLayout, type AdminShell } from '../../../layouts/admin.tsx';
import * as paths from '../../../paths.ts';
import { counted, listed } from '../../../phrases.ts';

export type ContactsPageProps = {
  nonce: string;
  shell: AdminShell;
  query: { q: string; access?: 'on' | 'off' | undefined };
  contacts: {
    id: string;
    name: string;
    email: string;
    companies: string[];
    portalAccess: boolean;
    lastSeenAt: number | null;
  }[];
  nextPage: string | null;
  total: number;
  now: number;
};

export function ContactsPage(props: ContactsPageProps) {
  const { nonce, shell, query, contacts, nextPage, total, now } = props;
  const { slug } = shell.workspace;
  const isFiltered = query.q !== '' || query.access !== undefined;
  const none = contacts.length === 0;
  return (
    <AdminLayout shell={shell} title="Contacts" nonce={nonce}>
      <PageHead title="Contacts" lead={!none && counted(total, 'contact')}>
        <a class="button primary" href={paths.newContact(slug)}>
          Add contact
        </a>
      </PageHead>
      {(!none || isFiltered) && <Filters slug={slug} query={query} />}
      {none && isFiltered && <NoMatch slug={slug} query={query} />}
      {none && !isFiltered && <Empty />}
      {!none && <ContactTable slug={slug} contacts={contacts} now={now} />}
      {nextPage !== null && (
        <p>
          <a class="button quiet" href={nextPage}>
            Show more
          </a>
        </p>
      )}
    </AdminLayout>
  );
}

type FiltersProps = Pick<ContactsPageProps, 'query'> & { slug: string };

function Filters({ slug, query }: FiltersProps) {
  const { q, access } = query;
  const filters = [
    { label: 'All', is: access === undefined, href: paths.contacts(slug, { q }) },
    { label: 'On', is: access === 'on', href: paths.contacts(slug, { q, access: 'on' }) },
    { label: 'Off', is: access === 'off', href: paths.contacts(slug, { q, access: 'off' }) },
  ];
  return (
    <div class="filters">
      <search>
        <form method="get" action={paths.contacts(slug)}>
          <label class="visually-hidden" for="q">
            Search by name, email or client company
          </label>
          <input
            id="q"
            name="q"
            type="search"
            placeholder="Name, email or company"
            autocomplete="off"
            value={q}
          />
          {access && <input type="hidden" name="access" value={access} />}
          <button class="button quiet" type="submit">
            Search
          </button>
        </form>
      </search>
      <nav class="choice" aria-label="Portal access">
        {filters.map(({ label, is, href }) => (
          <a key={label} href={href} aria-current={is ? 'true' : undefined}>
            <span class="visually-hidden">Access: </span>
            {label}
          </a>
        ))}
      </nav>
    </div>
  );
}

function ContactTable({
  slug,
  contacts,
  now,
}: Pick<ContactsPageProps, 'contacts' | 'now'> & { slug: string }) {
  return (
    <div class="card table">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Company</th>
            <th scope="col">Portal access</th>
            <th scope="col">Last seen</th>
          </tr>
        </thead>
        <tbody>
          {contacts.map((contact) => (
            <tr key={contact.id}>
              <td class="table-name">
                <a href={paths.contact(slug, contact.id)}>{contact.name}</a>
                <span class="soft small">{contact.email}</span>
              </td>
              <td>{listed(contact.companies)}</td>
              <td>
                <AccessTag on={contact.portalAccess} />
              </td>
              <td class="soft">
                {contact.lastSeenAt === null ? (
                  'Never signed in'
                ) : (
                  <>
                    <span class="table-label">Seen </span>
                    <Time at={contact.lastSeenAt} now={now} />
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Empty() {
  return (
    <section class="card empty">
      <h2>No contacts yet</h2>
      <p class="soft">Add the people who may sign in to your portal. Adding them sends no mail.</p>
    </section>
  );
}

function NoMatch({ slug, query }: FiltersProps) {
  return (
    <section class="card empty">
      <h2>No contact matches</h2>
      <p class="soft">
        {query.q === ''
          ? query.access === 'on'
            ? 'No contact has portal access.'
            : 'Every contact has portal access.'
          : `Nothing found for “${query.q}”. Try a part of a name, an email address or a client company.`}
      </p>
      <p>
        <a href={paths.contacts(slug)}>Show all contacts</a>
      </p>
    </section>
  );
}
