// A worker that dies at its first write to the page log, at its second, and so on to the end of a
// scripted scenario: before the transaction is committed, and after it was committed but before
// anybody heard of it. Then the store is opened again: what was acknowledged is there, nothing is
// doubled, and the rest of the scenario goes through. The real worker, core, IndexedDB and hub.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { openBrowser } from '../../support/browsers.mjs';
import { Desk, site } from './desk.mjs';
import { bundleWorker, serve } from '../log_harness.mjs';

/** Runs before the worker's own script; `?die=3&when=before` says at which write it dies, and when. */
function beMortal() {
  const given = new URLSearchParams(self.location.search);
  const fatal = Number(given.get('die'));
  const tell = self.postMessage.bind(self);
  let writes = 0;
  let dead = false;
  self.postMessage = (message) => { if (!dead) tell(message); };
  const make = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...wanted) {
    const transaction = make.apply(this, wanted);
    if (wanted[1] !== 'readwrite' || ++writes !== fatal) return transaction;
    dead = true;
    const die = (event) => {
      event.stopImmediatePropagation();
      tell({ kind: 'died' });
    };
    transaction.addEventListener('complete', die);
    transaction.addEventListener('abort', die);
    if (given.get('when') === 'before') {
      transaction.commit = () => {};
      queueMicrotask(() => transaction.abort());
    }
    return transaction;
  };
}

