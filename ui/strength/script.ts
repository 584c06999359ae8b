import core from '@zxcvbn-ts/core/dist/zxcvbn-ts.js';
import passwords from './passwords.txt';
import qwerty from './qwerty.json';
import show from './strength.island.js';

const NOTICE =
  '/* Contains zxcvbn-ts (github.com/zxcvbn-ts/zxcvbn), MIT licence, (c) 2012-2016 Dan Wheeler and Dropbox, Inc., (c) 2021 @zxcvbn-ts */';

/**
 * The library, its data and our hint as one classic script that leaves nothing in the page's global scope.
 * @param refused what the Worker would refuse: the hint must not praise it
 */
export function strengthSource(refused: string[]): string {
  // The browser build hangs itself on `this`; its source map isn't served.
  const library = core.replace(/^\/\/# sourceMappingURL=.*$/m, '');
  const words = [passwords.slice(passwords.indexOf('\n\n')).trim(), ...refused].join('\n');
  return `${NOTICE}
(() => {
const core = (function () { ${library}; return this.zxcvbnts.core; }).call({});
${show}
showStrength(core, ${JSON.stringify(words)}.split('\\n'), ${JSON.stringify(qwerty)});
})();
`;
}
