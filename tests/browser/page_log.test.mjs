// The page log in a real browser: nothing that was acknowledged is ever lost, and what cannot be
// kept is told.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch } from '../support/browser.mjs';
import { openBrowser } from '../support/browsers.mjs';
import { bundlePageLog, MortalBrowser, serve } from './log_harness.mjs';

/** Acknowledged writes, as the server was told of them. */
const acknowledged = new Set();
let server;
let browser;

before(async () => {
  const script = await bundlePageLog();
  server = await serve(async (request, body) => {
    if (request.url === '/log.js') return [200, 'text/javascript', script];
    if (request.url === '/acknowledge') return acknowledged.add(body), [200, 'text/plain', ''];
    return [200, 'text/html', '<!doctype html><script src="/log.js"></script><script src="/tab.js"></script>'];
  });
  browser = await launch();
});

after(async () => {
  await browser.close();
  server.close();
});

/** Runs in the page: a tab whose whole state is the list of what was written, in order. */
function makeTab(site) {
  const text = new TextDecoder();
  const bytes = (value) => new TextEncoder().encode(JSON.stringify(value));
  const log = new window.PageLog(site);
  const tab = {
    log,
    state: [],
    padding: '',
    take(news) {
      for (const record of news) {
        const { whole, entry } = JSON.parse(text.decode(record));
        if (whole) tab.state = whole;
        else tab.state.push(entry);
      }
    },
    open: async () => tab.take(await log.catchUp()),
    /** One attempt, without looking first. */
    async attempt(entry, durability = 'relaxed') {
      const record = bytes({ entry, padding: tab.padding });
      const { done, news } = await log.append(
        record, durability, () => [bytes({ whole: [...tab.state, entry] })]);
      if (done) tab.state.push(entry);
      tab.take(news);
      return done;
    },
    async write(entry, durability) {
      let conflicts = 0;
      while (!(await tab.attempt(entry, durability))) ++conflicts;
      return conflicts;
    },
    fail: (promise) => promise.then(() => 'nothing', (error) => error.reason ?? String(error)),
  };
  window.tab = tab;
}

async function openTab(context, site, prepare) {
  const page = await context.newPage();
  if (prepare) await page.addInitScript(prepare);
  await page.goto(server.address);
  await page.evaluate(makeTab, site);
  return page;
}

async function stateOf(context, site) {
  const page = await openTab(context, site);
  return page.evaluate(async () => {
    await window.tab.open();
    return window.tab.state;
  });
}

/** Runs in the page: where records lie that no tab reads any more. */
async function unread(site) {
  const ask = (request) => new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
  });
  const database = await ask(indexedDB.open(`deskbell/${site}`));
  const transaction = database.transaction(['log', 'meta']);
  const keys = ask(transaction.objectStore('log').getAllKeys());
  const { gone } = await ask(transaction.objectStore('meta').get('store'));
  return (await keys).map(([position]) => position).filter((position) =>
    position <= gone && position % 64 !== 0);
}

