import * as paths from '../../ui/paths.ts';
import { carlaAtDemo } from './cast.ts';
import { mailbox } from './visitor.ts';

/** Where Carla is invited to demo. */
export const INVITATION = paths.contactInvitation('demo', carlaAtDemo);

/** The invitations in the development mailbox, newest first. */
export async function invitations() {
  return (await mailbox()).filter(({ subject }) => subject.startsWith('You can now sign in'));
}
