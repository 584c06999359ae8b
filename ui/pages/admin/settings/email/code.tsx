import { CodeField } from '../../../../components/code-field.tsx';
import { FormError } from '../../../../components/form-error.tsx';
import * as paths from '../../../../paths.ts';
import { repliesOnlyWords } from './address.tsx';
import { LastMailNote } from './last-mail.tsx';
import type { SenderView } from './types.ts';

type CodeProps = { slug: string; sender: SenderView; now: number };

/** The second step: the code that proves whose address it is. */
export function CodeCard({ slug, sender, now }: CodeProps) {
  const { code, use } = sender;
  return (
    <section class="card stack narrow-form">
      <header>
        <h2>Type the code</h2>
        <CodeIntro sender={sender} />
      </header>
      {code?.mail && <LastMailNote mail={code.mail} now={now} />}
      {code?.closed ? (
        <p class="note" role="status">
          {code.closed}
        </p>
      ) : (
        <form class="stack" method="post" action={paths.confirmSender(slug)}>
          <CodeField label="Code from the email" value={code?.typed} error={code?.error} />
          <div class="actions">
            <button class="button primary" type="submit">
              Confirm the address
            </button>
          </div>
        </form>
      )}
      <form class="stack" method="post" action={paths.senderCode(slug)}>
        <FormError message={code?.again} />
        <button class="linkish" type="submit">
          Send the code again
        </button>
      </form>
      {use === 'reply-to' && (
        <p class="soft small">{repliesOnlyWords(sender)} So replies will reach you there.</p>
      )}
    </section>
  );
}

function CodeIntro({ sender: { address, code } }: { sender: SenderView }) {
  const own = <strong class="address">{address}</strong>;
  const lasts = code === null ? '' : ` It works for ${code.minutes} minutes.`;
  return code?.mail || code?.closed ? (
    <p>
      The code that is mailed to {own} shows that the address is yours.{lasts}
    </p>
  ) : (
    <p>
      We mailed a code to {own}. It shows that the address is yours.{lasts} Nothing there? Look in
      spam.
    </p>
  );
}
