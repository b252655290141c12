// The site's accent colour, made readable: WCAG 2 contrast, so that no choice of a site owner can
// hide a letter from a customer.

export type Rgb = readonly [number, number, number];

/** Reads `#rgb` or `#rrggbb`; null for anything else. */
export function parseHex(text: string): Rgb | null {
  const match = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(text.trim());
  if (!match?.[1]) return null;
  const digits = match[1].length === 3 ? match[1].replace(/./g, '$&$&') : match[1];
  const value = parseInt(digits, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function toHex(rgb: Rgb): string {
  return '#' + rgb.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('');
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Between 1 and 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a) + 0.05, luminance(b) + 0.05];
  return x > y ? x / y : y / x;
}

const kWhite: Rgb = [255, 255, 255];
const kInk: Rgb = [22, 22, 20];

/** White or ink, whichever is read better on the colour. */
export function readableOn(colour: Rgb): Rgb {
  return contrast(colour, kWhite) >= Math.min(4.5, contrast(colour, kInk)) ? kWhite : kInk;
}

/** `part` of `b` in `a`, from 0 to 1. */
export function mix(a: Rgb, b: Rgb, part: number): Rgb {
  return a.map((channel, i) => channel * (1 - part) + b[i]! * part) as unknown as Rgb;
}

/** The colour itself, or the nearest step towards black or white that stands out `ratio` to 1. */
export function standingOut(colour: Rgb, background: Rgb, ratio: number): Rgb {
  const target = readableOn(background);
  let result = colour;
  for (let step = 1; step <= 20 && contrast(result, background) < ratio; ++step) {
    result = mix(colour, target, step / 20);
  }
  return result;
}
