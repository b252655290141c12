// What the page store does where a browser gives it no room, no storage or a store of another
// version: nothing is lost, and the customer is told. Each state is made by the browser's own means.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { openBrowser } from '../../support/browsers.mjs';
import { isKeptForOffline } from '../../support/offline.mjs';
import { until } from '../../support/until.mjs';
import { becomeCustomer, Desk, site } from './desk.mjs';

const profiles = await mkdtemp(join(tmpdir(), 'deskbell-storage-'));
const browsers = new Map();

async function browserFor(name) {
  if (!browsers.has(name)) {
    browsers.set(name, await openBrowser(name, { profile: join(profiles, name) }));
  }
  return browsers.get(name);
}

after(async () => {
  for (const browser of browsers.values()) await browser.close();
  await rm(profiles, { recursive: true, force: true, maxRetries: 10 });
});

/** A test in each of these browsers, with a hub of its own (and so an origin without any storage). */
function promise(words, names, run, options = null) {
  for (const name of names) {
    test(`${name}: ${words}`, async () => {
      const desk = await Desk.open();
      const own = options?.[name];
      const browser = own
        ? await openBrowser(name, { profile: desk.profile(name), ...own })
        : await browserFor(name);
      const tabs = [];
      const visit = async (url = desk.panel) => {
        const tab = await browser.open(url);
        tabs.push(tab);
        await tab.evaluate(becomeCustomer);
        await tab.evaluate(() => window.customer.isOpen());
        return tab;
      };
      try {
        await run({ desk, browser, visit });
      } finally {
        for (const tab of tabs) await tab.close();
        if (own) await browser.close();
        await desk.close();
      }
    });
  }
}

async function again(tab) {
  await tab.reload();
  await tab.evaluate(becomeCustomer);
}

const write = (tab, text) => tab.evaluate((words) => window.customer.write(words), text);
const reaches = (tab, text, states) =>
  tab.evaluate((...given) => window.customer.reaches(...given), [text], states);
const hears = (tab, words) => tab.evaluate((part) => window.customer.hears(part), words);
const hearsNothing = (tab) =>
  tab.evaluate(() => window.customer.until(() => window.customer.notices().length === 0));

async function hubHas(desk, ...texts) {
  await until(`the hub has ${texts}`, async () => {
    const placed = (await desk.messages()).map(({ text }) => text);
    return texts.every((text) => placed.includes(text));
  });
  const placed = await desk.messages();
  assert.deepEqual(placed.map(({ text }) => text), texts);
  assert.equal(new Set(placed.map(({ author }) => author)).size, 1);
}

/** Runs in a page of the hub's origin: the store as it lies there, and changes to it. */
function reachStore(name) {
  const ask = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const kStores = ['log', 'chunks', 'meta', 'screen'];
  const within = async (work, version) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => {
      for (const each of kStores) {
        if (!request.result.objectStoreNames.contains(each)) request.result.createObjectStore(each);
      }
    };
    const database = await ask(request);
    try {
      return await work(database);
    } finally {
      database.close();
    }
  };
  const read = () => within(async (database) => {
    const transaction = database.transaction(kStores);
    return Promise.all(kStores.map(async (each) => {
      const store = transaction.objectStore(each);
      const [keys, values] = await Promise.all([ask(store.getAllKeys()), ask(store.getAll())]);
      return keys.map((key, index) => [key, values[index]]);
    }));
  });
  const change = (act) => within((database) => new Promise((resolve, reject) => {
    const transaction = database.transaction('log', 'readwrite');
    act(transaction.objectStore('log'));
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  }));
  window.store = {
    version: () => within((database) => database.version),
    upgrade: async () => within(() => undefined, (await window.store.version()) + 1),
    count: async () => (await read())[0].length,
    /** Whether the view that is shown first has this text. */
    shows: async (text) => (await read())[3].some(([, view]) => view.includes(text)),
    remove: () => ask(indexedDB.deleteDatabase(name)),
    /** As the version before had it. */
    async downgrade() {
      const version = await window.store.version();
      const content = await read();
      await window.store.remove();
      await within((database) => new Promise((resolve) => {
        const transaction = database.transaction(kStores, 'readwrite');
        kStores.forEach((each, index) => {
          for (const [key, value] of content[index]) transaction.objectStore(each).put(value, key);
        });
        transaction.oncomplete = resolve;
      }), version - 1);
    },
    /** A record such as a later version of the store would write; answers its position. */
    async addNewer() {
      const [position] = (await read())[0].at(-1)[0];
      const record = new Uint8Array(28);
      record.set(new TextEncoder().encode('DBpg'));
      record.set([1, 0, 0, 0, 0xff, 0xff], 4);
      await change((log) => log.add(record, [position + 1, 0]));
      return position + 1;
    },
    /** Takes the first record away, which others follow; answers it. */
    async damage() {
      const [key, value] = (await read())[0][0];
      await change((store) => store.delete(key));
      return { key, value: [...value] };
    },
    /** Writes nothing, but as a writer would. */
    touch: () => change((store) => store.delete([-1, 0])),
    mend: ({ key, value }) => change((store) => store.add(new Uint8Array(value), key)),
    take: (position) => change((store) => store.delete([position, 0])),
  };
}

