// To a logo of light ink, which is lost on white, offers a dark ground: drawn into the picture, so that mails have it too.
const field = document.getElementById('logo');
const offer = document.getElementById('logo-ground');
const saved = document.querySelector('.logo-now img');

/** @param {Blob} file @param {number} most pixels each way @param {string} ground */
async function drawn(file, most, ground) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, most / Math.max(picture.width, picture.height));
  const [width, height] = [Math.ceil(picture.width * scale), Math.ceil(picture.height * scale)];
  const room = ground === 'transparent' ? 0 : Math.ceil(height / 6);
  const canvas = new OffscreenCanvas(width + 2 * room, height + 2 * room);
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('no canvas');
  pen.fillStyle = ground;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, room, room, width, height);
  return { canvas, points: pen.getImageData(0, 0, canvas.width, canvas.height).data };
}

/** Whether most of the ink is light, with nothing behind it. @param {Blob} file */
async function isLost(file) {
  const { points } = await drawn(file, 200, 'transparent');
  let [ink, light] = [0, 0];
  for (let at = 0; at < points.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = points.subarray(at, at + 4);
    const dark = (255 - (2 * red + 5 * green + blue) / 8) * (alpha / 255);
    if (alpha > 31) ink += 1;
    if (alpha > 31 && dark < 40) light += 1;
  }
  return ink < 0.95 * (points.length / 4) && light > ink / 2;
}

/** Twice the size it is shown at, or as large as may be uploaded. @param {Blob} file @param {number} bytes */
async function onDark(file, bytes) {
  for (let most = 480; ; most /= 2) {
    const { canvas } = await drawn(file, most, '#1c1b19');
    const picture = await canvas.convertToBlob();
    if (picture.size <= bytes) return picture;
  }
}

let looks = 0;

/** @param {Blob | undefined} file @param {HTMLInputElement} field @param {HTMLElement} offer */
async function look(file, field, offer) {
  looks += 1;
  const mine = looks;
  const lost = file !== undefined && (await isLost(file).catch(() => false));
  // another one was chosen meanwhile
  if (mine !== looks) return;
  offer.hidden = !lost;
  const button = offer.querySelector('button');
  if (file === undefined || button === null) return;
  button.onclick = async () => {
    button.disabled = true;
    const picture = await onDark(file, Number(field.dataset.most)).finally(() => {
      button.disabled = false;
    });
    const chosen = new DataTransfer();
    chosen.items.add(new File([picture], 'logo on dark.png'));
    field.files = chosen.files;
    field.dispatchEvent(new Event('change'));
    field.focus();
  };
}

if (field instanceof HTMLInputElement && offer) {
  field.addEventListener('change', () => look(field.files?.[0], field, offer));
  if (saved instanceof HTMLImageElement) {
    const there = fetch(saved.src).then((answer) => answer.blob());
    there.then((file) => (looks === 0 ? look(file, field, offer) : undefined)).catch(() => {});
  }
}
