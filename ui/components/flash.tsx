/** What the last request did, shown once on the page that it redirected to. */
export function Flash({ message }: { message: string | undefined }) {
  if (!message) return null;
  return (
    <p class="note" role="status">
      {message}
    </p>
  );
}
