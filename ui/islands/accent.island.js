// The colour picker and the field beside it say the same; a logo that is too large is refused before it is sent.
const field = document.getElementById('accent_color');
const picker = document.querySelector('input[type="color"]');
const logo = document.getElementById('logo');

if (field instanceof HTMLInputElement && picker instanceof HTMLInputElement) {
  picker.hidden = false;
  picker.addEventListener('input', () => {
    field.value = picker.value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  field.addEventListener('input', () => {
    // as the worker reads it: with or without #, three digits for six
    const digits = field.value.trim().replace(/^#/, '');
    const six = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
    if (/^[0-9a-f]{6}$/i.test(six)) picker.value = `#${six}`;
  });
}

if (logo instanceof HTMLInputElement) {
  const most = Number(logo.dataset.most);
  logo.addEventListener('change', () => {
    const size = logo.files?.[0]?.size ?? 0;
    const words = `This file has ${Math.ceil(size / 1024)} KB; a logo may have ${most / 1024} KB.`;
    logo.setCustomValidity(size > most ? words : '');
    logo.reportValidity();
  });
}
