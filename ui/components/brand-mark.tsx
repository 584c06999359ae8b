import { type BrandIdentity, monogram } from '../brand.ts';
import * as paths from '../paths.ts';
import { accentFor } from '../theme.ts';
import { VERBATIM } from '../verbatim.ts';

export type BrandMarkProps = { of: BrandIdentity; size?: 'small' | 'large' };

/** A workspace's logo, or its monogram if it has none. Show its name beside it: the picture has no text alternative. */
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

// An SVG, because a page may show several workspaces, and the security policy allows no style
// attribute to colour them with.
function Monogram({ of, size }: Required<BrandMarkProps>) {
  const { accent, onAccent } = accentFor(of.accentColor);
  return (
    <svg
      {...VERBATIM}
      class={`monogram monogram-${size}`}
      viewBox="0 0 52 52"
      aria-hidden="true"
      focusable="false"
    >
      <rect x=".5" y=".5" width="51" height="51" rx="14" fill={accent} />
      <text x="26" y="26.5" fill={onAccent} text-anchor="middle" dominant-baseline="central">
        {monogram(of.name)}
      </text>
    </svg>
  );
}
