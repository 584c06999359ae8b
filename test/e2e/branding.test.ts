import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Server } from '../support/browser/server.ts';
import { askFor, openProfile, press, signIn } from '../support/browser/walk.ts';
import { withServer } from '../support/browser/with-server.ts';
import { codeIn } from '../support/mail.ts';
import { png } from '../support/pictures.ts';

const BRANDING = '/w/demo/settings/branding';

let server: Server;
let browser: Browser;

withServer((started) => {
  ({ server, browser } = started);
});

describe.each([
  { how: 'with scripts', javaScriptEnabled: true, name: 'Maren & Söhne', colour: '#7a3e9d' },
  { how: 'without scripts', javaScriptEnabled: false, name: 'Atelier Nord', colour: '#0b5fff' },
])('branding $how', ({ javaScriptEnabled, name, colour }) => {
  test('a brand: previewed, saved, shown on the sign-in page and in the next mail', async () => {
    const { context, page, faults } = await openProfile(browser, { javaScriptEnabled });
    await signIn(server, page, 'app', 'owner@demo.test');
    await page.goto(`${server.origin('app')}/w/demo/settings`);
    await page.getByRole('link', { name: 'Branding' }).click();

    await page.getByLabel('Business name').fill(name);
    await page.getByLabel('Accent colour').fill(colour.toUpperCase());
    await page.getByLabel('Dark').check({ force: true });
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Update the preview' }).click();
    const signInPage = page.frameLocator('iframe[title="Sign-in page"]');
    await signInPage.locator('h1', { hasText: `Sign in to ${name}` }).waitFor();
    // while it is typed, a preview of less may still be on its way
    await expect.poll(() => backgroundOf(signInPage), { timeout: 10_000 }).toBe('rgb(22, 22, 21)');
    expect(await colourOf(signInPage)).toBe(rgb(colour));
    await page
      .frameLocator('iframe[title="Sign-in mail"]')
      .locator('h1', { hasText: `Sign in to ${name}` })
      .waitFor();
    const portal = page.frameLocator('iframe[title="Portal"]');
    await portal.locator('.bar', { hasText: name }).waitFor();
    await page.getByText(/Links on dark pages: #[0-9a-f]{6}, lighter/).waitFor();
    const pages = context.pages().length;
    await clickInside(page, 'Sign-in page');
    expect(await signInPage.locator('h1').textContent(), 'nothing in it leads anywhere').toContain(
      name,
    );
    expect(context.pages()).toHaveLength(pages);

    const logo = { name: 'logo.png', mimeType: 'image/png', buffer: await picture(320, 80) };
    await page.locator('#logo').setInputFiles(logo);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. Clients').waitFor();
    await signInPage.locator('img.logo').waitFor();

    const client = await openProfile(browser, { javaScriptEnabled });
    const mail = await askFor(server, client.page, 'demo', 'client@demo.test');
    expect(mail.subject).toBe(`${codeIn(mail)} is your code to sign in to ${name}`);
    const address = /<img src="([^"]+)"/.exec(mail.html)?.[1] ?? '';
    expect(address).toMatch(new RegExp(`^${server.origin('demo')}/logo/[0-9a-f]{64}$`));
    await client.page.goto(`${server.origin('demo')}/sign-in`);
    await client.page.getByRole('heading', { name: `Sign in to ${name}` }).waitFor();
    expect(await drawn(client.page, 'img.logo')).toEqual([320, 80]);
    await client.page.goto(`${server.origin('app')}/dev/mail/${mail.id}/html`);
    expect(await drawn(client.page, `img[alt="${name}"]`), 'in the mail').toEqual([320, 80]);
    expect(ofPages([...faults, ...client.faults])).toEqual([]);
    await context.close();
    await client.context.close();
  });

  test('a file of 20 MB: a message next to the field, and nothing typed is lost', async () => {
    const { context, page } = await openProfile(browser, { javaScriptEnabled });
    await signIn(server, page, 'app', 'owner@demo.test');
    await page.goto(`${server.origin('app')}${BRANDING}`);
    await page.getByLabel('Welcome').fill('Typed and kept');
    await page.locator('#logo').setInputFiles(await fileOf20MB());
    await page.getByRole('button', { name: 'Save' }).click();
    if (javaScriptEnabled) {
      const shown = await page
        .locator('#logo')
        .evaluate((field) => (field as HTMLInputElement).validationMessage);
      expect(shown).toBe('This file has 20480 KB; a logo may have 256 KB.');
    } else {
      await page.getByText('That file is larger than 256 KB.').waitFor();
    }
    expect(await page.getByLabel('Welcome').inputValue()).toBe('Typed and kept');
    await context.close();
  });
});

