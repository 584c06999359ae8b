import * as paths from '../paths.ts';

export type SenderBrokenProps = {
  slug: string;
  sender: { address: string; reason: 'records' | 'refusal' };
};

/** Shown on Home, because nobody looks into settings that have worked. */
export function SenderBroken({ slug, sender: { address, reason } }: SenderBrokenProps) {
  return (
    <p class="note note-bad">
      <strong>Mail no longer leaves from {address}:</strong>{' '}
      {reason === 'records'
        ? 'a DNS record of its domain is missing or wrong.'
        : 'the mail service refused to send from it.'}{' '}
      Clients still get every mail, from our address. What to do:{' '}
      <a href={paths.senderSettings(slug)}>Settings → Email</a>.
    </p>
  );
}
