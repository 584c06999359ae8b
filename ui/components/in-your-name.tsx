import { Moment } from './time.tsx';

/** Until when strangers get no more sign-in mails, and may try no password, in somebody's name; null while they may. */
export type InYourNameProps = { linksUntil: number | null; passwordUntil: number | null };

/** Says that somebody asked for links, or tried passwords, too often in the reader's name; nothing when nobody did. */
export function InYourName({ linksUntil, passwordUntil }: InYourNameProps) {
  if (linksUntil === null && passwordUntil === null) return null;
  return (
    <div class="note note-bad stack" role="status">
      {linksUntil !== null && (
        <p>
          <strong>Somebody asked for sign-in links in your name too often.</strong> Where they asked
          from, no more are mailed to you until <Moment at={linksUntil} />.
        </p>
      )}
      {passwordUntil !== null && (
        <p>
          <strong>Somebody typed too many wrong passwords in your name.</strong> In browsers that
          are new to you, your password is paused until <Moment at={passwordUntil} />.
        </p>
      )}
      <p>
        Nobody got in by this. You can go on signing in here as usual. If it was not you, you need
        not do anything.
      </p>
    </div>
  );
}
