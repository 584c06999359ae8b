/** A mail as `/dev/mail.json` shows it. */
export type Mail = {
  id: string;
  to: string;
  from: { name: string; email: string };
  replyTo: string | null;
  subject: string;
  text: string;
  html: string;
  sentAt: number;
};

/** The address of a mail's link. */
export function linkIn(mail: Pick<Mail, 'text'> | undefined): string {
  const link = /https?:\/\/\S+\/sign-in\/link\/[\w-]+/.exec(mail?.text ?? '')?.[0];
  if (link === undefined) throw new Error('this mail has no link');
  return link;
}

/** The code of a mail, as it stands in its text. */
export function codeIn(mail: Pick<Mail, 'text'> | undefined): string {
  const code = /Your code is (\w{6})/.exec(mail?.text ?? '')?.[1];
  if (code === undefined) throw new Error('this mail has no code');
  return code;
}

/** A code that is well-formed and not this one. */
export function wrongCode(right: string): string {
  return right === 'AAAAAA' ? 'BBBBBB' : 'AAAAAA';
}
