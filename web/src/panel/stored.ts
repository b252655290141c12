/**
 * All that a site's panel keeps on this device, as a whole: whose it is, and how it is made to
 * disappear. What is in it is the worker's affair (IndexedDB) and keepsake.ts's.
 */

import { pageStoreName, sendingName } from '../shared/page_store.ts';

/** The person that the site's server has named here last, until he logs out. */
export interface Owner {
  /** The site's own name for the person. */
  subject: string;
  /** The store that has become his. */
  store: string;
  /** What the site said of him last. */
  claims: string;
}

/** How long a store that somebody else holds open is waited for, twice. */
const kRemovalMs = 2_000;

function ownerKey(site: string): string {
  return `deskbell:owner:${site}`;
}

export function owner(site: string): Owner | null {
  try {
    const kept = JSON.parse(localStorage.getItem(ownerKey(site)) ?? 'null') as Owner | null;
    return kept?.subject ? kept : null;
  } catch {
    return null;
  }
}

export function setOwner(site: string, who: Owner): void {
  try {
    localStorage.setItem(ownerKey(site), JSON.stringify(who));
  } catch {
    // Where nothing can be kept, nobody's things are either.
  }
}

/** Why all that was here has gone: its customer logged out, or the hub has it under another id. */
export type Farewell = 'logged-out' | 'moved';

/** Calls back when another tab has removed all that was here, or has made it somebody's. */
export function onOwnerChange(site: string, take: (farewell: Farewell | null) => void): void {
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key !== ownerKey(site)) return;
    take(newValue === 'logged-out' || newValue === 'moved' ? newValue : null);
  });
}

/** The store of a customer whom nobody has named; one that was his before stays a person's. */
export function guestStore(site: string): string {
  return owner(site)?.store === site ? `${site}/guest` : site;
}

export function newStore(site: string): string {
  return `${site}/${Array.from(crypto.getRandomValues(new Uint32Array(2)), (word) => word.toString(36)).join('')}`;
}

/** Where lies what a customer left who is another one now (left.ts). */
export function leftStore(site: string): string {
  return `${site}/left`;
}

function asked(request: IDBRequest | IDBOpenDBRequest): Promise<boolean> {
  return new Promise((resolve) => {
    request.onsuccess = () => resolve(true);
    request.onerror = (event) => {
      event.preventDefault(); // Firefox would report it as the page's own
      resolve(false);
    };
  });
}

/** The database; null when there is none, and none is made. */
async function openDatabase(name: string): Promise<IDBDatabase | null> {
  try {
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => opening.transaction?.abort();
    return (await asked(opening)) ? opening.result : null;
  } catch {
    return null;
  }
}

/** Whether there is such a database. */
export async function isKept(name: string): Promise<boolean> {
  const database = await openDatabase(name);
  database?.close();
  return database !== null;
}

export function isThere(store: string): Promise<boolean> {
  return isKept(pageStoreName(store));
}

async function emptyDatabase(name: string): Promise<void> {
  const database = await openDatabase(name);
  if (!database) return;
  const names = [...database.objectStoreNames];
  if (names.length > 0) {
    const emptying = database.transaction(names, 'readwrite');
    for (const name of names) emptying.objectStore(name).clear();
    await new Promise((resolve) => (emptying.oncomplete = emptying.onabort = resolve));
  }
  database.close();
}

function forAWhile(promise: Promise<unknown>): Promise<unknown> {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, kRemovalMs))]);
}

/**
 * Empties it first: to delete it, the browser waits for all that have it open. One that does not even
 * let itself be emptied is deleted when whoever has it has gone.
 */
export async function removeDatabase(name: string): Promise<void> {
  await forAWhile(emptyDatabase(name));
  await forAWhile(asked(indexedDB.deleteDatabase(name)));
}

async function storesOf(site: string): Promise<Set<string>> {
  const stores = new Set([site, `${site}/guest`, leftStore(site)]);
  const person = owner(site);
  if (person) stores.add(person.store);
  // The files' (worker/file_store.ts), which lie beside each.
  for (const store of [...stores]) stores.add(`${store}/files`);
  // Older browsers cannot say which there are.
  const found = await indexedDB.databases?.().catch(() => []);
  for (const { name = '' } of found ?? []) {
    const store = name.replace(/^deskbell\//, '');
    if (store !== name && (store === site || store.startsWith(`${site}/`))) stores.add(store);
  }
  return stores;
}

function removeKeepsakes(storage: Storage, site: string): void {
  for (const key of Object.keys(storage)) {
    const [ours, ...parts] = key.split(':');
    if (ours === 'deskbell' && parts.includes(site)) storage.removeItem(key);
  }
}

/** Nothing of anybody stays, except what one who is another now has left for himself; other tabs are told. */
export async function removeAll(site: string, farewell: Farewell): Promise<void> {
  let stores = new Set<string>();
  try {
    stores = await storesOf(site);
    if (farewell === 'moved') stores.delete(leftStore(site));
    // Other tabs hear of each change: this one says why.
    localStorage.setItem(ownerKey(site), farewell);
    removeKeepsakes(localStorage, site);
    removeKeepsakes(sessionStorage, site);
  } catch {
    // A browser that keeps nothing.
  }
  const databases = [...stores].flatMap((store) => [pageStoreName(store), sendingName(store)]);
  await Promise.all(databases.map(removeDatabase));
}
