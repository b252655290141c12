// Small things of this device's that are worth keeping over a reload and nothing more: what is
// being written, and what was answered with "not now". Where there is no storage they live as long
// as the page.

export type Keepsake = 'draft' | 'introduction';

function keyOf(site: string, what: Keepsake): string {
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
