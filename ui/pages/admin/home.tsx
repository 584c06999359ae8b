import { CopyField } from '../../components/copy-field.tsx';
import { InYourName, type InYourNameProps } from '../../components/in-your-name.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { SenderBroken, type SenderBrokenProps } from '../../components/sender-broken.tsx';
import { Time } from '../../components/time.tsx';
import { ISLANDS } from '../../islands.ts';
import { AdminLayout, type AdminShell } from '../../layouts/admin.tsx';
import * as paths from '../../paths.ts';
import { counted, firstName } from '../../phrases.ts';
import { accentFor } from '../../theme.ts';

export type AdminHomePageProps = {
  nonce: string;
  shell: AdminShell;
  portalUrl: string;
  counts: { withAccess: number; contacts: number };
  signIns: {
    contactId: string;
    name: string;
    company: string | null;
    at: number;
    where: string;
    how: string;
  }[];
  attention: { contactId: string; name: string; what: string }[];
  /** That mails are nearly used up; null when they are not. */
  mailUse: string | null;
  /** The workspace's sender, if mail cannot be sent from it. */
  sender: SenderBrokenProps['sender'] | null;
  /** The workspace's name as mails say it. */
  mailName: string;
  /** What strangers did in the member's name. */
  inYourName: InYourNameProps;
  now: number;
};

export function AdminHomePage(props: AdminHomePageProps) {
  const { nonce, shell, portalUrl, counts, now } = props;
  const { slug } = shell.workspace;
  const greeted = firstName(shell.member.name);
  return (
    <AdminLayout shell={shell} title="Home" nonce={nonce} islands={[ISLANDS.copy]}>
      <PageHead
        title={greeted === '' ? 'Hello' : `Hello, ${greeted}`}
        lead={
          counts.contacts > 0 &&
          `${counts.withAccess} of ${counted(counts.contacts, 'contact')} can sign in.`
        }
      >
        {counts.contacts > 0 && (
          <a class="button quiet" href={paths.newContact(slug)}>
            Add contact
          </a>
        )}
      </PageHead>
      <Advice workspace={shell.workspace} mailName={props.mailName} />
      {props.sender !== null && <SenderBroken slug={slug} sender={props.sender} />}
      <InYourName {...props.inYourName} />
      {counts.contacts === 0 && <FirstRun slug={slug} />}
      {counts.contacts > 0 && counts.withAccess === 0 && <NobodyHasAccess slug={slug} />}
      <section class="card stack">
        <header>
          <h2>Your client portal</h2>
          <p class="soft small">Send this address to the contacts who have portal access.</p>
        </header>
        <CopyField id="portal-url" label="Portal URL" value={portalUrl} />
      </section>
      <div class="two">
        <SignIns slug={slug} signIns={props.signIns} now={now} />
        <Attention slug={slug} attention={props.attention} mailUse={props.mailUse} />
      </div>
      <Share shell={shell} portalUrl={portalUrl} />
    </AdminLayout>
  );
}

type AdviceProps = Pick<AdminHomePageProps, 'mailName'> & Pick<AdminShell, 'workspace'>;

/** What is still to be set in the branding. */
function Advice({ workspace, mailName }: AdviceProps) {
  const { name, slug, portalContact } = workspace;
  const branding = <a href={paths.branding(slug)}>Settings → Branding</a>;
  return (
    <>
      {portalContact === '' && (
        <p class="note">
          <strong>Your clients see no address to write to.</strong> Set a portal contact, which
          replies to mails reach as well: {branding}.
        </p>
      )}
      {mailName === slug && name !== slug && (
        <p class="note">
          <strong>Mails come from “{mailName}”,</strong> because your business name reads as a web
          or email address. Change it: {branding}.
        </p>
      )}
    </>
  );
}

function FirstRun({ slug }: { slug: string }) {
  return (
    <section class="card stack welcome">
      <header>
        <h2>Add your first contact</h2>
        <p class="soft">
          A contact is a person at one of your clients. Add one, switch portal access on, and send
          them the address below. They get no mail until they ask to sign in.
        </p>
      </header>
      <p>
        <a class="button primary" href={paths.newContact(slug)}>
          Add contact
        </a>
      </p>
    </section>
  );
}

function NobodyHasAccess({ slug }: { slug: string }) {
  return (
    <p class="note">
      Nobody can sign in yet. Open a contact and switch portal access on:{' '}
      <a href={paths.contacts(slug, { access: 'off' })}>contacts without access</a>.
    </p>
  );
}

type SignInsProps = Pick<AdminHomePageProps, 'signIns' | 'now'> & { slug: string };

function SignIns({ slug, signIns, now }: SignInsProps) {
  return (
    <section class="card">
      <h2>Signed in lately</h2>
      {signIns.length === 0 ? (
        <p class="soft empty-line">Nobody yet. Sign-ins appear here.</p>
      ) : (
        <ul class="people">
          {signIns.map((signIn) => (
            <li key={`${signIn.contactId} ${signIn.at}`}>
              <div>
                <a href={paths.contact(slug, signIn.contactId)}>{signIn.name}</a>
                {signIn.company && <span class="soft"> {signIn.company}</span>}
                <p class="soft small">
                  {signIn.where}, {signIn.how}
                </p>
              </div>
              <span class="soft small">
                <Time at={signIn.at} now={now} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

type AttentionProps = Pick<AdminHomePageProps, 'attention' | 'mailUse'> & { slug: string };

function Attention({ slug, attention, mailUse }: AttentionProps) {
  return (
    <section class="card">
      <h2>Needs attention</h2>
      {attention.length === 0 && mailUse === null ? (
        <p class="soft empty-line">
          Nothing at the moment. Problems with signing in and with mail appear here.
        </p>
      ) : (
        <ul class="people">
          {mailUse !== null && (
            <li>
              <div>
                <a href={paths.activity(slug)}>Mails are nearly used up</a>
                <p class="soft small">{mailUse}</p>
              </div>
            </li>
          )}
          {attention.map((item) => (
            <li key={`${item.contactId} ${item.what}`}>
              <div>
                <a href={paths.contact(slug, item.contactId)}>{item.name}</a>
                <p class="soft small">{item.what}</p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Share({ shell, portalUrl }: Pick<AdminHomePageProps, 'shell' | 'portalUrl'>) {
  return (
    <section class="card stack">
      <header>
        <h2>Ready to share</h2>
        <p class="soft small">Copy these as they are, or change them.</p>
      </header>
      <div class="halves">
        <CopyField
          id="invitation"
          label="Text for an email"
          value={invitation(portalUrl, shell)}
          rows={8}
        />
        <CopyField
          id="snippet"
          label="“Client login” button for your website"
          value={snippet(portalUrl, shell.workspace.accentColor)}
          rows={8}
        />
      </div>
    </section>
  );
}

// For another website: it needs its own styles, and its address has to be escaped.
function snippet(url: string, accentColor: string): string {
  const { accent, onAccent } = accentFor(accentColor);
  const href = url.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const style =
    'display:inline-block;padding:12px 20px;border-radius:10px;' +
    `background:${accent};color:${onAccent};font:600 16px system-ui,sans-serif;text-decoration:none`;
  return `<a href="${href}" style="${style}">Client login</a>`;
}

function invitation(url: string, shell: AdminShell): string {
  const { workspace, member } = shell;
  return [
    `You can now sign in to ${workspace.name}:`,
    url,
    '',
    'Enter the email address that received this mail, and press Sign in.',
    'You then get an email with a link and a code. You need no password.',
    '',
    member.name || workspace.name,
  ].join('\n');
}
