// Offers one more company without a detour over saving, up to as many as the form takes.
const list = document.querySelector('[data-companies]');
const most = 10;

if (list) {
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
