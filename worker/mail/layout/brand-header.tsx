import { type Brand, monogram } from '../../../ui/brand.ts';
import { logo } from '../../../ui/paths.ts';
import { accentFor } from '../../../ui/theme.ts';
import { VERBATIM } from '../../../ui/verbatim.ts';
import { oneLine } from '../../values/plain-text.ts';
import { FONT, Table } from './layout.tsx';

/**
 * Whose mail it is: the logo, from the workspace's own host. Its address is the same in every mail, so that
 * who loads it says nothing about who reads. While a mail program holds images back, the name stands there.
 * @param link any address on that host
 */
export function BrandHeader({ brand, link }: { brand: Brand; link: string }) {
  const { name, logoHash } = brand;
  if (logoHash === null) return <Monogram brand={brand} />;
  const { width, height } = logoSize(brand);
  return (
    <img
      src={new URL(logo(logoHash), link).href}
      width={width}
      height={height}
      alt={oneLine(name)}
      style={`display:block;margin:0 0 20px;border:0;width:${width}px;height:${height}px;${PLATE}font-size:20px;font-weight:700;${FONT}`}
      {...VERBATIM}
    />
  );
}

// Most logos are dark ink on nothing. Programs that darken a mail turn its colours round, not its pictures, so
// what is behind the logo is a picture too.
const PLATE =
  'background-color:#ffffff;background-image:linear-gradient(#ffffff,#ffffff);box-shadow:0 0 0 6px #ffffff;border-radius:2px;';

/** In proportion, in a box, never larger than it is; in pixels, as Outlook knows no max-width. */
function logoSize({ logoWidth, logoHeight }: Brand): { width: number; height: number } {
  const [width, height] = [logoWidth ?? LOGO_WIDTH, logoHeight ?? LOGO_HEIGHT];
  const scale = Math.min(LOGO_WIDTH / width, LOGO_HEIGHT / height, 1);
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

const LOGO_WIDTH = 220;
const LOGO_HEIGHT = 48;

// Text, not an image: nothing to load, nothing for a mail program to hold back.
function Monogram({ brand }: { brand: Brand }) {
  const { accent, onAccent, light } = accentFor(brand.accentColor);
  return (
    <Table width="46" style="width:46px;margin:0 0 20px;">
      <td
        {...VERBATIM}
        align="center"
        height="44"
        aria-hidden="true"
        style={`height:44px;background-color:${accent};border:1px solid ${light.edge};border-radius:12px;color:${onAccent};font-size:16px;line-height:20px;font-weight:700;${FONT}`}
      >
        {monogram(brand.name)}
      </td>
    </Table>
  );
}
