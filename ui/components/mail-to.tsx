import { VERBATIM } from '../verbatim.ts';

/** A mailto link. The address is encoded, so that `a@b.c?bcc=x` stays an address and adds no header. */
export function MailTo({ address, class: className }: { address: string; class?: string }) {
  return (
    <a
      {...VERBATIM}
      class={className}
      href={`mailto:${encodeURIComponent(address).replaceAll('%40', '@')}`}
    >
      {address}
    </a>
  );
}
