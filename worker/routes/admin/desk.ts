import { Hono } from 'hono';
import type { AppEnv } from '../../context.ts';
import { activity } from './activity.tsx';
import { branding } from './branding.tsx';
import { brandingPreview } from './branding-preview.tsx';
import { contactCard } from './contact-card.tsx';
import { contacts } from './contacts.tsx';
import { email } from './email.tsx';
import { home } from './home.tsx';
import { settings } from './settings.tsx';

/** The freelancer's desk: everything below `/w/:slug`. */
export const desk = new Hono<AppEnv>();

desk.route('/', home);
desk.route('/', contacts);
desk.route('/', contactCard);
desk.route('/', activity);
desk.route('/', settings);
desk.route('/', branding);
desk.route('/', brandingPreview);
desk.route('/', email);
