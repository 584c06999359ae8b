/** The id that a form and its inputs name in `aria-describedby`. */
export const FORM_ERROR = 'form-error';

/** Why a form as a whole was refused. */
export function FormError({ message }: { message: string | undefined }) {
  if (!message) return null;
  return (
    <p class="form-error" role="alert" id={FORM_ERROR}>
      {message}
    </p>
  );
}
