// Updates the previews while somebody types, as the button does without script.
const form = document.getElementById('branding');
const button = document.querySelector('[data-preview-button]');
const frames = [...document.querySelectorAll('iframe[data-preview]')];
const colours = document.getElementById('colours');

/** @param {HTMLFormElement} form */
async function show(form) {
  const typed = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') typed.append(name, value);
  }
  for (const frame of frames) {
    if (!(frame instanceof HTMLIFrameElement)) continue;
    // replaced, so that "back" still leads to the previous page
    frame.contentWindow?.location.replace(`${frame.dataset.preview}?${typed}`);
  }
  const answer = await fetch(`${form.action}?${typed}`);
  // only the list: the policy of this page refuses the styles of the rest
  const [list = ''] = /<ul[^>]*id="colours"[\s\S]*?<\/ul>/.exec(await answer.text()) ?? [];
  const fresh = new DOMParser().parseFromString(list, 'text/html').getElementById('colours');
  if (fresh && fresh.innerHTML !== colours?.innerHTML) colours?.replaceChildren(...fresh.children);
}

if (form instanceof HTMLFormElement && button instanceof HTMLElement) {
  button.hidden = true;
  /** @type {number | undefined} */
  let soon;
  form.addEventListener('input', later);
  for (const radio of document.querySelectorAll('[name="scheme"]')) {
    radio.addEventListener('change', later);
  }
  function later() {
    clearTimeout(soon);
    soon = setTimeout(() => show(/** @type {HTMLFormElement} */ (form)).catch(() => {}), 350);
  }
}
