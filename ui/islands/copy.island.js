// Enables the Copy buttons, which need script.
/** @param {HTMLElement} button */
function enhance(button) {
  const id = button.dataset.copy ?? '';
  const source = document.getElementById(id);
  const status = document.getElementById(`${id}-copied`);
  const label = button.firstChild;
  if (!(source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement)) return;
  if (!label || !status) return;
  button.hidden = false;
  button.addEventListener('click', async () => {
    source.select();
    try {
      await navigator.clipboard.writeText(source.value);
    } catch {
      // No permission, or not a secure context. The text stays selected for the keyboard.
      if (!document.execCommand('copy')) {
        status.textContent = 'Selected. Press Ctrl or Command and C to copy.';
        return;
      }
    }
    label.textContent = 'Copied';
    status.textContent = 'Copied';
    button.focus();
    setTimeout(() => {
      label.textContent = 'Copy';
      status.textContent = '';
    }, 2000);
  });
}

document.querySelectorAll('[data-copy]').forEach((button) => {
  if (button instanceof HTMLElement) enhance(button);
});
