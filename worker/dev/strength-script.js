// The strength hint with its lists, as assets.mjs makes one file of it for the browser. The hint must not praise what the
// Worker would refuse, so the Worker's own list is in it.

import { showStrength } from '../../ui/strength/hint.js';
import commonest from '../../ui/strength/passwords.txt';
import refused from '../passwords/common-passwords.txt';

showStrength(commonest, refused);
