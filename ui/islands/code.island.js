// Submits what arrives at once: pasted, or filled in by the phone. The Worker finds the code in it.
const field = document.querySelector('input.code');

/** @param {Event} event */
function submitWhole(event) {
  if (!(field instanceof HTMLInputElement) || !(event instanceof Event)) return;
  const typed = event instanceof InputEvent && /^(insertText|delete)/.test(event.inputType);
  const characters = field.value.replace(/[^a-z0-9]/gi, '');
  if (typed || characters.length < Number(field.dataset.length)) return;
  field.removeEventListener('input', submitWhole);
  field.form?.requestSubmit();
}

field?.addEventListener('input', submitWhole);