test.each([
  ['a phone', { width: 390, height: 844 }],
  ['a desktop', { width: 1280, height: 900 }],
])('previews on %s: none is wider than its frame, with any name', async (_what, viewport) => {
  const { context, page } = await openProfile(browser, { viewport });
  await signIn(server, page, 'app', 'owner@demo.test');
  const name = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
  await page.goto(`${server.origin('app')}${BRANDING}?${new URLSearchParams({ name })}`);
  for (const title of ['Sign-in page', 'Portal', 'Sign-in mail']) {
    const root = page.frameLocator(`iframe[title="${title}"]`).locator('html');
    await root.getByText(name).first().waitFor();
    const over = await root.evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(over, title).toBe(0);
  }
  await context.close();
});

test('the colour picker and the field beside it: follow each other', async () => {
  const { context, page, faults } = await openProfile(browser);
  await signIn(server, page, 'app', 'owner@demo.test');
  await page.goto(`${server.origin('app')}${BRANDING}`);
  const picker = page.getByLabel('Colour picker');
  await page.getByLabel('Accent colour').fill('#ffd400');
  expect(await picker.inputValue()).toBe('#ffd400');
  await picker.fill('#123456');
  expect(await page.getByLabel('Accent colour').inputValue()).toBe('#123456');
  await page.getByText('Buttons: as picked, with white text.').waitFor();
  const steps = await page.evaluate(() => history.length);
  await page.getByLabel('Business name').fill('Another');
  const signInPage = page.frameLocator('iframe[title="Sign-in page"]');
  await signInPage.locator('h1', { hasText: 'Sign in to Another' }).waitFor();
  expect(await page.evaluate(() => history.length), '"back" leads to the page before').toBe(steps);
  expect(ofPages(faults)).toEqual([]);
  await context.close();
});

test('a light logo, lost on white: a dark ground is offered, and saved with it', async () => {
  const { context, page, faults } = await openProfile(browser);
  await signIn(server, page, 'app', 'owner@demo.test');
  await page.goto(`${server.origin('app')}${BRANDING}`);
  const offer = page.getByRole('button', { name: 'Put it on a dark background' });
  const choose = async (ink: string, ground: string) => {
    const buffer = await disc(page, ink, ground);
    await page.locator('#logo').setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer });
  };
  await choose('#ffffff', 'transparent');
  await offer.waitFor();
  for (const [ink, ground] of [
    ['#16324f', 'transparent'],
    ['#ffffff', '#16324f'],
    ['#16324f', '#ffffff'],
  ] as const) {
    await choose(ink, ground);
    await offer.waitFor({ state: 'hidden' });
    await choose('#ffffffe0', 'transparent');
    await offer.waitFor();
  }
  await press(page, 'Save');
  await offer.click();
  await offer.waitFor({ state: 'hidden' });
  await press(page, 'Save');
  await page.getByText('Saved. Clients').waitFor();
  await page.goto(`${server.origin('demo')}/sign-in`);
  expect(await drawn(page, 'img.logo')).toEqual([148, 108]);
  expect(await cornerOf(page, 'img.logo')).toEqual([0x1c, 0x1b, 0x19, 255]);
  expect(faults).toEqual([]);
  await context.close();
});