/** A page of the hub's origin that runs nothing of ours. */
async function openStore({ desk, browser }) {
  const tab = await browser.open(`${desk.url}/deskbell.js`);
  await tab.evaluate(reachStore, `deskbell/${site}`);
  return tab;
}

const kAll = ['chromium', 'firefox', 'webkit'];

describe('a full store', () => {
  /** Holds as long as the tab that it was asked through is open; answers how to lift it. */
  async function limitStorage(tab, desk, quotaSize) {
    const session = await tab.page.createCDPSession();
    await session.send('Storage.overrideQuotaForOrigin', { origin: desk.url, quotaSize });
    return () => session.send('Storage.overrideQuotaForOrigin', { origin: desk.url });
  }

  promise('what is written while it is full is kept as soon as there is room', ['chromium'],
    async ({ desk, browser }) => {
      const tab = await browser.open();
      // The files for offline use count as well.
      const lift = await limitStorage(tab, desk, 2_000_000);
      await tab.goto(desk.panel);
      await tab.evaluate(becomeCustomer);
      await write(tab, 'before');
      await reaches(tab, 'before', ['sent']);
      await isKeptForOffline(tab);
      await desk.network.cut();
      const texts = await tab.evaluate(async (long) => {
        const written = [];
        while (!window.customer.notices().some((each) => each.includes('its storage is full'))) {
          written.push(`${written.length}${long}`);
          await window.customer.write(written.at(-1));
          await window.customer.reaches(written.slice(-1), ['saved', 'waiting']);
        }
        return written;
      }, ' long'.repeat(3000));
      await reaches(tab, texts.at(-1), ['waiting']);
      await lift();
      await tab.evaluate((all) => window.customer.reaches(all, ['saved']), texts);
      await tab.evaluate(() => window.customer.until(() =>
        !window.customer.notices().some((each) => each.includes('full'))));
      const [next] = await browser.killPages();
      await next.goto(desk.panel);
      await next.evaluate(becomeCustomer);
      await next.evaluate((all) => window.customer.reaches(all, ['saved']), texts);
      await desk.network.restore();
      await hubHas(desk, 'before', ...texts);
    }, { chromium: {} });

  promise('from the start, everything works in memory and the customer is told', ['chromium'],
    async ({ desk, browser, visit }) => {
      const holder = await browser.open();
      const lift = await limitStorage(holder, desk, 1);
      const tab = await visit();
      await hears(tab, 'its storage is full');
      await write(tab, 'in memory');
      await reaches(tab, 'in memory', ['sent']);
      await lift();
      await hearsNothing(tab);
      await again(tab);
      await reaches(tab, 'in memory', ['sent']);
      await write(tab, 'saved');
      await reaches(tab, 'saved', ['sent']);
      await hubHas(desk, 'in memory', 'saved');
      await holder.close();
    });
});

describe('a browser that gives no storage', () => {
  const kBlocked = {
    chromium: { preferences: { profile: { default_content_setting_values: { cookies: 2 } } } },
    firefox: { preferences: { 'network.cookie.cookieBehavior': 2 } },
  };

  promise('says so, and what is written goes out while the page is open', ['chromium', 'firefox'],
    async ({ desk, visit }) => {
      const tab = await visit();
      await hears(tab, 'does not let this page store anything');
      await write(tab, 'one');
      await reaches(tab, 'one', ['sent']);
      await desk.network.cut();
      await write(tab, 'two');
      await reaches(tab, 'two', ['waiting']);
      await hears(tab, 'Keep this page open');
      await desk.network.restore();
      await reaches(tab, 'two', ['sent']);
      await hubHas(desk, 'one', 'two');
    }, kBlocked);

  const kPrivate = {
    chromium: { args: ['--incognito'] },
    firefox: { preferences: { 'browser.privatebrowsing.autostart': true } },
  };

  promise('or only as long as it is open (private mode) keeps what was written over a reload',
    ['chromium', 'firefox'], async ({ desk, visit }) => {
      const tab = await visit();
      await desk.network.cut();
      await write(tab, 'private');
      await reaches(tab, 'private', ['saved']);
      await desk.network.restore();
      await again(tab);
      await reaches(tab, 'private', ['sent']);
      await hubHas(desk, 'private');
    }, kPrivate);
});

