// Offers a dark background for a logo of light colours, which would be hard to see on white.
const field = document.getElementById('logo');
const offer = document.getElementById('dark-background');
const saved = document.querySelector('.logo-now img');
const SIDE = 200;

/** Whether most of the picture is light, on a transparent background. @param {Blob | HTMLImageElement} source */
async function isLight(source) {
  if (source instanceof HTMLImageElement) await source.decode();
  const picture = await createImageBitmap(source);
  const pen = new OffscreenCanvas(SIDE, SIDE).getContext('2d');
  if (pen === null) return false;
  pen.drawImage(picture, 0, 0, SIDE, SIDE);
  const { data } = pen.getImageData(0, 0, SIDE, SIDE);
  let [opaque, light] = [0, 0];
  for (let i = 0; i < data.length; i += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(i, i + 4);
    const darkness = (255 - (2 * red + 5 * green + blue) / 8) * (alpha / 255);
    if (alpha > 31) opaque += 1;
    if (alpha > 31 && darkness < 40) light += 1;
  }
  return opaque < 0.95 * SIDE * SIDE && light > opaque / 2;
}

let checks = 0;

/** @param {Blob | HTMLImageElement | undefined} source */
async function check(source) {
  checks += 1;
  const mine = checks;
  const isOffered = source !== undefined && (await isLight(source).catch(() => false));
  // another logo may have been chosen meanwhile
  if (offer && mine === checks) offer.hidden = !isOffered;
}

if (field instanceof HTMLInputElement) {
  field.addEventListener('change', () => check(field.files?.[0]));
  if (saved instanceof HTMLImageElement) void check(saved);
}