test('a long name that runs from right to left: cut at its end', async () => {
  const { context, page } = await openProfile(browser, { viewport: { width: 390, height: 844 } });
  await signIn(server, page, 'app', 'owner@rival.test');
  await page.goto(`${server.origin('app')}/w/rival/settings/branding`);
  const name = 'استوديو التصميم والطباعة الرقمية الحديثة في وسط المدينة';
  await page.getByLabel('Business name').fill(name);
  await press(page, 'Save');
  const [cut, first] = await page.locator('.bar-home span').evaluate((span) => {
    const letter = document.createRange();
    letter.setStart(span.firstChild ?? span, 0);
    letter.setEnd(span.firstChild ?? span, 1);
    const [box, of] = [span.getBoundingClientRect(), letter.getBoundingClientRect()];
    return [span.scrollWidth > span.clientWidth, of.left >= box.left && of.right <= box.right + 1];
  });
  expect([cut, first]).toEqual([true, true]);
  await context.close();
});

/** A disc of ink on a ground, as a PNG of 120 by 80. */
async function disc(page: Page, ink: string, ground: string): Promise<Buffer> {
  const url = await page.evaluate(
    (colours) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [120, 80];
      const pen = canvas.getContext('2d');
      if (pen === null) throw new Error('no canvas');
      pen.fillStyle = colours.ground;
      pen.fillRect(0, 0, 120, 80);
      pen.fillStyle = colours.ink;
      pen.arc(60, 40, 30, 0, 2 * Math.PI);
      pen.fill();
      return canvas.toDataURL('image/png');
    },
    { ink, ground },
  );
  return Buffer.from(url.split(',')[1] ?? '', 'base64');
}

/** The colour of a picture's first pixel: red, green, blue, alpha. */
function cornerOf(page: Page, selector: string): Promise<number[]> {
  return page.locator(selector).evaluate((image) => {
    const pen = document.createElement('canvas').getContext('2d');
    pen?.drawImage(image as HTMLImageElement, 0, 0);
    return [...(pen?.getImageData(0, 0, 1, 1).data ?? [])];
  });
}

/** Without what comes of this test looking into the previews: their sandbox refuses its scripts, as any. */
function ofPages(faults: string[]): string[] {
  return faults.filter((fault) => !/^Blocked script execution in .*\/preview\//.test(fault));
}

async function picture(width: number, height: number): Promise<Buffer> {
  return Buffer.from(await png({ width, height }));
}

function colourOf(frame: FrameLocator): Promise<string> {
  const button = frame.locator('button.primary');
  return button.evaluate((element) => getComputedStyle(element).backgroundColor);
}

function backgroundOf(frame: FrameLocator): Promise<string> {
  return frame.locator('body').evaluate((element) => getComputedStyle(element).backgroundColor);
}

/** Clicks all over a frame, as somebody would who takes the preview for the real page. */
async function clickInside(page: Page, title: string): Promise<void> {
  const frame = page.locator(`iframe[title="${title}"]`);
  await frame.scrollIntoViewIfNeeded();
  const box = await frame.boundingBox();
  if (box === null) throw new Error('the preview is not there');
  for (let y = 20; y < box.height; y += 30) {
    await page.mouse.click(box.x + box.width / 2, box.y + y);
  }
}

/** The size a picture has of its own, once the browser has drawn it. */
async function drawn(page: Page, selector: string): Promise<number[]> {
  const image = page.locator(selector);
  await image.waitFor();
  return image.evaluate((element) => {
    const { complete, naturalWidth, naturalHeight } = element as HTMLImageElement;
    return complete ? [naturalWidth, naturalHeight] : [];
  });
}

function rgb(hex: string): string {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${r}, ${g}, ${b})`;
}

/** The path of a file. Chromium reads it from there: the contents would go to it as text otherwise. */
async function fileOf20MB(): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'latchkey-')), 'x.png');
  await writeFile(path, Buffer.alloc(20 * 1024 * 1024));
  return path;
}