describe('a newer version', () => {
  promise('that changes the store under an open page is not held up, and the page says so', kAll,
    async (world) => {
      const { desk, visit } = world;
      const tab = await visit();
      await write(tab, 'saved by the old one');
      await reaches(tab, 'saved by the old one', ['sent']);
      const store = await openStore(world);
      await store.evaluate(() => window.store.upgrade());
      await hears(tab, 'A newer version of this chat');
      const count = await store.evaluate(() => window.store.count());

      // Nothing is written any more, and what is typed is not lost, whatever the customer does.
      await write(tab, 'too late');
      await reaches(tab, 'too late', ['unsaved']);
      await again(tab);
      await hears(tab, 'A newer version of this chat');
      await reaches(tab, 'too late', ['unsaved']);
      assert.equal(await store.evaluate(() => window.store.count()), count);

      await store.evaluate(() => window.store.downgrade());
      await again(tab);
      await reaches(tab, 'saved by the old one', ['sent']);
      await tab.evaluate(() => document.querySelector('.failure button').click());
      await reaches(tab, 'too late', ['sent']);
      await hubHas(desk, 'saved by the old one', 'too late');
      await store.close();
    });

  promise('that has written before the page is opened is told, and nothing is written', kAll,
    async (world) => {
      const { desk, visit } = world;
      const tab = await visit();
      await tab.evaluate(() => window.customer.until(() => document.querySelector('[data-current]')));
      const store = await openStore(world);
      await desk.network.cut();
      await write(tab, 'rests on the device');
      await reaches(tab, 'rests on the device', ['saved']);
      await until('it is kept to be shown first', () =>
        store.evaluate((text) => window.store.shows(text), 'rests on the device'));
      // Before the message can go out: what is told of it then would take the same place.
      const position = await store.evaluate(() => window.store.addNewer());
      await desk.network.restore();
      await again(tab);
      await hears(tab, 'A newer version of this chat');
      assert.equal(await tab.evaluate(() => document.querySelector('.loading')), null);
      await write(tab, 'typed meanwhile');
      await reaches(tab, 'typed meanwhile', ['unsaved']);
      await store.evaluate((added) => window.store.take(added), position);
      await again(tab);
      await reaches(tab, 'rests on the device', ['sent']);
      await tab.evaluate(() => document.querySelector('.failure button').click());
      await reaches(tab, 'typed meanwhile', ['sent']);
      await hubHas(desk, 'rests on the device', 'typed meanwhile');
      await store.close();
    });
});

describe('a page that is left', () => {
  promise('in the middle of its writing holds up nobody', kAll, async (world) => {
    const { desk, visit } = world;
    const tab = await visit();
    const store = await openStore(world);
    const texts = Array.from({ length: 12 }, (_, index) => `message ${index}`);
    for (const [index, text] of texts.entries()) {
      await write(tab, text);
      if (index % 3 !== 2) continue;
      // Then it is safe, and the store's own writing has just begun.
      await reaches(tab, text, ['saved', 'sent', 'delivered']);
      await tab.goto(`${desk.url}/deskbell.js`);
      await store.evaluate(() => window.store.touch());
      await tab.goto(desk.panel);
      await tab.evaluate(becomeCustomer);
    }
    await hubHas(desk, ...texts);
    await store.close();
  });
});

describe('a store that is not whole', () => {
  promise('is left as it is, and the customer is told', kAll, async (world) => {
    const { desk, visit } = world;
    const tab = await visit();
    await write(tab, 'before');
    await reaches(tab, 'before', ['sent']);
    const store = await openStore(world);
    await tab.goto(`${desk.url}/deskbell.js`);
    const taken = await store.evaluate(() => window.store.damage());
    const count = await store.evaluate(() => window.store.count());
    await tab.goto(desk.panel);
    await tab.evaluate(becomeCustomer);
    await hears(tab, 'cannot be read');
    assert.equal(await store.evaluate(() => window.store.count()), count);
    await store.evaluate((record) => window.store.mend(record), taken);
    await again(tab);
    await reaches(tab, 'before', ['sent']);
    await hubHas(desk, 'before');
    await store.close();
  });

  promise('because it was cleared under an open page is told at once; the page goes on', kAll,
    async (world) => {
      const { desk, visit } = world;
      const tab = await visit();
      await write(tab, 'before');
      await reaches(tab, 'before', ['sent']);
      const store = await openStore(world);
      await store.evaluate(() => window.store.remove());
      await hears(tab, 'the browser cleared its storage');
      await write(tab, 'after');
      await reaches(tab, 'after', ['sent']);
      await hubHas(desk, 'before', 'after');
      await store.close();
    });
});