/** Runs in the page: `window.device` starts workers, and keeps and puts back what they stored. */
function makeDevice(name) {
  const kStores = ['log', 'chunks', 'meta', 'screen'];
  const ask = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const within = async (work) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => { for (const each of kStores) request.result.createObjectStore(each); };
    const database = await ask(request);
    const value = await work(database);
    database.close();
    return value;
  };

  class Life {
    acknowledged = [];
    #waiting = new Map();
    #tag = 0;

    constructor(query) {
      this.worker = new Worker(`/assets/worker.js${query}`);
      this.died = new Promise((resolve) => { this.die = () => resolve('died'); });
      this.changed = () => {};
      this.worker.onmessage = ({ data }) => {
        if (data.kind === 'died') this.die();
        if (data.kind === 'answer') this.#waiting.get(data.tag)(data.answer);
        if (data.kind === 'storage' && data.storage.state !== 'durable') this.trouble = data.storage;
        this.changed();
      };
      this.worker.postMessage({ kind: 'open', site: name.split('/')[1] });
    }

    send(command, given = {}) {
      return new Promise((resolve) => {
        this.#waiting.set(++this.#tag, resolve);
        this.worker.postMessage({ kind: 'command', tag: this.#tag, command: { command, ...given } });
      });
    }

    async post(text) {
      const { result } = await this.send('message.post', { text });
      this.acknowledged.push({ id: result.id, text });
    }

    async panel() {
      return (await this.send('panel', { limit: 200 })).result;
    }

    async allSent() {
      for (;;) {
        const panel = await this.panel();
        if (panel.unsent === 0 && panel.messages.every(({ state }) => state === 'sent')) return panel;
        await new Promise((resolve) => { this.changed = resolve; });
      }
    }

    async scenario(prefix) {
      await this.post(`${prefix} first`);
      await Promise.all([this.post(`${prefix} second`), this.post(`${prefix} third`)]);
      await this.allSent();
      await this.send('customer.update', { name: prefix });
      await this.post(`${prefix} last`);
      await this.allSent();
    }
  }

  window.device = {
    /** Until it dies, or the scenario is at its end. */
    async live(prefix, query) {
      const life = new Life(query);
      const end = await Promise.race([life.died, life.scenario(prefix).then(() => 'finished')]);
      life.worker.terminate();
      return { end, acknowledged: life.acknowledged, trouble: life.trouble ?? null };
    },
    /** A life without faults, and one more that must find the same. */
    async liveOn(prefix) {
      const life = new Life('');
      const found = await life.panel();
      await life.post(`${prefix} after`);
      await life.allSent();
      const shown = (await life.panel()).messages.map(({ id }) => id).join();
      const next = new Life('');
      const stored = (await next.panel()).messages.map(({ id }) => id).join();
      // When both have read the hub's history to its end, they are equal.
      const hashOf = async (one) => (await one.send('hash')).result.hash;
      while (await hashOf(life) !== await hashOf(next)) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      for (const one of [life, next]) one.worker.terminate();
      return {
        found: found.messages.map(({ id, text }) => ({ id, text })), acknowledged: life.acknowledged,
        trouble: life.trouble ?? next.trouble ?? null, shown, stored,
      };
    },
    /** Writes until the log is this long, for a fold to come soon. */
    async writeUpTo(position) {
      const life = new Life('');
      for (let i = 0; ; ++i) {
        await life.send('customer.update', { name: `name ${i}` });
        const keys = await within((database) => ask(database.transaction('log').objectStore('log').getAllKeys()));
        if (keys.at(-1)[0] >= position) break;
      }
      await life.allSent();
      life.worker.terminate();
    },
    forget: () => ask(indexedDB.deleteDatabase(name)),
    keep: async () => {
      window.kept = await within(async (database) => {
        const transaction = database.transaction(kStores);
        return Promise.all(kStores.map(async (each) => [
          await ask(transaction.objectStore(each).getAllKeys()), await ask(transaction.objectStore(each).getAll()),
        ]));
      });
    },
    putBack: async () => {
      await window.device.forget();
      await within((database) => new Promise((resolve) => {
        const transaction = database.transaction(kStores, 'readwrite');
        kStores.forEach((each, index) => {
          const [keys, values] = window.kept[index];
          keys.forEach((key, at) => transaction.objectStore(each).put(values[at], key));
        });
        transaction.oncomplete = resolve;
      }));
    },
  };
}

const built = await bundleWorker();
const skip = built ? false : 'there is no WebAssembly build (build/wasm/bin)';
let desk, server, profiles;

before(async () => {
  if (skip) return;
  desk = await Desk.open();
  profiles = await mkdtemp(join(tmpdir(), 'deskbell-crash-'));
  const worker = `(${beMortal})();\n${built.script}`;
  server = await serve(async (request, body) => {
    const { pathname } = new URL(request.url, 'http://hub');
    if (pathname === '/assets/worker.js') return [200, 'text/javascript', worker];
    if (pathname === '/assets/deskbell.wasm') return [200, 'application/wasm', built.wasm];
    if (!pathname.startsWith('/v1/')) return [200, 'text/html', '<!doctype html><link rel="icon" href="data:,">'];
    // All else is the real hub's.
    const { host, connection, 'content-length': length, ...headers } = request.headers;
    const answer = await fetch(desk.direct + request.url,
      { method: request.method, headers, body: body || undefined });
    return [answer.status, answer.headers.get('content-type') ?? 'text/plain',
      (response) => Readable.fromWeb(answer.body).on('error', () => response.destroy()).pipe(response)];
  });
});
after(async () => {
  server?.close();
  await desk?.close();
  if (profiles) await rm(profiles, { recursive: true, force: true, maxRetries: 10 });
});

/** Dies at every write of the scenario in turn; answers how many there were. */
async function dieEverywhere(tab, label, begin) {
  let last = 0;
  for (const when of ['before', 'after']) {
    for (let write = 1; ; ++write) {
      const prefix = `${label} ${when} ${write}:`;
      await tab.evaluate(begin);
      const life = await tab.evaluate((...given) => window.device.live(...given),
        prefix, `?die=${write}&when=${when}`);
      assert.equal(life.trouble, null, prefix);
      const next = await tab.evaluate((given) => window.device.liveOn(given), prefix);
      assert.equal(next.trouble, null, prefix);
      assert.equal(next.stored, next.shown, `${prefix} what is stored is not what was shown`);
      const placed = await desk.messages();
      for (const { id, text } of life.acknowledged) {
        assert.ok(next.found.some((one) => one.id === id), `${text} is lost on the device`);
      }
      for (const { id, text } of [...life.acknowledged, ...next.acknowledged]) {
        assert.equal(placed.filter((one) => one.id === id).length, 1, `${text} at the hub`);
      }
      const texts = placed.map(({ text }) => text).filter((text) => text.startsWith(prefix));
      assert.equal(new Set(texts).size, texts.length, `${prefix} a text came twice`);
      last = Math.max(last, write);
      if (life.end === 'finished') break;
    }
  }
  return last - 1;
}

async function dieAndCheck(name, print) {
  const browser = await openBrowser(name, { profile: join(profiles, name) });
  try {
    const tab = await browser.open(server.address);
    await tab.evaluate(makeDevice, `deskbell/${site}`);
    // From an empty store; and with one that is folded on the way, whose appends are of another kind.
    const fresh = name === 'chromium'
      ? await dieEverywhere(tab, `${name} fresh`, () => window.device.forget()) : null;
    await tab.evaluate(() => window.device.forget());
    await tab.evaluate(() => window.device.writeUpTo(59));
    await tab.evaluate(() => window.device.keep());
    const folded = await dieEverywhere(tab, `${name} folded`, () => window.device.putBack());
    print(`${[fresh, folded].filter(Boolean).join(' and ')} writes, each before and after its commit`);
    assert.ok(folded > 4);
  } finally {
    await browser.close();
  }
}

describe('a worker that dies at any write loses nothing that was acknowledged', { skip, concurrency: true }, () => {
  for (const name of ['chromium', 'firefox']) {
    test(name, (t) => dieAndCheck(name, (line) => t.diagnostic(line)));
  }
});
