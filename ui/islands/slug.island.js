// Derives the address from the name, until somebody types an address.
const name = document.getElementById('name');
const slug = document.getElementById('slug');

if (name instanceof HTMLInputElement && slug instanceof HTMLInputElement) {
  let touched = slug.value !== '';
  slug.addEventListener('input', () => {
    touched = slug.value !== '';
  });
  name.addEventListener('input', () => {
    if (!touched) slug.value = slugOf(name.value);
  });
  for (const word of document.querySelectorAll('[data-slug]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'linkish';
    button.textContent = word.textContent;
    button.addEventListener('click', () => {
      slug.value = word.textContent ?? '';
      touched = true;
      slug.focus();
    });
    word.replaceWith(button);
  }
}

/** As the Worker suggests one, which also makes short ones longer. @param {string} text */
function slugOf(text) {
  const ascii = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f'’]/g, '');
  const joined = ascii.replace(/[^a-z0-9]+/g, '-');
  return joined.slice(0, 40).replace(/^-+|-+$/g, '');
}
