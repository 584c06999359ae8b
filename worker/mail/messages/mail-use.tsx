import * as v from 'valibot';
import type { Brand } from '../../../ui/brand.ts';
import { moment } from '../../../ui/dates.ts';
import { home, workspaceHome } from '../../../ui/paths.ts';
import { StoredAccount } from '../../accounts/account.ts';
import { days } from '../../values/duration.ts';
import type { Workspace } from '../../workspaces/workspaces.ts';
import { BrandHeader } from '../layout/brand-header.tsx';
import { AddressAgain, Button, Divider, EmailLayout, Heading, INK, P } from '../layout/layout.tsx';
import {
  anyJob,
  type Content,
  htmlOf,
  type MailTraits,
  type Recipient,
  workspaceField,
} from './common.ts';

/** A notice that mails are nearly used up: a workspace's for its owners, the deployment's (null) for the operator. */
export const MailUseJob = v.object({
  kind: v.literal('mail-use'),
  ...anyJob,
  account: StoredAccount,
  workspace: v.nullable(workspaceField),
  use: v.object({
    window: v.picklist(['hour', 'day']),
    count: v.number(),
    strangers: v.number(),
    most: v.number(),
    until: v.number(),
  }),
});
export type MailUseJob = v.InferOutput<typeof MailUseJob>;

export const MAIL_USE_MAIL: MailTraits = {
  worthSendingFor: days(1),
  name: 'The notice about the number of mails',
  again: '',
};

/** The notice, with what still leaves and until when; null when the workspace is gone. */
export function composeMailUse(
  { realm, brand }: Recipient,
  workspace: Workspace | undefined,
  { workspace: about, use }: MailUseJob,
): Content | null {
  if (about !== null && workspace === undefined) return null;
  const whose = workspace === undefined ? 'all workspaces' : `“${workspace.name}”`;
  const path = workspace === undefined ? home() : workspaceHome(workspace.slug);
  const until = moment(use.until, workspace ?? brand);
  const props: Props = {
    brand,
    link: `${realm.origin}${path}`,
    title: `The mails of ${whose} are nearly used up`,
    count: `${use.count} mails were sent this ${use.window}. The count starts anew at ${until}.`,
    later: `At ${use.strangers} no sign-in mail goes to browsers that have not signed in before. The rest, up to ${use.most}, is kept for browsers that have, and for your own mails.`,
    next: workspace === undefined ? FOR_OPERATOR : FOR_OWNER,
  };
  return { subject: props.title, html: htmlOf(<Mail {...props} />), text: plainText(props) };
}

type Props = { brand: Brand } & Record<'link' | 'title' | 'count' | 'later' | 'next', string>;

const FOR_OWNER =
  'Is that more than your clients ask for? Activity shows who asked. If you need more mails, ask the person who runs this service.';
const FOR_OPERATOR =
  'If the plan at your mail service allows more, raise MAILS_PER_DAY. If strangers ask, close SIGN_UP, or set up Turnstile.';

function plainText({ title, count, later, next, link }: Props): string {
  return [`${title}.`, '', count, '', later, '', next, '', link, ''].join('\n');
}

function Mail({ brand, title, count, later, next, link }: Props) {
  return (
    <EmailLayout title={title} preview={`${count} ${later}`}>
      <BrandHeader brand={brand} link={link} />
      <Heading>{title}</Heading>
      <P style={`margin:0 0 12px;color:${INK};`}>{count}</P>
      <P style={`margin:0 0 12px;color:${INK};`}>{later}</P>
      <P style={`margin:0 0 20px;color:${INK};`}>{next}</P>
      <Button link={link} accentColor={brand.accentColor}>
        Open Latchkey
      </Button>
      <Divider />
      <AddressAgain link={link} />
    </EmailLayout>
  );
}
