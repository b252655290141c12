/**
 * A site that embeds the widget, for browsers to visit: its pages on an origin of their own, a real
 * hub, and what the site's server does: it signs tokens that say who its visitor is.
 */

import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { launch, noteComplaints } from './browser.mjs';
import { addAccount, deskbell, Hub, Program, pullHistory, signIn } from './programs.mjs';
import { freePort, Network } from './network.mjs';
import { until } from './until.mjs';

export const site = 'fern';
const kLogin = { login: 'ana', password: 'correct horse battery' };

/** Listens on a port that the system chose. */
export async function listen(handler) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.url = `http://localhost:${server.address().port}`;
  return server;
}

export class Shop {
  /** What the page is served as, and with which headers. `(shop) => html`, `(shop) => headers`. */
  page = (shop) => shop.html();
  headers = () => ({});

  /** `about`: what the site file says besides. */
  static async open(about = {}) {
    const shop = new Shop();
    shop.folder = await mkdtemp(join(tmpdir(), 'deskbell-shop-'));
    shop.server = await listen((request, response) => {
      if (request.url === '/favicon.ico') return response.writeHead(204).end();
      response.writeHead(200, { 'content-type': 'text/html', ...shop.headers(shop) }).end(shop.page(shop));
    });
    shop.url = shop.server.url;
    const port = await freePort();
    shop.direct = `http://127.0.0.1:${port}`;
    shop.network = await new Network(port).open();
    shop.hubUrl = `http://localhost:${shop.network.port}`;
    const data = join(shop.folder, 'hub');
    const siteFile = join(shop.folder, 'site.json');
    await writeFile(siteFile, JSON.stringify({
      site, name: 'Fern & Oak', greeting: 'How can we help?', origins: [shop.url], ...about,
    }));
    await addAccount(data, site, kLogin.login, 'Ana Silva', kLogin.password);
    const identity = new Program(deskbell, ['identity', '--data', data, '--site', site]);
    const { code } = await identity.ended;
    if (code !== 0) throw new Error(`identity failed:\n${identity.output}`);
    shop.secret = identity.output.trim();
    shop.hub = new Hub({ data, port, siteFile });
    await shop.hub.start();
    return shop;
  }

  /** A page with the widget's one line in it. */
  html({ head = '', attributes = `data-site="${site}"`, body = '<h1>A shop</h1><p>Ferns and pots.</p>' } = {}) {
    return '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
      '<meta name="viewport" content="width=device-width,initial-scale=1"><title>Shop</title>' +
      `${head}<script async src="${this.hubUrl}/deskbell.js" ${attributes}></script></head>` +
      `<body>${body}</body></html>`;
  }

  /** As any JWT library makes one. */
  token(subject, claims = {}) {
    const now = Math.floor(Date.now() / 1000);
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({
      aud: 'deskbell', site, sub: subject, iat: now, exp: now + 300, ...claims,
    })}`;
    return `${text}.${createHmac('sha256', claims.secret ?? this.secret).update(text).digest('base64url')}`;
  }

  /** Everything that the hub has placed, `{ seq, event }`. */
  async history() {
    this.agent ??= await signIn(this.direct, site, kLogin);
    return pullHistory(this.direct, site, this.agent);
  }

  /** `[author's id, text]` of each message, in order. */
  async messages() {
    const events = (await this.history()).map(({ event }) => event);
    return events.filter(({ type }) => type === 'message.posted')
      .map(({ author, data }) => [author.id, data.text]);
  }

  /** The team answers in that conversation. */
  reply(conversation, text) {
    return this.teamDoes('message.posted', conversation, { text });
  }

  /** An event of an agent's. */
  async teamDoes(type, conversation, data) {
    this.agent ??= await signIn(this.direct, site, kLogin);
    const base = `${this.direct}/v1/sites/${site}`;
    const post = async (path, body, headers = {}) => (await fetch(base + path, {
      method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body),
    })).json();
    const { token } = await post('/tokens', { actor: 'agent', id: this.agent.agent, secret: this.agent.secret });
    const id = `00000000-0000-8000-8000-${String(++this.replies).padStart(12, '0')}`;
    const event = {
      id, type, conversation, author: { kind: 'agent', id: this.agent.agent }, at: Date.now(), data,
    };
    const { results } = await post('/events', { events: [event] }, { authorization: `Bearer ${token}` });
    if (results[0].outcome !== 'placed') throw new Error(JSON.stringify(results));
  }

  replies = 0;

  async close() {
    await this.hub?.stop();
    await this.network?.close();
    this.server?.closeAllConnections();
    this.server?.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What `useShop` opened. */
export let shop, browser;

/** Opens a shop and Chromium before a file's first test, and closes both after its last. */
export function useShop(about = {}) {
  before(async () => {
    shop = await Shop.open(about);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await shop?.close();
  });
}

/** Visits the shop; the widget's function is there then. What goes wrong is kept in `complaints`. */
export async function visit(context, shop) {
  const page = await context.newPage();
  noteComplaints(page);
  await page.goto(shop.url);
  await page.waitForFunction(() => window.Deskbell?.loaded);
  return page;
}

/** The page's one function. What it answers must be data. */
export function call(page, ...command) {
  return page.evaluate((given) => window.Deskbell(...given), command);
}

/** The panel's frame; null while there is none. */
export function panelOf(page) {
  return page.frames().find((frame) => frame.url().includes('/panel/')) ?? null;
}

/** Opens the panel and waits for a text in it. */
export async function seesText(page, text) {
  await until(`the panel shows "${text}"`, async () => {
    const panel = panelOf(page);
    return panel?.evaluate((wanted) => document.body?.innerText.includes(wanted), text).catch(() => false);
  });
}

/** What a panel shows, as text; empty where there is none. */
export async function shown(page) {
  return (await panelOf(page)?.evaluate(() => document.body?.innerText ?? '').catch(() => '')) ?? '';
}

/** Runs in a page of the hub's origin: everything that it keeps in this browser, as one text. */
export async function storeTextOf() {
  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  let found = JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + document.cookie;
  const decoder = new TextDecoder('latin1');
  const read = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) found += decoder.decode(value);
    else if (value && typeof value === 'object') Object.values(value).forEach(read);
    else found += String(value);
  };
  for (const { name } of await indexedDB.databases()) {
    found += `database ${name} `;
    const database = await asked(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store);
      for (const value of await asked(objects.getAll())) read(value);
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      const type = response.headers.get('content-type') ?? '';
      found += `${request.url} `;
      if (/html|json/.test(type)) found += await response.text();
    }
  }
  return found;
}

/** The same, from a page of its own. */
export async function storedText(context, hubUrl) {
  const page = await context.newPage();
  await page.goto(`${hubUrl}/v1/health`);
  const text = await page.evaluate(storeTextOf);
  await page.close();
  return text;
}
