import type { CodeRefusal } from '../../sign-in/redeem.ts';

/** The public words for a refused code. They are the same for known and unknown addresses. */
export function codeRefused(refusal: Pick<CodeRefusal, 'why'>): {
  codeError?: string;
  locked: boolean;
} {
  switch (refusal.why) {
    case 'malformed':
      return { codeError: 'A code has six letters and digits, such as 7K4M2P.', locked: false };
    case 'lapsed':
      return {
        codeError: 'That code is too old. Send it again, and type the new one.',
        locked: false,
      };
    case 'wrong':
      return { codeError: 'That code isn’t right. Take it from the newest email.', locked: false };
    case 'locked':
      // the page shows this in place of the form
      return { locked: true };
  }
}
