import { expect, test } from 'vitest';
import { LATCHKEY } from '../../ui/brand.ts';
import { CODE_LENGTH } from '../../ui/components/code-field.tsx';
import accent from '../../ui/islands/accent.island.js';
import slug from '../../ui/islands/slug.island.js';
import switchIsland from '../../ui/islands/switch.island.js';
import { counted } from '../../ui/phrases.ts';
import { parseCode } from '../../worker/crypto/code.ts';
import { parseBrand, savedDraft } from '../../worker/routes/admin/settings/branding/form.ts';
import { slugFrom } from '../../worker/values/slug.ts';

// Islands are text inside a page and import nothing, so three of them have a copy of a server's function.

/** The function of this name in an island. */
function functionIn(island: string, name: string): (...given: unknown[]) => unknown {
  const source = new RegExp(`^function ${name}\\(.*?^}`, 'ms').exec(island)?.[0];
  if (source === undefined) throw new Error(`no function ${name}`);
  return new Function(`return (${source})`)();
}

test.each([
  'Zoë & Söhne',
  'Carla’s  Design',
  '--a-b--',
  'ﬁne Œuvre',
  'Ünï',
  'ÅNGSTRÖM',
  '日本',
  'a\u1ab0b c',
  ` ${'Long Name '.repeat(9)}`,
])('slug island: derives the same address as the server from %s', (name) => {
  expect(functionIn(slug, 'slugOf')(name)).toBe(slugFrom(name));
});

test.each([
  '#1f6f5c',
  '1F6F5C',
  ' #1f6f5c ',
  '#abc',
  'ABC',
  '\t#1f6f5c',
  '##1f6f5c',
  '#1f6f5',
  '#1f6f5cd',
  'red',
  '',
])('accent island: reads the same colour as the server from "%s"', (typed) => {
  const parsed = parseBrand({ ...savedDraft(LATCHKEY), name: 'Studio', accent_color: typed });
  const colour = functionIn(accent, 'hexColour')(typed);
  const isColour = typeof colour === 'string' && /^#[0-9a-f]{6}$/.test(colour);
  expect(isColour ? colour : null).toBe(parsed.ok ? parsed.value.accentColor : null);
});

test.each([0, 1, 2, 11])('switch island: counts %i like the server', (n) => {
  expect(functionIn(switchIsland, 'counted')(n, 'session')).toBe(counted(n, 'session'));
});

test('code field: its length is that of a code', () => {
  expect(parseCode('A'.repeat(CODE_LENGTH))).not.toBeNull();
  expect(parseCode('A'.repeat(CODE_LENGTH - 1))).toBeNull();
  expect(parseCode('A'.repeat(CODE_LENGTH + 1))).toBeNull();
});
