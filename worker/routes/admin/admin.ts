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
export const desk = new Hono<AppEnv>();

desk.route('/', home);
desk.route('/', contacts);
desk.route('/', contactCard);
desk.route('/', activity);
desk.route('/', settings);
desk.route('/', branding);
desk.route('/', brandingPreview);
desk.route('/', sampleMail);
desk.route('/', email);
