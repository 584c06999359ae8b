import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../worker/dev/install.mjs';
import { tool } from './tool.mjs';

const MIGRATIONS = join(ROOT, 'migrations');
/** One line for each committed migration, as `sha256sum` writes it. */
export const CHECKSUMS = join(MIGRATIONS, 'checksums.txt');
/** A folder inside the repository, because drizzle-kit accepts only relative paths. */
const COPY = '.wrangler/check-migrations';

/** Checks that the migrations give the schema of worker/db/schema.ts, and that no committed one was edited. */
export async function checkMigrations() {
  const faults = [...(await findEdited()), ...findMissing()];
  return { ok: faults.length === 0, output: faults.join('\n') };
}

/**
 * The migrations that have no line in checksums.txt yet.
 * @returns {Promise<{ name: string, sum: string }[]>}
 */
export async function newMigrations() {
  const known = readChecksums();
  const names = sqlFiles(MIGRATIONS).filter((name) => !known.has(name));
  return Promise.all(names.map(async (name) => ({ name, sum: await checksum(name) })));
}

async function findEdited() {
  const faults = [];
  for (const [name, sum] of readChecksums()) {
    if (!existsSync(join(MIGRATIONS, name))) faults.push(`migrations/${name} was removed.`);
    else if ((await checksum(name)) !== sum) {
      faults.push(
        `migrations/${name} was edited after it was committed: write a new migration instead.`,
      );
    }
  }
  for (const { name } of await newMigrations()) {
    faults.push(`migrations/${name} is not in checksums.txt. Run: npm run fix`);
  }
  return faults;
}

/** The schema changes that have no migration. drizzle-kit generates them in a copy of the folder. */
function findMissing() {
  const copy = join(ROOT, COPY);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  try {
    cpSync(MIGRATIONS, copy, { recursive: true });
    const schema = './worker/db/schema.ts';
    const options = ['--dialect', 'sqlite', '--schema', schema, '--out', `./${COPY}`];
    const { ok, output } = tool('drizzle-kit', ['generate', ...options]);
    if (!ok) return [output];
    const known = new Set(sqlFiles(MIGRATIONS));
    return sqlFiles(copy)
      .filter((name) => !known.has(name))
      .map((name) => {
        const sql = readFileSync(join(copy, name), 'utf8');
        return `worker/db/schema.ts has changes without a migration. Run: npx drizzle-kit generate\n${sql}`;
      });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** @returns {Map<string, string>} file name -> checksum */
function readChecksums() {
  if (!existsSync(CHECKSUMS)) return new Map();
  const lines = readFileSync(CHECKSUMS, 'utf8').split('\n');
  const known = new Map();
  for (const line of lines) {
    const [sum, name] = line.split(/\s+/);
    if (sum && name) known.set(name, sum);
  }
  return known;
}

/** @param {string} folder */
function sqlFiles(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
}

/** @param {string} name */
async function checksum(name) {
  const bytes = readFileSync(join(MIGRATIONS, name));
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
}
