import * as v from 'valibot';
import { signIn } from '../../../ui/paths.ts';
import { LINK_LIFETIME } from '../../limits/lifetimes.ts';
import { minutes, minutesIn } from '../../values/duration.ts';
import {
  anyJob,
  type Content,
  clientField,
  type MailTraits,
  memberField,
  type Recipient,
  workspaceField,
} from './common.ts';
import { signInMail } from './sign-in.tsx';

/** The sign-in mail as a client would get it, for a member to look at. */
export const SampleJob = v.object({
  kind: v.literal('sample'),
  ...anyJob,
  client: clientField,
  account: memberField,
  workspace: workspaceField,
});
export type SampleJob = v.InferOutput<typeof SampleJob>;

export const SAMPLE_MAIL: MailTraits = {
  worthSendingFor: minutes(30),
  name: 'The sample',
  again: 'you can ask again',
};

/** The mail of a link without a link: its button leads to the sign-in page, and its code opens nothing. */
export function composeSample({ realm, brand }: Recipient, { at, client }: SampleJob): Content {
  const lifetime = minutesIn(LINK_LIFETIME);
  return signInMail({
    brand,
    link: `${realm.origin}${signIn()}`,
    minutes: lifetime,
    code: { text: 'SAMPLE', minutes: lifetime },
    portalHost: new URL(realm.origin).host,
    asked: { ...client, at },
    isSample: true,
  });
}
