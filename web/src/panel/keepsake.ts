// Small things of this device's that are worth keeping over a reload and nothing more: what is
// being written, what was answered with "not now", what was chosen in the options. Where there is
// no storage they live as long as the page.

import type { Catalogue } from './words.ts';

/** Drafts have a conversation's id behind them, or `new`; `chosen` are the keys of the files beside them. */
export type Keepsake = `draft:${string}` | 'chosen' | 'introduction' | 'sound' | 'notify' | 'notifyText' | 'language' | 'emoji';

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

/** Calls back when another tab keeps something else. Answers with what ends that. */
export function watch(site: string, what: Keepsake, onChange: (value: string) => void): () => void {
  const key = keyOf(site, what);
  const listener = (event: StorageEvent): void => {
    if (event.key === key) onChange(event.newValue ?? '');
  };
  window.addEventListener('storage', listener);
  return () => window.removeEventListener('storage', listener);
}

const kWordsKey = 'deskbell:words';

/** The words of a language as they were loaded last, so that the first thing shown is in it. */
export function recallWords(file: string): Partial<Catalogue> | null {
  try {
    const kept = JSON.parse(localStorage.getItem(kWordsKey) ?? 'null') as
      { file: string; words: Partial<Catalogue> } | null;
    return kept?.file === file ? kept.words : null;
  } catch {
    return null;
  }
}

export function keepWords(file: string, words: Partial<Catalogue>): void {
  try {
    localStorage.setItem(kWordsKey, JSON.stringify({ file, words }));
  } catch {
    // As said above.
  }
}

/** A message that could not be saved, and the code of why. */
export interface Unsaved {
  text: string;
  at: number;
  failure: string;
  conversation: string;
  /** As in `Pending`. */
  beside?: readonly string[];
  /** The site's name for who wrote it; empty or none for a guest. */
  owner?: string;
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
