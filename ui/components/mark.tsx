import { accentFor, monogram } from '../theme.ts';

export type MarkProps = { name: string; accentColor: string; size?: 'small' | 'large' };

/**
 * The monogram of a workspace. Drawn, because a page may show several workspaces and the security
 * policy leaves no style attribute to colour them with.
 */
export function Mark({ name, accentColor, size = 'large' }: MarkProps) {
  const { accent, onAccent } = accentFor(accentColor);
  return (
    <svg class={`mark mark-${size}`} viewBox="0 0 52 52" aria-hidden="true" focusable="false">
      <rect x=".5" y=".5" width="51" height="51" rx="14" fill={accent} />
      <text x="26" y="26.5" fill={onAccent} text-anchor="middle" dominant-baseline="central">
        {monogram(name)}
      </text>
    </svg>
  );
}