describe('the page log', () => {
  let context;
  before(async () => (context = await browser.newContext()));
  after(() => context.close());

  test('three tabs that write at once never lose an update', async () => {
    const pages = await Promise.all([1, 2, 3].map(() => openTab(context, 'many')));
    const results = await Promise.all(pages.map((page, number) => page.evaluate(async (name) => {
      await window.tab.open();
      let conflicts = 0;
      for (let i = 0; i < 100; ++i) conflicts += await window.tab.write(`${name}-${i}`);
      return conflicts;
    }, number)));
    assert.ok(results.reduce((sum, conflicts) => sum + conflicts, 0) > 0, 'they never met');
    const stored = await stateOf(context, 'many');
    assert.equal(stored.length, 300);
    assert.equal(new Set(stored).size, 300);
    for (const page of pages) {
      const state = await page.evaluate(async () => (await window.tab.open(), window.tab.state));
      assert.deepEqual(state, stored);
    }
  });

  test('a tab that slept through many folds neither writes into the past nor loses anything', async () => {
    for (const asleepAt of [3, 62, 63, 64, 127]) {
      const site = `sleeper-${asleepAt}`;
      const sleeper = await openTab(context, site);
      const writer = await openTab(context, site);
      await sleeper.evaluate(async (count) => {
        await window.tab.open();
        for (let i = 0; i < count; ++i) await window.tab.write(`early-${i}`);
      }, asleepAt);
      await writer.evaluate(async () => {
        await window.tab.open();
        for (let i = 0; i < 300; ++i) await window.tab.write(`writer-${i}`);
      });
      const first = await sleeper.evaluate(() => window.tab.attempt('late'));
      assert.equal(first, false);
      await sleeper.evaluate(() => window.tab.write('late'));
      const stored = await stateOf(context, site);
      assert.equal(stored.length, asleepAt + 301);
      assert.equal(stored.at(-1), 'late');
      assert.deepEqual(await sleeper.evaluate(() => window.tab.state), stored);
      assert.deepEqual(await sleeper.evaluate(unread, site), [], 'a record that nobody reads');
    }
  });

  test('the log does not grow without end', async () => {
    const page = await openTab(context, 'growing');
    const count = await page.evaluate(async () => {
      await window.tab.open();
      for (let i = 0; i < 640; ++i) await window.tab.write(i);
      const database = await new Promise((resolve) => {
        const request = indexedDB.open('deskbell/growing');
        request.onsuccess = () => resolve(request.result);
      });
      return new Promise((resolve) => {
        const request = database.transaction('log').objectStore('log').count();
        request.onsuccess = () => resolve(request.result);
      });
    });
    // 64 batches that are kept and a key for each earlier fold.
    assert.ok(count <= 64 + 10, `${count} records`);
  });

  test('a batch larger than a value comes back whole', async () => {
    const page = await openTab(context, 'large');
    await page.evaluate(async () => {
      await window.tab.open();
      window.tab.padding = 'x'.repeat(200_000);
      await window.tab.write('large');
      window.tab.padding = '';
      await window.tab.write('small');
    });
    assert.deepEqual(await stateOf(context, 'large'), ['large', 'small']);
  });

  test('a batch that could be written only in part is not written at all', async () => {
    const page = await openTab(context, 'part', () => {
      const add = IDBObjectStore.prototype.add;
      IDBObjectStore.prototype.add = function (value, key) {
        if (window.fails && key[1] === 2) throw new DOMException('no', 'DataCloneError');
        return add.call(this, value, key);
      };
    });
    const told = await page.evaluate(async () => {
      await window.tab.open();
      await window.tab.write('whole');
      window.fails = true;
      window.tab.padding = 'x'.repeat(200_000);
      return window.tab.fail(window.tab.write('part'));
    });
    assert.equal(told, 'refused');
    assert.deepEqual(await stateOf(context, 'part'), ['whole']);
  });

  test('an append that was written but never answered is not written twice', async () => {
    const page = await openTab(context, 'unanswered', () => {
      const transaction = IDBDatabase.prototype.transaction;
      IDBDatabase.prototype.transaction = function (...given) {
        const made = transaction.apply(this, given);
        if (given[1] === 'readwrite' && !window.swallowed) {
          window.swallowed = true;
          made.addEventListener('complete', (event) => event.stopImmediatePropagation());
        }
        return made;
      };
    });
    await page.evaluate(async () => {
      await window.tab.open();
      await window.tab.write('once');
    });
    assert.deepEqual(await stateOf(context, 'unanswered'), ['once']);
  });

  test('an append that a newer version interrupts counts', async () => {
    const page = await openTab(context, 'interrupted', () => {
      const transaction = IDBDatabase.prototype.transaction;
      IDBDatabase.prototype.transaction = function (...given) {
        const made = transaction.apply(this, given);
        // The browser asks to let go of the store while the append is under way.
        if (window.interrupts && given[1] === 'readwrite') {
          window.interrupts = false;
          queueMicrotask(() => this.dispatchEvent(new Event('versionchange')));
        }
        return made;
      };
    });
    const told = await page.evaluate(async () => {
      await window.tab.open();
      let stale = 0;
      window.tab.log.onStale = () => ++stale;
      window.interrupts = true;
      const done = await window.tab.attempt('written');
      await new Promise((resolve) => (indexedDB.open('deskbell/interrupted', 9).onsuccess = resolve));
      return { done, stale, next: await window.tab.fail(window.tab.write('too late')) };
    });
    assert.deepEqual(told, { done: true, stale: 1, next: 'newer' });
  });

  test('the last view is kept beside the log, and found without it', async () => {
    const page = await openTab(context, 'screen');
    await page.evaluate(() => window.tab.log.keepScreen('{"a":1}'));
    const other = await openTab(context, 'screen');
    assert.deepEqual(await other.evaluate(() => window.lastView('screen')), { a: 1 });
  });

  test('whoever looks for the last view makes no store, and changes none', async () => {
    const page = await openTab(context, 'unseen');
    const look = (site) => page.evaluate((name) => window.lastView(name), site);
    const stores = () => page.evaluate(async () => (
      (await indexedDB.databases()).map(({ name, version }) => `${name} ${version}`)));
    assert.equal(await look('nobody'), null);
    assert.ok(!(await stores()).some((name) => name.startsWith('deskbell/nobody')));
    // One that holds no view yet, and one of a newer version's form.
    await page.evaluate(() => window.tab.open());
    assert.equal(await look('unseen'), null);
    await page.evaluate(() => new Promise((resolve, reject) => {
      const request = indexedDB.open('deskbell/newer', 7);
      request.onerror = reject;
      request.onsuccess = () => resolve(request.result.close());
    }));
    assert.equal(await look('newer'), null);
    assert.ok((await stores()).includes('deskbell/newer 7'));
    // The look is over: the log is free to go on, and the store to be deleted.
    await page.evaluate(() => window.tab.write('after'));
    assert.deepEqual(await stateOf(context, 'unseen'), ['after']);
  });
});

