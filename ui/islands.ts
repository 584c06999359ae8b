import accent from './islands/accent.island.js';
import code from './islands/code.island.js';
import companies from './islands/companies.island.js';
import copy from './islands/copy.island.js';
import darkBackground from './islands/dark-background.island.js';
import lightLogo from './islands/light-logo.island.js';
import menu from './islands/menu.island.js';
import method from './islands/method.island.js';
import password from './islands/password.island.js';
import preview from './islands/preview.island.js';
import restored from './islands/restored.island.js';
import slug from './islands/slug.island.js';
import switches from './islands/switch.island.js';
import waiting from './islands/waiting.island.js';

/** The client scripts that pages carry inside. A page names those that it uses. */
export const ISLANDS = {
  accent,
  code,
  companies,
  copy,
  darkBackground,
  lightLogo,
  menu,
  method,
  password,
  preview,
  restored,
  slug,
  switch: switches,
  waiting,
};

/** The client scripts of every page that shows an account: of its menu, and against what browsers keep of the page. */
export const SIGNED_IN_ISLANDS = [ISLANDS.menu, ISLANDS.restored];
