// Small things of this device's that are worth keeping over a reload and nothing more: what is
// being written, and what was answered with "not now". Where there is no storage they live as long
// as the page.

export type Keepsake = 'draft' | 'introduction';

function keyOf(site: string, what: Keepsake | 'unsaved'): string {
  return `deskbell:${what}:${site}`;
}

export function recall(site: string, what: Keepsake): string {
  try {
    return localStorage.getItem(keyOf(site, what)) ?? '';
  } catch {
    return '';
  }
}

/** Empty forgets it. */
export function keep(site: string, what: Keepsake, value: string): void {
  try {
    if (value) localStorage.setItem(keyOf(site, what), value);
    else localStorage.removeItem(keyOf(site, what));
  } catch {
    // As said above.
  }
}

/** A message that could not be saved, and why. */
export interface Unsaved {
  text: string;
  at: number;
  failure: string;
}

/** What this tab could not save before it was loaded anew. */
export function recallUnsaved(site: string): Unsaved[] {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(site, 'unsaved')) ?? '[]') as Unsaved[];
  } catch {
    return [];
  }
}

/** Kept for this tab alone: the other tabs have their own. */
export function keepUnsaved(site: string, unsaved: readonly Unsaved[]): void {
  try {
    if (unsaved.length > 0) sessionStorage.setItem(keyOf(site, 'unsaved'), JSON.stringify(unsaved));
    else sessionStorage.removeItem(keyOf(site, 'unsaved'));
  } catch {
    // As said above.
  }
}
