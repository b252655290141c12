// The real worker with the real core, in a real browser, against a hub that is only as much of one
// as is needed here: it can be reached or not, and places what is pushed.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch } from '../support/browser.mjs';
import { until } from '../support/until.mjs';
import { bundlePageLog, bundleWorker, root, serve } from './log_harness.mjs';

const built = await bundleWorker();
const log = await bundlePageLog();
const skip = built ? false : 'there is no WebAssembly build (build/wasm/bin)';

const kPolicy = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'",
};

const kStoreVersion = Number(
  /kSchemaVersion = (\d+)/.exec(readFileSync(join(root, 'core/store/schema.h'), 'utf8'))[1]);

/** A hub of one customer. */
class SmallHub {
  epoch = '0123456789abcdef';
  events = [];
  pushes = 0;
  up = true;

  answer(request, body) {
    const json = (value) => [200, 'application/json', JSON.stringify(value)];
    const path = request.url.replace(/\?.*/, '');
    if (!this.up) return [503, 'text/plain', 'down', { 'Retry-After': '0' }];
    if (path.endsWith('/tokens')) return json({ token: 'token', expires_in_ms: 3_600_000 });
    if (request.method === 'POST') return json(this.push(JSON.parse(body).events));
    const since = Number(/cursor=\w+\.(\d+)/.exec(request.url)?.[1] ?? 0);
    if (path.endsWith('/stream')) {
      return [200, 'text/event-stream', (response) => response.write(': hello\n\n')];
    }
    const cursor = (seq) => `${this.epoch}.${seq}.0`;
    return json({
      since: cursor(since), cursor: cursor(this.events.length), more: false, time: Date.now(),
      events: this.events.slice(since).map((event, index) => ({ seq: since + index + 1, event })),
    });
  }

  push(events) {
    ++this.pushes;
    return {
      epoch: this.epoch,
      results: events.map((event) => {
        let place = this.events.findIndex((placed) => placed.id === event.id);
        if (place < 0) place = this.events.push(event) - 1;
        return { id: event.id, outcome: 'placed', seq: place + 1 };
      }),
    };
  }

  texts() {
    return this.events.filter((event) => event.type === 'message.posted').map((event) => event.data.text);
  }
}

/** Runs in the page: the panel's end of the worker. */
function startWorker(site) {
  const worker = new Worker('/assets/worker.js');
  const waiting = new Map();
  const wishes = [];
  const all = [];
  let tag = 0;
  worker.onmessage = ({ data }) => {
    if (data.kind === 'answer') waiting.get(data.tag)?.(data.answer);
    else all.push(data);
    for (const wish of wishes) wish();
  };
  const send = (command, given = {}) => new Promise((resolve) => {
    waiting.set(++tag, resolve);
    worker.postMessage({ kind: 'command', tag, command: { command, ...given } });
  });
  window.worker = {
    all,
    send,
    tell: (message) => worker.postMessage(message),
    /** Resolves with the first message of that kind that `like` holds for. */
    heard: (kind, like = () => true) => new Promise((resolve) => {
      const look = () => {
        const found = all.find((message) => message.kind === kind && like(message));
        if (found) resolve(found);
      };
      wishes.push(look);
      look();
    }),
    panel: async () => (await send('panel')).result,
    post: async (text) => (await send('message.post', { text })),
    /** Resolves when the messages are these, with these states. */
    async shows(expected) {
      for (;;) {
        const { messages } = await window.worker.panel();
        if (messages.map(({ text, state }) => `${text}:${state}`).join() === expected) return;
        const seen = all.length;
        await new Promise((resolve) => {
          const look = () => all.length > seen && resolve();
          wishes.push(look);
          look();
        });
      }
    },
  };
  worker.postMessage({ kind: 'open', site });
}

