// Says how easy a new password is to guess, while it is typed. Only a hint: the Worker decides, and nothing
// that is typed leaves the page. worker/dev/assets.mjs makes one file of this, its library and its lists.

import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import qwerty from './qwerty.json';

const WAIT_MS = 150;
/** Weighing takes longer with the square of the length: more would hold up typing on a phone. */
const WEIGHED = 64;
const LEVELS = ['Easy to guess', 'Easy to guess', 'Could be stronger', 'Good', 'Strong'];

/** In our words: the warnings of zxcvbn-ts that can come up. @type {[warning: RegExp, reason: string][]} */
const REASONS = [
  [/^(straightRow|keyPattern)$/, 'neighbouring keys are tried early'],
  [/Repeat$/, 'repeating adds little'],
  [/^sequences$/, 'sequences like abc or 6543 add little'],
  [/^(recentYears|dates)$/, 'dates are tried early'],
  [/^(topTen|topHundred|common|similarToCommon)$/, 'many people use one like it'],
  [/^userInputs$/, 'your names and addresses are tried early'],
];

/** @param {string[]} lists of passwords that are tried early, each as in passwords.txt */
export function showStrength(...lists) {
  const input = document.querySelector('input[data-strength]');
  const hint = document.getElementById('strength');
  if (!(input instanceof HTMLInputElement) || hint === null) return;
  const passwords = lists.flatMap(entriesOf);
  const options = { dictionary: { passwords }, graphs: { qwerty }, maxLength: WEIGHED };
  const guesser = new ZxcvbnFactory(options);
  /** @type {string[]} */
  const names = JSON.parse(input.dataset.guessable || '[]');
  // "Olivia Example" is guessable in full, and so is each part.
  const guessable = names.flatMap((name) => [name, ...name.split(/[^\p{L}\p{N}]+/u)]);
  const least = Number(input.dataset.least);
  let timer = 0;

  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { words, score } = judge(input.value.normalize('NFKC'));
      hint.textContent = words;
      hint.dataset.score = score;
    }, WAIT_MS);
  });

  /** @param {string} password */
  function judge(password) {
    if (password === '') return { words: '', score: '' };
    const missing = least - [...password].length;
    if (missing === 1) return { words: '1 more character', score: '0' };
    if (missing > 1) return { words: `${missing} more characters`, score: '0' };
    const { score, feedback } = guesser.check(password, guessable);
    const reason = REASONS.find(([warning]) => warning.test(feedback.warning ?? ''))?.[1];
    const advice = score > 2 ? '' : `${reason ? `: ${reason}` : ''}. Add another word.`;
    return { words: LEVELS[score] + advice, score: String(score) };
  }
}

/**
 * The entries begin after the first empty line, commonest first.
 * @param {string} list
 */
function entriesOf(list) {
  return list.slice(list.indexOf('\n\n')).trim().split('\n');
}
