// Puts a logo on a dark background. It is drawn into the picture, so that mails have it too.
const field = document.getElementById('logo');
const button = document.querySelector('#dark-background button');
const saved = document.querySelector('.logo-now img');

/** @param {ImageBitmap} picture @param {number} most pixels each way */
function onDark(picture, most) {
  const scale = Math.min(1, most / Math.max(picture.width, picture.height));
  const [width, height] = [Math.ceil(picture.width * scale), Math.ceil(picture.height * scale)];
  const padding = Math.ceil(height / 6);
  const canvas = new OffscreenCanvas(width + 2 * padding, height + 2 * padding);
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('no canvas');
  pen.fillStyle = '#1c1b19';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, padding, padding, width, height);
  return canvas.convertToBlob();
}

/** Twice the size it is shown at, or smaller to stay below the limit of an upload. @param {HTMLInputElement} field */
async function replaceLogo(field) {
  const source = field.files?.[0] ?? saved;
  if (!(source instanceof Blob || source instanceof HTMLImageElement)) return;
  const picture = await createImageBitmap(source);
  let file = await onDark(picture, 480);
  for (let most = 240; file.size > Number(field.dataset.most); most /= 2) {
    file = await onDark(picture, most);
  }
  const chosen = new DataTransfer();
  chosen.items.add(new File([file], 'logo on dark.png'));
  field.files = chosen.files;
  field.dispatchEvent(new Event('change'));
  field.focus();
}

if (field instanceof HTMLInputElement) {
  button?.addEventListener('click', () => replaceLogo(field).catch(() => {}));
}
