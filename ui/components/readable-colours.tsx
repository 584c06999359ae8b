import type { ComponentChildren } from 'preact';
import { accentFor, CARD_BACKGROUND } from '../theme.ts';

/** How an accent colour is used, where contrast (WCAG AA) needs another one: as swatches and in words. */
export function ReadableColours({ accentColor }: { accentColor: string }) {
  const { accent, onAccent, light, dark } = accentFor(accentColor);
  const text = onAccent === '#ffffff' ? 'white' : 'dark';
  return (
    <ul class="swatches small" id="colours" aria-live="polite">
      <Swatch fill={accent} on={onAccent}>
        Buttons: as picked, with {text} text.
      </Swatch>
      <Swatch fill={CARD_BACKGROUND.light} on={light.text}>
        Links on light pages: {changed(accent, light.text, 'darker')}
      </Swatch>
      <Swatch fill={CARD_BACKGROUND.dark} on={dark.text}>
        Links on dark pages: {changed(accent, dark.text, 'lighter')}
      </Swatch>
    </ul>
  );
}

function changed(picked: string, used: string, how: 'darker' | 'lighter'): string {
  return picked === used
    ? 'as picked.'
    : `${used}, ${how} than picked, so that people can read them.`;
}

function Swatch({ fill, on, children }: { fill: string; on: string; children: ComponentChildren }) {
  return (
    <li>
      <svg viewBox="0 0 44 28" width="44" height="28" aria-hidden="true" focusable="false">
        <rect x=".5" y=".5" width="43" height="27" rx="7" fill={fill} />
        <text x="22" y="14.5" fill={on} text-anchor="middle" dominant-baseline="central">
          Aa
        </text>
      </svg>
      <span>{children}</span>
    </li>
  );
}
