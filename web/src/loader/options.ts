import type { Facts } from '../shared/embedding.ts';
import type { Look } from '../shared/protocol.ts';

type Given = Record<string, unknown>;

/** What a site has said so far; later words replace earlier ones, one by one. */
export interface Options {
  /** The hub's origin, `https://desk.example`. */
  hub: string;
  site: string;
  /** All that was given, by the names of the docs. */
  given: Given;
  /** Beside the launcher's icon. */
  label: string;
  facts: Facts;
  look: Look;
}

export function complain(what: string): void {
  console.error('Deskbell: ' + what);
}

export function readText(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/** Whether an option of yes or no says no; an attribute has a word for it. */
export function saysNo(value: unknown): boolean {
  return `${value}` === 'false';
}

/** Whether the page lets the site speak first. */
export function isProactive({ given }: Options): boolean {
  return !saysNo(given['proactive'] || false);
}

/** `fallback` for what is no number from 0 to 999. */
export function readNumber(value: unknown, fallback: number): number {
  const number = parseInt(value as string);
  return number >= 0 && number < 1e3 ? number : fallback;
}

/** A copy of what has these names that can be sent to another window: what JSON can say. */
function pick<T>(given: Given, names: string): T {
  const picked = names.split(' ').map((name) => [name, given[name]]);
  return JSON.parse(JSON.stringify(Object.fromEntries(picked))) as T;
}

/** Makes options of what the page gave; null, having said why, when there can be no widget. */
export function readOptions(news: Given, ownAddress: string, before?: Options): Options | null {
  const given = { ...before?.given, ...news };
  const site = readText(given['site']);
  const address = readText(given['hub']) || ownAddress;
  let hub = '';
  try {
    hub = new URL(address).origin;
  } catch {
    // It is no address.
  }
  if (!/^[\w.-]{1,64}$/.test(site) || hub[0] !== 'h') {
    complain(`boot needs a site and a hub, not "${site}" at "${address}"`);
    return null;
  }
  let accent = readText(given['accent']);
  if (accent && !/^#([\da-f]{3}){1,2}$/i.test(accent)) {
    complain(`accent must be like #2c6a5d, not "${accent}"`);
    accent = '';
  }
  if (accent.length < 5) accent = accent.replace(/\w/g, '$&$&');
  return {
    hub, site, given,
    label: readText(given['label']).slice(0, 40),
    facts: pick(given, 'name email attributes'),
    look: pick({ ...given, accent }, 'accent scheme language radius logo texts'),
  };
}
