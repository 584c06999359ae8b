// The password strength hint with its lists, which assets.mjs bundles into one file for browsers. The Worker's list is
// among them, because the hint must not praise a password that the Worker refuses.

import { showStrength } from '../../ui/strength/hint.js';
import commonest from '../../ui/strength/passwords.txt';
import refused from '../passwords/common-passwords.txt';

showStrength(commonest, refused);
