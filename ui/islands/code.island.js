// Submits a whole code that arrives at once: pasted, or filled in by the phone.
const field = document.querySelector('input.code');

/** @param {Event} event */
function submitWhole(event) {
  if (!(field instanceof HTMLInputElement) || !(event instanceof Event)) return;
  const typed = event instanceof InputEvent && /^(insertText|delete)/.test(event.inputType);
  const code = field.value.replace(/[^a-z0-9]/gi, '');
  if (typed || code.length !== Number(field.dataset.length)) return;
  field.value = code.toUpperCase();
  field.removeEventListener('input', submitWhole);
  field.form?.requestSubmit();
}

field?.addEventListener('input', submitWhole);
