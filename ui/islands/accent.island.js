// Keeps the colour picker and the field equal, and refuses a logo that is too large before it is sent.
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
    const colour = hexColour(field.value);
    if (/^#[0-9a-f]{6}$/.test(colour)) picker.value = colour;
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

/** As the Worker reads it: with or without #, three digits for six. @param {string} typed */
function hexColour(typed) {
  const digits = typed.replace(/^ +| +$/g, '').toLowerCase();
  const six = digits.replace(/^#?([0-9a-f])([0-9a-f])([0-9a-f])$/, '#$1$1$2$2$3$3');
  return six.replace(/^(?=[0-9a-f]{6}$)/, '#');
}