describe('the worker', { skip }, () => {
  let hub, server, browser, context;

  before(async () => {
    hub = new SmallHub();
    server = await serve(async (request, body) => {
      if (request.url === '/assets/worker.js') return [200, 'text/javascript', built.script, kPolicy];
      if (request.url === '/log.js') return [200, 'text/javascript', log];
      if (request.url === '/assets/deskbell.wasm') return [200, 'application/wasm', built.wasm];
      if (request.url.startsWith('/v1/')) return hub.answer(request, body);
      return [200, 'text/html', '<!doctype html>', kPolicy];
    });
    browser = await launch();
    context = await browser.newContext();
  });
  after(async () => {
    await browser.close();
    server.close();
  });

  async function open(site, prepare) {
    const page = await context.newPage();
    if (prepare) await page.addInitScript(prepare);
    await page.goto(`${server.address}/panel`);
    await page.evaluate(startWorker, site);
    await page.evaluate(() => window.worker.heard('opened'));
    return page;
  }

  const texts = (page) => page.evaluate(async () =>
    (await window.worker.panel()).messages.map((message) => message.text));

  test('what was written without a hub survives the page and goes out once', async () => {
    hub.up = false;
    const first = await open('offline');
    for (const text of ['one', 'two', 'three']) {
      const answer = await first.evaluate((words) => window.worker.post(words), text);
      assert.ok(answer.result, JSON.stringify(answer));
    }
    await first.close({ runBeforeUnload: false });

    const second = await open('offline');
    assert.equal((await second.evaluate(() => window.worker.heard('storage'))).storage.state, 'durable');
    await second.evaluate(() => window.worker.shows('one:saved,two:saved,three:saved'));
    hub.up = true;
    await second.evaluate(() => window.worker.shows('one:sent,two:sent,three:sent'));
    assert.deepEqual(hub.texts(), ['one', 'two', 'three']);
    await second.evaluate(() => window.worker.heard('connection', ({ connection }) => connection === 'live'));
    await second.close();
  });

  test('characters that JSON has to write as numbers come through the core as they are', async () => {
    hub.up = true;
    const controls = String.fromCharCode(...Array.from({ length: 31 }, (_, at) => at + 1)) + '\u007f';
    const page = await open('controls');
    const sent = await page.evaluate(async (text) => {
      const posted = await window.worker.post(`a${text}b`);
      const updated = await window.worker.send('customer.update', { attributes: { plan: `c${text}d` } });
      return [posted.error, updated.error].filter(Boolean);
    }, controls);
    assert.deepEqual(sent, []);
    await page.evaluate((text) => window.worker.shows(`a${text}b:sent`), controls);
    assert.ok(hub.texts().includes(`a${controls}b`));
    const { customer } = await page.evaluate(() => window.worker.panel());
    assert.equal(customer.attributes.plan, `c${controls}d`);
    await page.close();
    hub.events = [];
  });

  test('what is written after a message with files does not overtake it', async () => {
    hub.up = false; // it takes no uploads
    const page = await open('in-order');
    await page.evaluate(async () => {
      const blob = new Blob([new Uint8Array(4 << 20)]);
      window.worker.tell({ kind: 'post', tag: 'files', text: 'with a file', files: [{ blob, name: 'plan.pdf' }] });
      await window.worker.post('after it');
    });
    assert.deepEqual(await texts(page), ['with a file', 'after it']);
    await page.close();
    hub.up = true;
  });

  test('the view that was shown last is kept for the panel', async () => {
    const page = await open('offline');
    await page.addScriptTag({ url: '/log.js' });
    const kept = await page.evaluate(async () => {
      const asked = await window.worker.panel();
      for (;;) {
        const view = await window.lastView('offline');
        if (JSON.stringify(view) === JSON.stringify(asked)) return view;
      }
    });
    assert.deepEqual(kept.messages.map(({ text }) => text), ['one', 'two', 'three']);
    await page.close();
  });

  test('two tabs are one customer and see each other write', async () => {
    hub = new SmallHub();
    const [left, right] = await Promise.all([open('tabs'), open('tabs')]);
    await Promise.all([left, right].map((page, tab) => page.evaluate(async (name) => {
      for (let i = 0; i < 30; ++i) {
        const answer = await window.worker.post(`${name}-${i}`);
        if (!answer.result) throw new Error(JSON.stringify(answer));
      }
    }, tab)));
    for (const page of [left, right]) {
      await page.evaluate(async () => {
        for (;;) {
          const { messages } = await window.worker.panel();
          if (messages.length === 60 && messages.every(({ state }) => state === 'sent')) return;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      });
    }
    const sent = hub.texts();
    assert.equal(sent.length, 60);
    assert.equal(new Set(sent).size, 60);
    assert.deepEqual(new Set(await texts(left)), new Set(sent));
    const customers = await Promise.all([left, right].map((page) =>
      page.evaluate(async () => (await window.worker.panel()).customer.id)));
    assert.equal(customers[0], customers[1]);
    const hashes = await Promise.all([left, right].map((page) =>
      page.evaluate(async () => (await window.worker.send('hash')).result.hash)));
    assert.equal(hashes[0], hashes[1]);
    await Promise.all([left.close(), right.close()]);
  });

  test('a paused worker holds no connection, still saves, and goes on when resumed', async () => {
    hub = new SmallHub();
    const page = await open('paused');
    await page.evaluate(() => window.worker.heard('connection', ({ connection }) => connection === 'live'));
    await page.evaluate(() => {
      window.worker.tell({ kind: 'pause', because: 'leaving' });
      return window.worker.heard('connection', ({ connection }) => connection === 'stopped');
    });
    await page.evaluate(() => window.worker.post('written in the dark'));
    await page.evaluate(() => window.worker.shows('written in the dark:saved'));
    assert.deepEqual(hub.texts(), []);
    await page.evaluate(() => window.worker.tell({ kind: 'resume' }));
    await page.evaluate(() => window.worker.shows('written in the dark:sent'));
    await page.close();
  });

  test('without storage everything works, and the customer is told', async () => {
    hub = new SmallHub();
    // A worker has globals of its own: the refusal must come from its script.
    await context.route('**/assets/worker.js', async (route) => {
      const response = await route.fetch();
      const body = "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') };";
      await route.fulfill({ response, body: body + (await response.text()) });
    });
    const page = await open('refused');
    const { storage } = await page.evaluate(() => window.worker.heard('storage'));
    assert.deepEqual(storage, { state: 'memory', reason: 'refused' });
    await page.evaluate(() => window.worker.post('hello'));
    await page.evaluate(() => window.worker.shows('hello:sent'));
    await context.unroute('**/assets/worker.js');
    await page.close();
  });

  test('what a full log could not take goes out, also where another tab has written meanwhile', async () => {
    hub = new SmallHub();
    hub.up = false;
    // The first tab's worker alone finds its storage full, when it is told to.
    await context.route('**/assets/worker.js', async (route) => {
      const response = await route.fetch();
      const body = `
        let full = false;
        new BroadcastChannel('fault').onmessage = ({ data }) => { full = data; postMessage({ kind: 'fault' }); };
        const add = IDBObjectStore.prototype.add;
        IDBObjectStore.prototype.add = function (...given) {
          if (full) throw new DOMException('no room', 'QuotaExceededError');
          return add.apply(this, given);
        };`;
      await route.fulfill({ response, body: body + (await response.text()) });
    });
    const first = await open('overtaken');
    await context.unroute('**/assets/worker.js');
    const second = await open('overtaken');
    const heard = (reason) => first.evaluate((wanted) =>
      window.worker.heard('storage', ({ storage }) => storage.reason === wanted), reason);
    await first.evaluate(() => {
      window.fault = new BroadcastChannel('fault');
      window.fault.postMessage(true);
      return window.worker.heard('fault');
    });
    assert.ok((await first.evaluate(() => window.worker.post('in memory'))).result);
    await heard('full');
    await second.evaluate(() => window.worker.post('beside it'));
    await first.evaluate(() => window.fault.postMessage(false));
    await heard('overtaken');
    hub.up = true;
    await until('both are at the hub', () => hub.texts().length === 2);
    assert.deepEqual(hub.texts().sort(), ['beside it', 'in memory']);
    await Promise.all([first.close(), second.close()]);
  });

  test('before a store of a newer version a tab stops writing and still shows what it has', async () => {
    hub = new SmallHub();
    const page = await open('newer');
    await page.evaluate(() => window.worker.post('before'));
    await page.evaluate(() => window.worker.shows('before:sent'));
    await page.evaluate(async (storeVersion) => {
      const database = await new Promise((resolve) => {
        const request = indexedDB.open('deskbell/newer');
        request.onsuccess = () => resolve(request.result);
      });
      const store = database.transaction('log', 'readwrite').objectStore('log');
      const keys = await new Promise((resolve) => {
        const request = store.getAllKeys();
        request.onsuccess = () => resolve(request.result);
      });
      const record = new Uint8Array(28);
      record.set(new TextEncoder().encode('DBpg'));
      record[4] = 1;
      record[8] = storeVersion + 1;
      await new Promise((resolve) => {
        store.add(record, [keys.at(-1)[0] + 1, 0]).onsuccess = resolve;
      });
    }, kStoreVersion);
    const answer = await page.evaluate(() => window.worker.post('after'));
    assert.equal(answer.error?.code, 'store_too_new');
    const { storage } = await page.evaluate(() =>
      window.worker.heard('storage', ({ storage: told }) => told.state !== 'durable'));
    assert.deepEqual(storage, { state: 'newer' });
    assert.deepEqual(await texts(page), ['before']);
    assert.deepEqual(hub.texts(), ['before']);
    await page.close();
  });

  test('a core that cannot be loaded is told', async () => {
    await context.route('**/deskbell.wasm', (route) => route.fulfill({ status: 404, body: '' }));
    const page = await context.newPage();
    await page.goto(`${server.address}/panel`);
    await page.evaluate(startWorker, 'unloaded');
    const { message } = await page.evaluate(() => window.worker.heard('failed'));
    assert.ok(message.length > 0);
    await context.unroute('**/deskbell.wasm');
    await page.close();
  });
});

/** The module that is served, here. */
async function loadCore() {
  globalThis.self = { location: { href: 'file:///' } }; // the glue is made for workers
  const { default: makeCore } = await import(join(built.folder, 'deskbell.mjs'));
  const module = await makeCore({ wasmBinary: built.wasm });
  delete globalThis.self;
  return module;
}

test('the types of the core name what the module has, no more and no less', { skip }, async () => {
  const module = await loadCore();
  const source = readFileSync(join(root, 'web/src/worker/core.ts'), 'utf8');
  const declared = /coreMethods: Record<keyof CoreDevice, true> = \{([^}]*)\}/.exec(source)[1];
  const names = [...declared.matchAll(/(\w+): true/g)].map((match) => match[1]);
  const own = Object.getOwnPropertyNames(module.CoreDevice.prototype).filter((name) => name !== 'constructor');
  const embind = ['delete'];
  assert.deepEqual(new Set([...own, ...embind]), new Set(names));
  const device = new module.CoreDevice();
  for (const name of names) assert.equal(typeof device[name], 'function', name);
});

// Natively a C library has its part in text; the module has its own (wasm/small_libc.c).
test('the module that is served keeps every control character of a message', { skip }, async () => {
  const { CoreDevice } = await loadCore();
  const device = new CoreDevice();
  const ask = (command) => JSON.parse(device.send(JSON.stringify(command), 1_763_770_000_000)).result;
  ask({ command: 'new_customer', site: 'shop' });
  const controls = String.fromCharCode(...Array.from({ length: 0x1f }, (_, i) => i + 1), 0x7f);
  const text = `from ${controls} to "\\ é 😀 here`;
  ask({ command: 'message.post', text });
  assert.equal(ask({ command: 'panel' }).messages[0]?.text, text);
});
