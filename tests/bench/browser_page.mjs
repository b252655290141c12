// A page in Chromium with Deskbell's real worker and the peers on it, over a profile on this disk.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { bundleWorker, serve } from '../browser/log_harness.mjs';
import { idOf } from '../protocol/hub.mjs';
import { openProfile } from '../support/browser.mjs';
import { conversationOf, idAt, opens, textOf, timeOf } from './site.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const kEpoch = '0123456789abcdef';
const kPage = 500;
const kForGood = { 'Cache-Control': 'public, max-age=31536000, immutable' };

/** As much of a hub as a customer's device needs to be filled: it holds messages, and can be away. */
class FillingHub {
  #events = [];
  #customer = '';
  away = true;

  constructor(messages) {
    this.messages = messages;
  }

  answer(request, body) {
    const json = (value) => [200, 'application/json', JSON.stringify(value)];
    if (this.away) return [503, 'text/plain', 'away', { 'Retry-After': '3600' }];
    if (request.url.endsWith('/tokens')) {
      this.#customer = JSON.parse(body).id;
      this.#events = [];
      return json({ token: 'token', expires_in_ms: 3_600_000 });
    }
    if (request.method === 'POST') {
      const { events } = JSON.parse(body);
      return json({ epoch: kEpoch, results: events.map(({ id }) => (
        { id, outcome: 'retry', code: 'overloaded', message: 'only filling' })) });
    }
    if (request.url.includes('/stream')) {
      return [200, 'text/event-stream', (response) => response.write(': hello\n\n')];
    }
    const events = this.#all();
    const since = Number(/cursor=\w+\.(\d+)/.exec(request.url)?.[1] ?? 0);
    const end = Math.min(since + kPage, events.length);
    return json({
      since: `${kEpoch}.${since}.0`, cursor: `${kEpoch}.${end}.0`, more: end < events.length, time: Date.now(),
      events: events.slice(since, end).map((event, index) => ({ seq: since + index + 1, event })),
    });
  }

  /** Messages of the customer and of an agent, in turn. */
  #all() {
    if (this.#events.length > 0) return this.#events;
    const author = (number) => (number % 2
      ? { kind: 'agent', id: idOf('agent') } : { kind: 'customer', id: this.#customer });
    for (let number = 0; number < this.messages; ++number) {
      const conversation = conversationOf(number);
      const at = timeOf(number);
      if (opens(number)) {
        this.#events.push({ id: idAt(number, 'start'), type: 'conversation.started', conversation,
          author: author(0), at });
      }
      this.#events.push({ id: idAt(number, 'message'), type: 'message.posted', conversation,
        author: author(number), at, data: { text: textOf(number) } });
    }
    return this.#events;
  }
}

async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'pages', entry)], bundle: true, write: false, minify: true,
    format: 'iife', define: { global: 'window' }, logLevel: 'error',
  });
  return outputFiles[0].text;
}

/** Runs `use({ open, hub })`; `open(peer)` gives a fresh page with that peer's script alone on it. */
export async function withBrowser(messages, use) {
  const worker = await bundleWorker();
  if (!worker) throw new Error('there is no WebAssembly build; run tools/build wasm deskbell_wasm');
  const { code: script } = await transform(worker.script, { minify: true });
  const peers = ['deskbell', 'dexie', 'plain', 'pouchdb'];
  const scripts = Object.fromEntries(
    await Promise.all(peers.map(async (name) => [`/${name}.js`, await bundle(`${name}.mjs`)])));
  const hub = new FillingHub(messages);
  const server = await serve(async (request, body) => {
    const { url } = request;
    if (url === '/assets/worker.js') return [200, 'text/javascript', script, kForGood];
    if (url === '/assets/deskbell.wasm') return [200, 'application/wasm', worker.wasm, kForGood];
    if (scripts[url]) return [200, 'text/javascript', scripts[url], kForGood];
    if (url.startsWith('/v1/')) return hub.answer(request, body);
    return [200, 'text/html', `<!doctype html><link rel="icon" href="data:,"><script src="${url}.js"></script>`];
  });
  const profile = await mkdtemp(join(tmpdir(), 'deskbell-bench-'));
  const context = await openProfile(profile);
  const open = async (peer) => {
    const page = await context.newPage();
    await page.goto(`${server.address}/${peer}`);
    return page;
  };
  try {
    return await use({ open, hub, peers });
  } finally {
    await context.close();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  }
}
