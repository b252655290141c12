import { mix, parseHex, readableOn, standingOut, toHex, type Rgb } from '../loader/colour.ts';
import type { Look } from '../shared/protocol.ts';
import { safeHref } from './markdown.ts';

const kLight: Rgb = [251, 250, 248];
const kDark: Rgb = [23, 22, 20];
const kColours = ['--accent', '--on-accent', '--accent-wash', '--accent-ink', '--accent-deep'];
const kMaxRadius = 28;

/**
 * Paints the panel as the site wants it: its accent as it is where it is a surface, and moved away
 * from the background as far as reading needs where it is text; light, dark, or as the device is.
 * All of it are custom properties on the root, so that a change costs no reload.
 */
export class Painter {
  private look: Look = {};
  private readonly device = window.matchMedia('(prefers-color-scheme: dark)');

  constructor() {
    this.device.addEventListener('change', () => this.paint());
  }

  /** The logo's address, if it is one. */
  get logo(): string {
    const href = safeHref(this.look.logo ?? '');
    return href?.startsWith('http') ? href : '';
  }

  wear(look: Look): void {
    this.look = { ...this.look, ...look };
    this.paint();
  }

  private paint(): void {
    const { accent = '', scheme = 'auto', radius } = this.look;
    const root = document.documentElement;
    const forced = scheme === 'light' || scheme === 'dark';
    const dark = forced ? scheme === 'dark' : this.device.matches;
    if (forced) root.dataset['scheme'] = scheme;
    else delete root.dataset['scheme'];
    if (radius === undefined || !Number.isFinite(radius)) {
      root.style.removeProperty('--radius');
    } else {
      root.style.setProperty('--radius', `${Math.min(kMaxRadius, Math.max(0, radius))}px`);
    }
    const rgb = parseHex(accent);
    if (!rgb) {
      for (const name of kColours) root.style.removeProperty(name);
      return;
    }
    const background = dark ? kDark : kLight;
    const surface = standingOut(rgb, background, 1.6);
    const on = readableOn(surface);
    const colours = [
      surface, on, mix(background, rgb, dark ? 0.16 : 0.09), standingOut(rgb, background, 5),
      // The end of the hero's gradient: away from the letters on it, so that they stay readable.
      mix(surface, on[0] > 128 ? [0, 0, 0] : [255, 255, 255], 0.22),
    ];
    kColours.forEach((name, i) => root.style.setProperty(name, toHex(colours[i]!)));
  }
}
