// Keeps the shop open without a network: its page, its pictures, and the widget's loader, which
// comes from the hub. Network first, so that what is shown is never older than it has to be.

const kCache = 'shop-1';
const kLoader = '__HUB__/deskbell.js';
const kFiles = [
  '/', '/shop.css', '/shop.js', '/pictures/mark.svg', '/pictures/shelf.svg',
  '/pictures/boston-fern.svg', '/pictures/monstera.svg', '/pictures/snake-plant.svg',
  '/pictures/rubber-fig.svg', '/pictures/oak-sapling.svg', '/pictures/terracotta-pots.svg',
];

/** The loader is another origin's script: it is kept without being looked into. */
async function fetchLoader() {
  const cache = await caches.open(kCache);
  await cache.put(kLoader, await fetch(kLoader, { mode: 'no-cors' }));
}

async function install() {
  const cache = await caches.open(kCache);
  await cache.addAll(kFiles);
  await fetchLoader().catch(() => {}); // the shop works without its hub
  await self.skipWaiting();
}

async function answer(event) {
  const { url } = event.request;
  try {
    const response = await fetch(event.request);
    if (response.ok || response.type === 'opaque') {
      const copy = response.clone();
      event.waitUntil(caches.open(kCache).then((cache) => cache.put(url, copy)));
    }
    return response;
  } catch (error) {
    const kept = await caches.match(url, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === location.origin && url.pathname !== '/service-worker.js';
  if (event.request.method === 'GET' && (ours || url.href === kLoader)) {
    event.respondWith(answer(event));
  }
});
