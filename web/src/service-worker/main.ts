// Keeps the panel for when there is no network: its page and its files, nothing else. What the hub
// says under /v1/ never passes through here.

import type { KeepPage } from '../panel/offline_page.ts';

const worker = self as unknown as ServiceWorkerGlobalScope;

/** How long the network may take to give a page that is kept here as well. */
const kPageTimeoutMs = 3_000;
const kPrefix = 'deskbell-';

/** The assets' names carry hashes of their content, so that their list names a version of it all. */
function versionOf(names: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const character of names.join()) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  }
  return hash.toString(36);
}

const kCache = kPrefix + versionOf(DESKBELL_ASSETS);

function isPage(url: URL): boolean {
  return url.origin === location.origin && /^\/panel\/[\w.-]+$/.test(url.pathname);
}

function isAsset(url: URL): boolean {
  return url.origin === location.origin && url.pathname.startsWith('/assets/');
}

function isGood(response: Response): boolean {
  return response.status === 200 && response.type === 'basic' && !response.redirected;
}

async function keep(path: string, response: Response): Promise<void> {
  const cache = await caches.open(kCache);
  await cache.put(path, response);
}

/** Takes a page from the network into this version's cache. Throws when it is not to be had. */
async function fetchPage(path: string): Promise<void> {
  const response = await fetch(path, { cache: 'no-cache', credentials: 'same-origin' });
  if (!isGood(response)) throw new Error(`${path} answered ${response.status}`);
  await keep(path, response);
}

/**
 * A new version takes over only when it has all its files, and the pages that the old one kept:
 * an old page would ask for files that no cache has any more.
 */
async function install(): Promise<void> {
  const cache = await caches.open(kCache);
  await cache.addAll([...DESKBELL_ASSETS]);
  const pages = new Set<string>();
  for (const name of await caches.keys()) {
    if (!name.startsWith(kPrefix) || name === kCache) continue;
    for (const { url } of await (await caches.open(name)).keys()) {
      if (isPage(new URL(url))) pages.add(new URL(url).pathname);
    }
  }
  await Promise.all([...pages].map(fetchPage));
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(kPrefix) && name !== kCache);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** Keeps a copy of the page that the network gives, however long the answer to the page took. */
function fetchAndKeep(event: FetchEvent): Promise<Response> {
  const { pathname } = new URL(event.request.url);
  const fetched = fetch(event.request).then((response) => ({
    response, copy: isGood(response) ? response.clone() : null,
  }));
  const kept = fetched.then(({ copy }) => (copy ? keep(pathname, copy) : undefined));
  event.waitUntil(kept.catch(() => {})); // no network, or no room: the page gets on without
  return fetched.then(({ response }) => response);
}

async function answerPage(event: FetchEvent, fetched: Promise<Response>): Promise<Response> {
  const kept = await caches.match(new URL(event.request.url).pathname);
  if (!kept) return fetched;
  // A hub that is down answers through its proxy; what is kept is better than that.
  const answer = fetched.then((response) => (response.status >= 500 ? kept : response), () => kept);
  const patience = new Promise<Response>((resolve) => {
    setTimeout(() => resolve(kept), kPageTimeoutMs);
  });
  return Promise.race([answer, patience]);
}

/** A file of another version than ours is kept too: it belongs to a newer page that we keep. */
async function answerAsset(event: FetchEvent): Promise<Response> {
  const { pathname } = new URL(event.request.url);
  const kept = await caches.match(pathname);
  if (kept) return kept;
  const response = await fetch(event.request);
  if (isGood(response)) event.waitUntil(keep(pathname, response.clone()).catch(() => {}));
  return response;
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));

worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET') return;
  if (isPage(url) && event.request.mode === 'navigate') {
    event.respondWith(answerPage(event, fetchAndKeep(event)));
  } else if (isAsset(url)) {
    event.respondWith(answerAsset(event));
  }
});

worker.addEventListener('message', (event) => {
  const message = event.data as KeepPage | null;
  if (message?.deskbell !== 1 || message.kind !== 'keep') return;
  const url = new URL(message.path, location.origin);
  // Failing is no harm: it is kept the next time that it is opened.
  if (isPage(url)) event.waitUntil(fetchPage(url.pathname).catch(() => {}));
});
