/** What the last step did, told once on the page it led to. */
export function Flash({ words }: { words: string | undefined }) {
  if (!words) return null;
  return (
    <p class="note" role="status">
      {words}
    </p>
  );
}
