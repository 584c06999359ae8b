// `npm run bench`: installs what is missing, then times what a password costs (measure.ts).

import { install } from '../../worker/dev/install.mjs';
import { tool } from '../check/tool.mjs';

install();
const { ok, output } = tool('node', ['test/bench/measure.ts']);
console.log(output);
process.exit(ok ? 0 : 1);
