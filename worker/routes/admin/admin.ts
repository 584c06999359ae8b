import { Hono } from 'hono';
import type { AppEnv } from '../../context.ts';
import { activity } from './activity/page.tsx';
import { contactCard } from './contacts/card.tsx';
import { contacts } from './contacts/list.tsx';
import { home } from './home.tsx';
import { branding } from './settings/branding/branding.tsx';
import { brandingPreview } from './settings/branding/preview.tsx';
import { settings } from './settings/clients.tsx';
import { email } from './settings/email/email.tsx';
import { sampleMail } from './settings/email/sample.ts';

/** The freelancer's desk: everything below `/w/:slug`. */
export const admin = new Hono<AppEnv>();

admin.route('/', home);
admin.route('/', contacts);
admin.route('/', contactCard);
admin.route('/', activity);
admin.route('/', settings);
admin.route('/', branding);
admin.route('/', brandingPreview);
admin.route('/', sampleMail);
admin.route('/', email);
