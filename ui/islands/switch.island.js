// Switches portal access without leaving the page, and says what ended. If that fails, submits the form.
const form = document.querySelector('form[data-switch]');
const status = document.getElementById('portal-access-status');
const description = document.getElementById('portal-access-description');
const button = document.getElementById('portal-access');

/** @param {HTMLFormElement} form */
async function flip(form) {
  const response = await fetch(form.action, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: `enabled=${form.enabled.value}`,
  });
  if (!response.ok) throw new Error('refused');
  /** @type {{portalAccess: boolean, sessionsEnded: number, linksVoided: number}} */
  const { portalAccess: on, sessionsEnded, linksVoided } = await response.json();
  form.enabled.value = on ? 'off' : 'on';
  button?.setAttribute('aria-checked', String(on));
  const [ifOn, ifOff] = description?.children ?? [];
  ifOn?.toggleAttribute('hidden', !on);
  ifOff?.toggleAttribute('hidden', on);
  const ended = `${counted(sessionsEnded, 'session')} ended, ${counted(linksVoided, 'link')} voided.`;
  if (status) status.textContent = on ? 'Portal access is on.' : `Portal access is off. ${ended}`;
  for (const id of ['invitation', 'sign-in-link']) {
    document.getElementById(id)?.toggleAttribute('hidden', !on);
  }
  const ending = on ? [] : document.querySelectorAll('[data-live]');
  for (const part of ending) part.toggleAttribute('hidden', part.matches('[data-live=some]'));
}

if (form instanceof HTMLFormElement && button) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    button.setAttribute('aria-busy', 'true');
    const done = () => button.removeAttribute('aria-busy');
    flip(form).then(done, () => form.submit());
  });
}

/** As in ui/phrases.ts. @param {number} n @param {string} thing */
function counted(n, thing) {
  return `${n} ${thing}${n === 1 ? '' : 's'}`;
}