// A conflict must undo the whole transaction in every engine, with all that was written beside the
// record: its other pieces, and the fold.
for (const name of ['firefox', 'webkit']) {
  test(`${name}: three tabs that write batches large and small never lose an update`, async () => {
    const profile = await mkdtemp(join(tmpdir(), 'deskbell-log-'));
    const engine = await openBrowser(name, { profile });
    try {
      const open = async () => {
        const tab = await engine.open(server.address);
        await tab.evaluate(makeTab, 'many');
        return tab;
      };
      const tabs = [await open(), await open(), await open()];
      // WebKit's driver does one thing after the other: the tabs are started, then awaited.
      for (const [number, tab] of tabs.entries()) {
        await tab.evaluate((name) => {
          window.writing = (async () => {
            await window.tab.open();
            let conflicts = 0;
            for (let i = 0; i < 60; ++i) {
              window.tab.padding = 'x'.repeat(i % 3 ? 0 : 150_000);
              conflicts += await window.tab.write(`${name}-${i}`);
            }
            return conflicts;
          })();
        }, number);
      }
      let conflicts = 0;
      for (const tab of tabs) conflicts += await tab.evaluate(() => window.writing);
      assert.ok(conflicts > 0, 'they never met');
      tabs.push(await open());
      const states = [];
      for (const tab of tabs) {
        states.push(await tab.evaluate(async () => (await window.tab.open(), window.tab.state)));
      }
      assert.equal(new Set(states[3]).size, 180);
      for (const state of states) assert.deepEqual(state, states[3]);
    } finally {
      await engine.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 10 });
    }
  });
}

