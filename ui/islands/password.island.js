// Enables the Show buttons, which need script.
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
  // the error was about another password
  input.addEventListener('input', () => {
    input.removeAttribute('aria-invalid');
    document.getElementById(`${input.id}-error`)?.remove();
  });
  input.form?.addEventListener('submit', (event) => {
    // Browsers offer to save what is in a password field, not what is in a text field.
    show(false);
    // The other button asks for a link, which needs no password.
    if (event.submitter?.hasAttribute('formaction')) input.value = '';
  });
}

for (const button of document.querySelectorAll('.password button')) {
  if (button instanceof HTMLButtonElement) enhance(button);
}
