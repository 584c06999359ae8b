// `npm run fix`: formats all files and generates the types. A person generates migrations: npx drizzle-kit generate

import { appendFileSync } from 'node:fs';
import { install } from '../../worker/dev/install.mjs';
import { generateBindings } from './bindings.mjs';
import { CHECKSUMS, newMigrations } from './migrations.mjs';
import { tool } from './tool.mjs';

install();
const results = [generateBindings(), tool('biome', ['check', '--write', '.'])];
// It only adds lines, so an edited migration still fails the check.
for (const { name, sum } of await newMigrations()) {
  appendFileSync(CHECKSUMS, `${sum}  ${name}\n`);
  console.log(`added migrations/${name} to checksums.txt`);
}
for (const { ok, output } of results) if (!ok) console.log(output);
process.exit(results.every(({ ok }) => ok) ? 0 : 1);
