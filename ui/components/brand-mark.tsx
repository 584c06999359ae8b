import { type Emblem, monogram } from '../brand.ts';
import * as paths from '../paths.ts';
import { accentFor } from '../theme.ts';

export type BrandMarkProps = { of: Emblem; size?: 'small' | 'large' };

/** A workspace's logo, else its monogram. Its name always stands beside it in words. */
export function BrandMark({ of, size = 'large' }: BrandMarkProps) {
  if (of.logoHash === null) return <Monogram of={of} size={size} />;
  return (
    <span class="plate">
      <img
        class={`logo logo-${size}`}
        src={paths.logo(of.logoHash)}
        width={of.logoWidth ?? undefined}
        height={of.logoHeight ?? undefined}
        alt=""
      />
    </span>
  );
}

/**
 * Drawn, because a page may show several workspaces and the security policy leaves no style attribute to
 * colour them with.
 */
function Monogram({ of, size }: Required<BrandMarkProps>) {
  const { accent, onAccent } = accentFor(of.accentColor);
  return (
    <svg class={`mark mark-${size}`} viewBox="0 0 52 52" aria-hidden="true" focusable="false">
      <rect x=".5" y=".5" width="51" height="51" rx="14" fill={accent} />
      <text x="26" y="26.5" fill={onAccent} text-anchor="middle" dominant-baseline="central">
        {monogram(of.name)}
      </text>
    </svg>
  );
}
