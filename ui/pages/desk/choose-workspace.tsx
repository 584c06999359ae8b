import { Mark } from '../../components/mark.tsx';
import { SignedInAs } from '../../components/signed-in-as.tsx';
import { GateLayout } from '../../layouts/gate.tsx';
import * as paths from '../../paths.ts';
import { LATCHKEY } from '../../theme.ts';

export type ChooseWorkspacePageProps = {
  nonce: string;
  member: { name: string; email: string };
  workspaces: { slug: string; name: string; accentColor: string; host: string }[];
  /** The member may open a new workspace. */
  mayOpen: boolean;
};

export function ChooseWorkspacePage(props: ChooseWorkspacePageProps) {
  const { nonce, member, workspaces, mayOpen } = props;
  return (
    <GateLayout
      title="Choose a workspace"
      brand={LATCHKEY}
      nonce={nonce}
      wide
      footer={<SignedInAs email={member.email} />}
    >
      <header>
        <h1>{workspaces.length === 0 ? 'No workspace yet' : 'Choose a workspace'}</h1>
        {workspaces.length === 0 && (
          <p class="soft">
            {mayOpen
              ? 'Open one: it takes a name and an address.'
              : `Ask for an invitation to ${member.email}.`}
          </p>
        )}
      </header>
      {workspaces.length > 0 && (
        <ul class="doors">
          {workspaces.map((workspace) => (
            <li key={workspace.slug}>
              <a class="door" href={paths.desk(workspace.slug)}>
                <Mark name={workspace.name} accentColor={workspace.accentColor} />
                <span>
                  <strong>{workspace.name}</strong>
                  <span class="soft small">{workspace.host}</span>
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
      {mayOpen && (
        <p>
          <a
            class={workspaces.length === 0 ? 'button primary' : 'button quiet'}
            href={paths.newWorkspace()}
          >
            Open a workspace
          </a>
        </p>
      )}
    </GateLayout>
  );
}
