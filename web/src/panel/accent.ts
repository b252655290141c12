import { mix, parseHex, readableOn, standingOut, toHex, type Rgb } from '../loader/colour.ts';

const kLight: Rgb = [251, 250, 248];
const kDark: Rgb = [23, 22, 20];

/**
 * Paints the panel in the site's accent colour: as it is where it is a surface, and moved away
 * from the background as far as reading needs where it is text. Follows light and dark.
 */
export function applyAccent(accent: string): void {
  const rgb = parseHex(accent);
  if (!rgb) return;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const paint = (): void => {
    const background = dark.matches ? kDark : kLight;
    const surface = standingOut(rgb, background, 1.6);
    const { style } = document.documentElement;
    style.setProperty('--accent', toHex(surface));
    style.setProperty('--on-accent', toHex(readableOn(surface)));
    style.setProperty('--accent-wash', toHex(mix(background, rgb, dark.matches ? 0.16 : 0.09)));
    style.setProperty('--accent-ink', toHex(standingOut(rgb, background, 5)));
  };
  dark.addEventListener('change', paint);
  paint();
}
