import { PreviewFrame } from '../../../../components/preview-frame.tsx';
import * as paths from '../../../../paths.ts';
import type { SchemeName } from '../../../../theme.ts';
import { type LastMail, LastMailNote } from './last-mail.tsx';

const SCHEMES: { scheme: SchemeName; title: string }[] = [
  { scheme: 'light', title: 'Sign-in mail, light' },
  { scheme: 'dark', title: 'Sign-in mail, dark' },
];

type SampleProps = { slug: string; member: string; last: LastMail | null; now: number };

/** The sign-in mail that clients get: as a preview, and on request in the freelancer's own mailbox. */
export function Sample({ slug, member, last, now }: SampleProps) {
  return (
    <section class="stack sample" aria-labelledby="sample">
      <header class="preview-head">
        <div>
          <h2 id="sample">See what your clients get</h2>
          <p class="soft small">
            Each mail program darkens mails in its own way. A sample goes to {member}.
          </p>
        </div>
        <form method="post" action={paths.sampleMail(slug)}>
          <button class="button quiet" type="submit">
            Mail me a sample
          </button>
        </form>
      </header>
      {last !== null && <LastMailNote mail={last} now={now} />}
      <div class="previews">
        {SCHEMES.map(({ scheme, title }) => (
          <PreviewFrame
            key={scheme}
            title={title}
            src={paths.brandingPreview(slug, 'mail', { scheme })}
            loading="lazy"
          />
        ))}
      </div>
    </section>
  );
}
