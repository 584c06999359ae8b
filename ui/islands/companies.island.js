// Adds an input for one more company, up to as many as the form accepts.
const list = document.querySelector('[data-companies]');

if (list instanceof HTMLElement) {
  const most = Number(list.dataset.companies);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'linkish';
  button.textContent = 'Add another company';
  button.addEventListener('click', () => {
    const inputs = list.querySelectorAll('input');
    const last = inputs[inputs.length - 1];
    const copy = last?.cloneNode();
    if (!(copy instanceof HTMLInputElement)) return;
    copy.value = '';
    copy.removeAttribute('aria-invalid');
    copy.setAttribute('aria-label', `Company ${inputs.length + 1}`);
    list.append(copy);
    copy.focus();
    if (inputs.length + 1 >= most) button.remove();
  });
  list.after(button);
}
