// Keeps the typed address when somebody changes the sign-in method: not the password, and not in the URL.
const KEY = 'sign-in address';
const email = document.getElementById('email');

/** @param {HTMLInputElement} field */
function restore(field) {
  const typed = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (typed === null || field.value !== '') return;
  field.value = typed;
  document.getElementById('password')?.focus();
}

if (email instanceof HTMLInputElement) {
  try {
    restore(email);
    document.querySelector('.choice')?.addEventListener('click', () => {
      if (email.value !== '') sessionStorage.setItem(KEY, email.value);
    });
  } catch {
    // Storage is switched off: the address is typed again.
  }
}
