import * as paths from '../../ui/paths.ts';
import type { AppContext } from '../context.ts';
import type { StoreOutcome } from '../db/store-error.ts';

type Words = { title: string; message: string; action?: { label: string; href: string } };

const UNREAD: Words = {
  title: 'Back in a moment',
  message: 'We cannot reach our database right now. Nothing was lost. Please try again shortly.',
};

const REFUSED: Words = {
  title: 'Back in a moment',
  message:
    'Our database could not do this right now. Nothing was lost: all is as it was before. Please try again shortly.',
};

/**
 * The words for a store that failed: what may have been saved is never called unchanged.
 * @param look the page that shows whether it was saved
 */
export function storeFailure(c: AppContext, outcome: StoreOutcome, look: string): Words {
  const isSignIn = SIGN_IN.test(c.req.path);
  const isReading = c.req.method === 'GET' || c.req.method === 'HEAD';
  // a page that is only read saves nothing that its visitor sent; opening a link does
  if (outcome === 'unread' || (isReading && !isSignIn)) return UNREAD;
  if (outcome === 'refused') return REFUSED;
  return isSignIn ? unsureOfSignIn(c, look) : unsure(look);
}

/** The addresses that sign somebody in: a link, a code, a password. */
const SIGN_IN = /^\/@[\w-]+\/sign-in\/(?:link\/|code$|password$)/;

function unsure(look: string): Words {
  return {
    title: 'We are not sure',
    message:
      'Our database did not answer. We do not know whether this was saved. Look before you press again.',
    action: { label: 'Look now', href: look },
  };
}

/** Signing in may be tried again at once, because a proof works once (sign-in/recover.ts). */
function unsureOfSignIn(c: AppContext, look: string): Words {
  const isCode = c.req.path.endsWith(paths.signInByCode());
  return {
    title: 'We are not sure',
    message:
      'Our database did not answer. We do not know whether you are signed in now. Try once more within a minute: nothing happens twice.',
    action: { label: 'Try once more', href: isCode ? paths.checkEmail() : look },
  };
}
