import { PageHead } from '../../components/page-head.tsx';
import { Time } from '../../components/time.tsx';
import { DevLayout } from '../../layouts/dev.tsx';
import * as paths from '../../paths.ts';
import { VERBATIM } from '../../verbatim.ts';

export type DevMailboxPageProps = {
  nonce: string;
  mails: {
    id: string;
    to: string;
    from: { name: string; email: string };
    subject: string;
    sentAt: number;
  }[];
  now: number;
};

export function DevMailboxPage({ nonce, mails, now }: DevMailboxPageProps) {
  return (
    <DevLayout title="Development mailbox" nonce={nonce}>
      <PageHead title="Development mailbox" lead="Mail that would have been sent, newest first.">
        <a class="button quiet" href={paths.devMailboxJson()}>
          As JSON
        </a>
      </PageHead>
      <section class="card" aria-label="Mails">
        {mails.length === 0 ? (
          <p class="soft empty">No mail yet. Ask for a sign-in link, then reload.</p>
        ) : (
          <ul class="people">
            {mails.map((mail) => (
              <li key={mail.id}>
                <div>
                  <a {...VERBATIM} href={paths.devMail(mail.id)}>
                    {mail.subject}
                  </a>
                  <p {...VERBATIM} class="soft small">
                    to {mail.to}, from {mail.from.name} &lt;{mail.from.email}&gt;
                  </p>
                </div>
                <span class="soft small">
                  <Time at={mail.sentAt} now={now} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </DevLayout>
  );
}
