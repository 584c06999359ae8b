// Changing the way of signing in takes the typed address along; never the password, and never in the URL.
const KEY = 'sign-in address';
const email = document.getElementById('email');

/** @param {HTMLInputElement} field */
function bring(field) {
  const typed = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (typed === null || field.value !== '') return;
  field.value = typed;
  document.getElementById('password')?.focus();
}

if (email instanceof HTMLInputElement) {
  try {
    bring(email);
    document.querySelector('.choice')?.addEventListener('click', () => {
      if (email.value !== '') sessionStorage.setItem(KEY, email.value);
    });
  } catch {
    // Storage is switched off: the address is typed again.
  }
}