describe('what cannot be kept is told', () => {
  const failures = {
    'a browser that forbids storage': ['refused', () => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('denied', 'SecurityError');
      };
    }],
    'a browser without storage': ['refused', () => {
      Object.defineProperty(window, 'indexedDB', { value: undefined });
    }],
    'storage that fails to open': ['refused', () => {
      IDBFactory.prototype.open = () => {
        const request = new EventTarget();
        request.error = new DOMException('internal', 'UnknownError');
        setTimeout(() => request.onerror());
        return request;
      };
    }],
    'a full disk': ['full', () => {
      IDBObjectStore.prototype.add = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    }],
    'storage that never answers': ['stuck', () => {
      IDBFactory.prototype.open = () => new EventTarget();
    }],
  };
  for (const [name, [reason, prepare]] of Object.entries(failures)) {
    test(`${name}: ${reason}`, async () => {
      const context = await browser.newContext();
      const page = await openTab(context, 'failing', prepare);
      const told = await page.evaluate(() =>
        window.tab.fail(window.tab.open().then(() => window.tab.write('x'))));
      assert.equal(told, reason);
      await context.close();
    });
  }

  test('a store that was deleted under a tab', async () => {
    const context = await browser.newContext();
    const page = await openTab(context, 'evicted');
    const told = await page.evaluate(async () => {
      await window.tab.open();
      for (let i = 0; i < 63; ++i) await window.tab.write(i);
      await new Promise((resolve) => (indexedDB.deleteDatabase('deskbell/evicted').onsuccess = resolve));
      // The next append would fold: another tab's new store must not be overwritten by it.
      const other = new window.PageLog('evicted');
      await other.catchUp();
      await other.append(new TextEncoder().encode('{"entry":"new"}'), 'relaxed', () => []);
      return window.tab.fail(window.tab.write('x'));
    });
    assert.equal(told, 'evicted');
    assert.deepEqual(await stateOf(context, 'evicted'), ['new']);
    await context.close();
  });

  test('a store of a newer form', async () => {
    const context = await browser.newContext();
    const page = await openTab(context, 'newer');
    const told = await page.evaluate(async () => {
      await window.tab.open();
      await window.tab.write('x');
      await new Promise((resolve) => (indexedDB.open('deskbell/newer', 9).onsuccess = resolve));
      return window.tab.fail(window.tab.write('y'));
    });
    assert.equal(told, 'newer');
    await context.close();
  });

  test('a log with a hole is broken, not half read', async () => {
    const context = await browser.newContext();
    const page = await openTab(context, 'hole');
    const told = await page.evaluate(async () => {
      await window.tab.open();
      for (let i = 0; i < 3; ++i) await window.tab.write(i);
      const database = await new Promise((resolve) => {
        const request = indexedDB.open('deskbell/hole');
        request.onsuccess = () => resolve(request.result);
      });
      await new Promise((resolve) => {
        const transaction = database.transaction('log', 'readwrite');
        transaction.objectStore('log').delete([2, 0]);
        transaction.oncomplete = resolve;
      });
      return window.tab.fail(new window.PageLog('hole').catchUp());
    });
    assert.equal(told, 'broken');
    await context.close();
  });
});

test('what was acknowledged is there after a page crashes and a browser is killed', async () => {
  const mortal = await MortalBrowser.make();
  try {
    for (let round = 0; round < 6; ++round) {
      const page = await mortal.start();
      await page.goto(server.address);
      await page.evaluate(makeTab, 'mortal');
      const before = acknowledged.size;
      const writing = page.evaluate(async (number) => {
        await window.tab.open();
        for (let i = 0; ; ++i) {
          await window.tab.write(`${number}-${i}`, 'strict');
          await fetch('/acknowledge', { method: 'POST', body: `${number}-${i}` });
        }
      }, round).catch(() => undefined);
      const enough = before + 5 + Math.floor(Math.random() * 90);
      while (acknowledged.size < enough) await new Promise((resolve) => setTimeout(resolve, 1));
      if (round % 2) {
        const session = await page.context().newCDPSession(page);
        session.send('Page.crash').catch(() => undefined);
        await new Promise((resolve) => page.once('crash', resolve));
      }
      await mortal.kill();
      await writing;
    }
    const page = await mortal.start();
    await page.goto(server.address);
    await page.evaluate(makeTab, 'mortal');
    const stored = await page.evaluate(async () => (await window.tab.open(), window.tab.state));
    assert.equal(new Set(stored).size, stored.length);
    for (const entry of acknowledged) assert.ok(stored.includes(entry), `${entry} is lost`);
    await mortal.kill();
  } finally {
    await mortal.remove();
  }
});
