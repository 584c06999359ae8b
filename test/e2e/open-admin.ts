import type { Page } from 'playwright-core';
import { press } from '../support/browser/walk.ts';
import { codeIn } from '../support/mail.ts';
import { guessElsewhere } from './open-sign-in.ts';
import { CARLA, type Walk } from './walk.ts';

export async function addBadly(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/contacts/new`);
  await page.getByLabel('Name').fill('Carla Again');
  await page.getByLabel('Email').fill('client@demo.test');
  await page.getByRole('button', { name: 'Add contact' }).click();
  await page.getByText('already has this address').waitFor();
}

export async function saveLate(page: Page, { server }: Walk): Promise<void> {
  const version = 'of-what-was-there-before';
  const typed = new URLSearchParams({ version, name: 'Studio Late', language: 'de' });
  await page.goto(`${server.origin('app')}/w/demo/settings/branding?${typed}`);
  await press(page, 'Save');
  await page.getByText('Saved at present: English (UK)').waitFor();
}

export async function enterBadAddress(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/settings/email`);
  await page.getByLabel('Your address').fill('hello@studio');
  await press(page, 'Mail me a code');
  await page.getByText('does not look like one email address').waitFor();
}

export async function enterAddress(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/settings/email`);
  await page.getByLabel('Your address').fill('olivia@gmail.com');
  await press(page, 'Mail me a code');
  await page.getByRole('heading', { name: 'Type the code' }).waitFor();
}

export async function typeWrongSenderCode(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/settings/email`);
  await page.getByLabel('Code from the email').pressSequentially('AAAAAA');
  await press(page, 'Confirm the address');
  await page.getByText('That code isn’t right').waitFor();
}

export async function confirmAddress(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/settings/email`);
  const mail = (await server.mailbox()).find(({ to }) => to === 'olivia@gmail.com');
  if (mail === undefined) throw new Error('no code came');
  await page.getByLabel('Code from the email').pressSequentially(codeIn(mail));
  await press(page, 'Confirm the address');
  await page.getByRole('heading', { name: 'Replies reach olivia@gmail.com' }).waitFor();
}

export async function enterNext(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/settings/email`);
  await page.getByText('Use another address').click();
  await page.getByLabel('Your address').fill('olivia.with.a.long.name@icloud.com');
  await press(page, 'Mail me a code');
  await page.getByRole('heading', { name: 'Next: olivia.with.a.long.name@icloud.com' }).waitFor();
  await page.getByText('Keep olivia@gmail.com').first().click();
}

export async function enterBadThird(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/settings/email`);
  await page.getByText('Use another address').click();
  await page.getByLabel('Your address').fill('hello@studio');
  await press(page, 'Mail me a code');
  await page.getByText('does not look like one email address').waitFor();
  await page.getByText('It takes the place of olivia.with.a.long.name@icloud.com').waitFor();
}

export async function openPausedCard(page: Page, walk: Walk): Promise<void> {
  await guessElsewhere(walk);
  await page.goto(walk.pausedCard);
  await page.getByText('Paused until').waitFor();
}

export async function openCard(page: Page, { server }: Walk): Promise<void> {
  await page.goto(`${server.origin('app')}/w/demo/contacts/${CARLA}`);
  await page
    .getByRole('button', { name: /^Sign out Chrome/ })
    .first()
    .waitFor();
}
