import type { Visitor } from '../shared/protocol.ts';
import { parseHex, toHex } from './colour.ts';

export interface Options {
  /** The hub's origin, `https://desk.example`. */
  hub: string;
  site: string;
  /** `#rrggbb`; empty for Deskbell's own. */
  accent: string;
  position: 'left' | 'right';
  /** Words beside the launcher's icon; empty for the icon alone. */
  label: string;
  visitor: Visitor;
}

export function complain(what: string): void {
  console.error('Deskbell: ' + what);
}

export function readText(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

export function readVisitor(given: Record<string, unknown>): Visitor {
  const visitor: Visitor = {};
  if (readText(given['name'])) visitor.name = readText(given['name']);
  if (readText(given['email'])) visitor.email = readText(given['email']);
  return visitor;
}

function readOrigin(address: string): string {
  try {
    const { protocol, origin } = new URL(address);
    return /^https?:$/.test(protocol) ? origin : '';
  } catch {
    return '';
  }
}

/** Makes options of what the page gave; null, having said why, when there can be no widget. */
export function readOptions(given: Record<string, unknown>, ownAddress: string): Options | null {
  const site = readText(given['site']);
  const address = readText(given['hub']) || ownAddress;
  if (!/^[\w.-]{1,64}$/.test(site)) {
    complain('which site is this? Say so with data-site="fern", or boot with {site: "fern"}.');
    return null;
  }
  const hub = readOrigin(address);
  if (!hub) {
    complain('the hub needs an address with https://, not "' + address + '".');
    return null;
  }
  const accent = readText(given['accent']);
  const rgb = parseHex(accent);
  if (accent && !rgb) complain('accent has to be a colour like #2f6b4f, not "' + accent + '".');
  return {
    hub,
    site,
    accent: rgb ? toHex(rgb) : '',
    position: given['position'] === 'left' ? 'left' : 'right',
    label: readText(given['label']).slice(0, 40),
    visitor: readVisitor(given),
  };
}
