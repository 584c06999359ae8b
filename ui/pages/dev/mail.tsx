import { PageHead } from '../../components/page-head.tsx';
import { Moment } from '../../components/time.tsx';
import { DevLayout } from '../../layouts/dev.tsx';
import * as paths from '../../paths.ts';
import { VERBATIM } from '../../verbatim.ts';

export type DevMailPageProps = {
  nonce: string;
  mail: {
    id: string;
    to: string;
    from: { name: string; email: string };
    replyTo: string | null;
    subject: string;
    text: string;
    html: string;
    sentAt: number;
  };
};

/** Shows the HTML part in an iframe without scripts and origin, because a mail may contain anything. */
export function DevMailPage({ nonce, mail }: DevMailPageProps) {
  return (
    <DevLayout title={mail.subject} nonce={nonce}>
      <PageHead
        title={mail.subject}
        back={{ label: 'Development mailbox', href: paths.devMailbox() }}
      />
      <section class="card" aria-label="Headers">
        <dl class="facts">
          <dt>From</dt>
          <dd {...VERBATIM}>
            {mail.from.name} &lt;{mail.from.email}&gt;
          </dd>
          <dt>To</dt>
          <dd>{mail.to}</dd>
          <dt>Reply to</dt>
          <dd>{mail.replyTo ?? <span class="soft">None</span>}</dd>
          <dt>Sent</dt>
          <dd>
            <Moment at={mail.sentAt} />
          </dd>
        </dl>
      </section>
      <section class="card stack">
        <h2>HTML</h2>
        <iframe
          class="mail-frame"
          title="The mail as HTML"
          src={paths.devMailHtml(mail.id)}
          sandbox="allow-top-navigation-by-user-activation"
        />
      </section>
      <section class="card stack">
        <h2>Text</h2>
        <pre {...VERBATIM} class="mail-text">
          {mail.text}
        </pre>
      </section>
    </DevLayout>
  );
}
