import { LATCHKEY } from '../../brand.ts';
import { Field } from '../../components/field.tsx';
import { SignedInAs } from '../../components/signed-in-as.tsx';
import { ISLANDS } from '../../islands.ts';
import { SignInLayout } from '../../layouts/sign-in.tsx';
import * as paths from '../../paths.ts';
import { VERBATIM } from '../../verbatim.ts';

export type NewWorkspacePageProps = {
  nonce: string;
  member: { name: string; email: string };
  /** False where the deployment has passwords switched off. */
  passwords: boolean;
  values: { name: string; slug: string };
  errors: Partial<Record<'name' | 'slug', string | undefined>>;
  /** Free addresses that resemble the one that was taken. */
  alternatives: string[];
  rootDomain: string;
  /** The member has no workspace yet. */
  first: boolean;
};

export function NewWorkspacePage(props: NewWorkspacePageProps) {
  const { nonce, member, passwords, values, errors, alternatives, rootDomain, first } = props;
  return (
    <SignInLayout
      title="Open a workspace"
      brand={LATCHKEY}
      nonce={nonce}
      islands={[ISLANDS.slug, ISLANDS.restored]}
      footer={<SignedInAs email={member.email} passwords={passwords} />}
    >
      <header>
        <h1>{first ? 'Open your workspace' : 'Open another workspace'}</h1>
        <p class="soft">A workspace is one business and its client portal.</p>
      </header>
      <form class="stack" method="post" action={paths.newWorkspace()}>
        <Field
          name="name"
          label="Name"
          type="text"
          autocomplete="organization"
          required
          value={values.name}
          error={errors.name}
          autofocus={Boolean(errors.name)}
          hint="Your clients see it in the portal and in its mails."
        />
        <Field
          name="slug"
          label="Portal address"
          type="text"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          required
          value={values.slug}
          error={errors.slug}
          autofocus={Boolean(errors.slug) && !errors.name}
          suffix={`.${rootDomain}`}
          hint="Choose with care: the address cannot be changed later."
        />
        {alternatives.length > 0 && (
          <p class="small suggestions">
            <span class="soft">Still free:</span>
            {alternatives.map((slug) => (
              <span {...VERBATIM} key={slug} data-slug>
                {slug}
              </span>
            ))}
          </p>
        )}
        <button class="button primary wide" type="submit">
          Open workspace
        </button>
      </form>
      {!first && (
        <p class="small">
          <a class="linkish" href={paths.home()}>
            Back to your workspaces
          </a>
        </p>
      )}
    </SignInLayout>
  );
}
