import { AccessSwitch } from '../../../components/access-switch.tsx';
import { CopyField } from '../../../components/copy-field.tsx';
import { type Device, DeviceList } from '../../../components/device-list.tsx';
import { PageHead } from '../../../components/page-head.tsx';
import { Moment, Time } from '../../../components/time.tsx';
import { Timeline, type TimelineRow } from '../../../components/timeline.tsx';
import { ISLANDS } from '../../../islands.ts';
import { AdminLayout, type AdminShell } from '../../../layouts/admin.tsx';
import * as paths from '../../../paths.ts';
import { firstName, listed } from '../../../phrases.ts';
import { Invitation, type InvitationDraft } from './invitation.tsx';
import { SignInLink } from './sign-in-link.tsx';

export type ContactCardPageProps = {
  nonce: string;
  shell: AdminShell;
  contact: {
    id: string;
    name: string;
    email: string;
    companies: string[];
    portalAccess: boolean;
    createdAt: number;
    lastSeenAt: number | null;
  };
  portalUrl: string;
  /** False where the deployment has passwords switched off. */
  passwords: boolean;
  password: { setAt: number | null; pausedUntil: number | null };
  sessions: Device[];
  timeline: Pick<TimelineRow, 'kind' | 'title' | 'detail' | 'at'>[];
  invitation: InvitationDraft;
  /** Why access could not be switched on. */
  accessError?: string | undefined;
  /** Why no sign-in link was sent just now. */
  linkRefused: string | undefined;
  now: number;
};

export function ContactCardPage(props: ContactCardPageProps) {
  const { nonce, shell, contact, portalUrl, sessions, timeline, invitation, now } = props;
  const password = props.passwords ? props.password : null;
  const { slug } = shell.workspace;
  return (
    <AdminLayout
      shell={shell}
      title={contact.name}
      nonce={nonce}
      islands={[ISLANDS.copy, ISLANDS.switch]}
    >
      <PageHead title={contact.name} back={{ label: 'Contacts', href: paths.contacts(slug) }}>
        <a class="button quiet" href={paths.editContact(slug, contact.id)}>
          Edit
        </a>
      </PageHead>
      <div class="two">
        <Access
          slug={slug}
          contact={contact}
          portalUrl={portalUrl}
          invitation={invitation}
          accessError={props.accessError}
          linkRefused={props.linkRefused}
        />
        <Details contact={contact} password={password} now={now} />
      </div>
      <section class="card">
        <h2>Signed in on</h2>
        <p class="soft empty-line" data-live="none" hidden={sessions.length > 0}>
          No device at the moment.
        </p>
        <div data-live="some" hidden={sessions.length === 0}>
          <DeviceList
            devices={sessions}
            now={now}
            signOutPath={({ id }) => paths.endContactDevice(slug, contact.id, id)}
          />
        </div>
      </section>
      <section class="card">
        <h2>Activity</h2>
        {timeline.length === 0 ? (
          <p class="soft empty-line">
            Nothing yet. Sign-ins, mails and changes of access appear here.
          </p>
        ) : (
          <Timeline rows={timeline} now={now} />
        )}
      </section>
      <p class="small">
        <a class="danger linkish" href={paths.contactDeletion(slug, contact.id)}>
          Delete this contact
        </a>
      </p>
    </AdminLayout>
  );
}

type AccessProps = Pick<
  ContactCardPageProps,
  'contact' | 'portalUrl' | 'invitation' | 'linkRefused' | 'accessError'
> & {
  slug: string;
};

function Access(props: AccessProps) {
  const { slug, contact, portalUrl, invitation, linkRefused, accessError } = props;
  const name = firstName(contact.name) || 'This contact';
  const descriptions = {
    on: `${name} can sign in with ${contact.email}.`,
    off: `${name} cannot sign in.`,
  };
  return (
    <section class="card stack">
      <AccessSwitch
        slug={slug}
        contactId={contact.id}
        on={contact.portalAccess}
        descriptions={descriptions}
        error={accessError}
      />
      <p class="status small" role="status" id="portal-access-status" />
      <CopyField id="portal-url" label="Portal URL" value={portalUrl} />
      <p class="note">
        Switching this on sends no mail. Send the URL to them yourself, or mail an invitation.
      </p>
      <Invitation slug={slug} contact={contact} draft={invitation} />
      <SignInLink slug={slug} contact={contact} refused={linkRefused} />
    </section>
  );
}

type DetailsProps = Pick<ContactCardPageProps, 'contact' | 'now'> & {
  password: ContactCardPageProps['password'] | null;
};

function Details({ contact, password, now }: DetailsProps) {
  return (
    <section class="card" aria-label="Details">
      <dl class="facts">
        <dt>Email</dt>
        <dd>{contact.email}</dd>
        <dt>Company</dt>
        <dd>{listed(contact.companies) || <span class="soft">None</span>}</dd>
        {password && (
          <>
            <dt>Password</dt>
            <dd>
              <PasswordState {...password} now={now} />
            </dd>
          </>
        )}
        <dt>Last seen</dt>
        <dd>
          {contact.lastSeenAt === null ? 'Never' : <Time at={contact.lastSeenAt} now={now} />}
        </dd>
        <dt>Added</dt>
        <dd>
          <Time at={contact.createdAt} now={now} />
        </dd>
      </dl>
    </section>
  );
}

type PasswordStateProps = ContactCardPageProps['password'] & { now: number };

function PasswordState({ setAt, pausedUntil, now }: PasswordStateProps) {
  return (
    <>
      {setAt === null ? (
        'Not set: signs in by link'
      ) : (
        <>
          Set <Time at={setAt} now={now} />
        </>
      )}
      {pausedUntil !== null && (
        <p class="soft small">
          Paused until <Moment at={pausedUntil} /> after too many wrong tries. Browsers that have
          signed in before can go on, and the sign-in link still works.
        </p>
      )}
    </>
  );
}
