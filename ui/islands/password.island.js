// Shows the Show buttons, which without script would do nothing.
/** @param {HTMLButtonElement} button */
function enhance(button) {
  const input = document.getElementById(button.getAttribute('aria-controls') ?? '');
  const word = button.firstChild;
  if (!(input instanceof HTMLInputElement) || !word) return;

  /** @param {boolean} shown */
  const show = (shown) => {
    input.type = shown ? 'text' : 'password';
    word.textContent = shown ? 'Hide' : 'Show';
    button.setAttribute('aria-pressed', String(shown));
  };
  button.hidden = false;
  button.addEventListener('click', () => show(input.type === 'password'));
  // what was wrong with the last one says nothing of the next
  input.addEventListener('input', () => {
    input.removeAttribute('aria-invalid');
    document.getElementById(`${input.id}-error`)?.remove();
  });
  input.form?.addEventListener('submit', (event) => {
    // Browsers offer to save what is in a password field, not what is in a text field.
    show(false);
    // Asking for a link instead: a password half remembered need not travel along.
    if (event.submitter?.hasAttribute('formaction')) input.value = '';
  });
}

for (const button of document.querySelectorAll('.password button')) {
  if (button instanceof HTMLButtonElement) enhance(button);
}
