/** A mailto link. The address is encoded: `a@b.c?bcc=` must stay an odd address, not become a header. */
export function MailTo({ address, class: className }: { address: string; class?: string }) {
  return (
    <a class={className} href={`mailto:${encodeURIComponent(address).replaceAll('%40', '@')}`}>
      {address}
    </a>
  );
}
