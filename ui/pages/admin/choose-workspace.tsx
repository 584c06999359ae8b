import { type BrandIdentity, LATCHKEY } from '../../brand.ts';
import { BrandMark } from '../../components/brand-mark.tsx';
import { SignedInAs } from '../../components/signed-in-as.tsx';
import { ISLANDS } from '../../islands.ts';
import { SignInLayout } from '../../layouts/sign-in.tsx';
import * as paths from '../../paths.ts';
import { VERBATIM } from '../../verbatim.ts';

export type ChooseWorkspacePageProps = {
  nonce: string;
  member: { name: string; email: string };
  /** False where the deployment has passwords switched off. */
  passwords: boolean;
  workspaces: (BrandIdentity & { slug: string; host: string })[];
};

/** The workspaces of a member who has several. */
export function ChooseWorkspacePage(props: ChooseWorkspacePageProps) {
  const { nonce, member, passwords, workspaces } = props;
  return (
    <SignInLayout
      title="Choose a workspace"
      brand={LATCHKEY}
      nonce={nonce}
      islands={[ISLANDS.restored]}
      wide
      footer={<SignedInAs email={member.email} passwords={passwords} />}
    >
      <header>
        <h1>Choose a workspace</h1>
      </header>
      <ul class="workspace-list">
        {workspaces.map((workspace) => (
          <li key={workspace.slug}>
            <a class="workspace-link" href={paths.workspaceHome(workspace.slug)}>
              <BrandMark of={workspace} />
              <span>
                <strong {...VERBATIM}>{workspace.name}</strong>
                <span class="soft small">{workspace.host}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
      <p>
        <a class="button quiet" href={paths.newWorkspace()}>
          Open a workspace
        </a>
      </p>
    </SignInLayout>
  );
}
