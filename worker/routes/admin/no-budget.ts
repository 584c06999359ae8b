/** Why a mail that a member wants does not leave for now, at the end of a sentence: see limits/mail-budget.ts. */
export const NO_BUDGET =
  'the mails of your workspace, or of Latchkey, are used up for now. Try again in an hour, or tomorrow.';
