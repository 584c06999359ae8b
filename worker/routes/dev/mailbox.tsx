import { Hono } from 'hono';
import { DevMailPage } from '../../../ui/pages/dev/mail.tsx';
import { DevMailboxPage } from '../../../ui/pages/dev/mailbox.tsx';
import type { AppEnv } from '../../context.ts';
import { refuse } from '../../http/errors.tsx';
import { nonceOf, page } from '../../http/page.ts';
import { frameMail } from '../../http/security-headers.ts';
import { findInOutbox, listOutbox } from '../../mail-services/outbox.ts';

/** The mails of the development outbox. app.ts mounts it only where MAIL_TRANSPORT is `outbox`. */
export const devMailbox = new Hono<AppEnv>();

devMailbox.get('/dev/mail', async (c) => {
  const mails = await listOutbox(c.env.TOKENS);
  return page(c, <DevMailboxPage nonce={nonceOf(c)} mails={mails} now={c.var.now} />);
});

devMailbox.get('/dev/mail.json', async (c) => c.json(await listOutbox(c.env.TOKENS)));

devMailbox.get('/dev/mail/:id', async (c) => {
  const mail = await findInOutbox(c.env.TOKENS, c.req.param('id'));
  return mail === null ? refuse(c, 404) : page(c, <DevMailPage nonce={nonceOf(c)} mail={mail} />);
});

devMailbox.get('/dev/mail/:id/html', async (c) => {
  const mail = await findInOutbox(c.env.TOKENS, c.req.param('id'));
  if (mail === null) return refuse(c, 404);
  frameMail(c);
  return c.html(mail.html.replace('<head>', '<head><base target="_top">'));
});
