/** What was wrong with a form as a whole. A form and its inputs point here by `aria-describedby`. */
export const REFUSED = 'refused';

export function Refused({ words }: { words: string | undefined }) {
  if (!words) return null;
  return (
    <p class="refused" role="alert" id={REFUSED}>
      {words}
    </p>
  );
}
