// The widget's life on a page: what it does before anybody wants it, and that it leaves nothing
// behind, whatever the page calls in whatever order. The real loader, panel, worker, core and hub.
//
// LIFECYCLE_SEQUENCES=1000 tries more sequences of calls; DESKBELL_SEED makes a run again.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../support/random.mjs';
import { browser, call, panelOf, seesText, shop, site, storedText, useShop, visit } from '../support/shop.mjs';
import { launcherNames } from '../support/launcher.mjs';
import { until } from '../support/until.mjs';

const kSequences = Number(process.env['LIFECYCLE_SEQUENCES'] ?? 40);
const kSteps = 14;

useShop();

/** Runs in the page before all else: what is begun and not ended is counted. */
function countLeftovers() {
  const timers = new Set();
  for (const [set, clear] of [['setTimeout', 'clearTimeout'], ['setInterval', 'clearInterval']]) {
    const [realSet, realClear] = [window[set], window[clear]];
    window[set] = (run, ms, ...given) => {
      const id = realSet((...args) => {
        if (set === 'setTimeout') timers.delete(id);
        run(...args);
      }, ms, ...given);
      timers.add(id);
      return id;
    };
    window[clear] = (id) => {
      timers.delete(id);
      realClear(id);
    };
  }
  const observers = new Set();
  window.MutationObserver = class extends window.MutationObserver {
    observe(...given) {
      observers.add(this);
      super.observe(...given);
    }

    disconnect() {
      observers.delete(this);
      super.disconnect();
    }
  };
  window.countedHere = () => ({
    timers: timers.size, observers: observers.size,
    nodes: document.querySelectorAll('*').length, storage: Object.keys(localStorage).length,
    title: document.title,
  });
}

class Counter {
  static async of(page) {
    const counter = new Counter();
    counter.page = page;
    counter.devtools = await page.context().newCDPSession(page);
    return counter;
  }

  async listeners() {
    let count = 0;
    for (const expression of ['window', 'document', 'document.documentElement', 'document.body', 'visualViewport']) {
      const { result } = await this.devtools.send('Runtime.evaluate', { expression });
      const found = await this.devtools.send('DOMDebugger.getEventListeners', result);
      count += found.listeners.length;
    }
    return count;
  }

  async all() {
    return {
      ...await this.page.evaluate(() => window.countedHere()),
      listeners: await this.listeners(),
      frames: this.page.frames().length,
      workers: this.page.workers().length,
    };
  }
}

/** One call, chosen at random; some wait for the panel, as a page may. */
function randomCall(random, tokens) {
  const text = `text ${random.below(1000)}`;
  return random.pick([
    ['boot', { site }], ['boot', { site, position: 'left', label: text }],
    ['boot', { site: 'oak' }], ['boot', {}], ['boot', { site, token: random.pick(tokens) }],
    ['identify', random.pick(tokens)], ['identify', { token: random.pick(tokens) }], ['identify', ''],
    ['logout'], ['destroy'], ['logout'], ['destroy'], ['open'], ['open'], ['close'], ['show'], ['hide'],
    ['update', { accent: '#205080', name: text }], ['setAttributes', { text }], ['track', text, { text }],
    ['showNewMessage', text], ['showArticle', text], ['showConversation', text], ['wait'], ['wait'],
  ]);
}

/** Runs in the page. Nothing may be thrown; `wait` gives the panel time to come half the way. */
async function run(calls, patient) {
  for (const [name, ...given] of calls) {
    if (name !== 'wait') window.Deskbell(name, ...given);
    else if (patient) await new Promise((resolve) => {
      const off = window.Deskbell('on', 'ready', resolve);
      setTimeout(() => (off(), resolve()), 150);
    });
  }
}

describe('A customer who begins another conversation', () => {
  test('begins one, however quickly he writes', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await visit(context, shop);
    await call(page, 'open');
    await call(page, 'sendMessage', 'an earlier matter');
    await seesText(page, 'an earlier matter');
    const placed = async () => (await shop.history()).map(({ event }) => event)
      .filter(({ type }) => type === 'message.posted');
    await until('it is at the hub', async () => (await placed()).length > 0);
    await shop.teamDoes('conversation.resolved', (await placed())[0].conversation, {});
    await seesText(page, 'This conversation is finished');
    await panelOf(page).getByRole('button', { name: 'Back', exact: true }).click();
    await page.evaluate(() => {
      for (const text of ['one', 'two', 'three']) window.Deskbell('sendMessage', text);
    });
    await until('all is at the hub', async () => (await placed()).length === 4);
    const [earlier, ...later] = await placed();
    assert.deepEqual(later.map(({ data }) => data.text), ['one', 'two', 'three']);
    assert.equal(new Set(later.map(({ conversation }) => conversation)).size, 1);
    assert.notEqual(later[0].conversation, earlier.conversation);
    await until('nothing is said to wait', async () => panelOf(page).evaluate(() => {
      const own = [...document.querySelectorAll('li.own')];
      return own.length === 3 && own.every(({ dataset }) => dataset.state === 'sent');
    }));
    await context.close();
  });
});

describe('The launcher', () => {
  for (const [locale, name] of [['ar-EG', 'المحادثة'], ['ru-RU', 'Чат'], ['zh-HK', '聊天'], ['it-IT', 'Chat']]) {
    test(`is called what a chat is called where ${locale} is spoken`, async () => {
      const context = await browser.newContext({ locale });
      const page = await visit(context, shop);
      assert.deepEqual(await launcherNames(page), [name]);
      await context.close();
    });
  }
});

describe('A page with the widget', () => {
  test('makes one request and stores nothing as long as nobody looks at it', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const asked = [];
    context.on('request', (request) => {
      if (request.url().startsWith(shop.hubUrl)) asked.push(new URL(request.url()).pathname);
    });
    shop.page = () => shop.html({ attributes: `data-site="${site}" data-name="Ada"` });
    await page.goto(shop.url);
    await page.waitForFunction(() => window.Deskbell?.loaded);
    for (const [name, ...given] of [
      ['identify', shop.token('ada')], ['setAttributes', { plan: 'pro' }], ['track', 'seen', {}],
      ['update', { label: 'Questions?' }], ['hide'], ['show'],
    ]) await call(page, name, ...given);
    await page.mouse.move(100, 100);
    // Longer than whatever the widget waits for by itself.
    await page.evaluate(() => new Promise((resolve) => { setTimeout(() => requestIdleCallback(resolve), 2_500); }));
    assert.deepEqual(asked, ['/deskbell.js']);
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
    assert.equal(await storedText(context, shop.hubUrl), '{}{}');
    assert.deepEqual(await context.cookies(), []);
    shop.page = () => shop.html();
    await context.close();
  });

  test('fetches files, and nothing more, when somebody seems interested', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const asked = [];
    context.on('request', (request) => {
      if (request.url().startsWith(shop.hubUrl)) asked.push(new URL(request.url()).pathname);
    });
    const page = await visit(context, shop);
    await page.mouse.move(1280 - 48, 800 - 48);
    await until('the core is there', () => asked.some((path) => path.endsWith('.wasm')));
    await until('the panel is ready', () => page.evaluate(() => new Promise((resolve) => {
      setTimeout(() => resolve(true), 300);
    })));
    assert.deepEqual(asked.filter((path) => !/^\/(deskbell\.js|panel\/fern|assets\/.*)$/.test(path)), []);
    const stored = await storedText(context, shop.hubUrl);
    assert.ok(!stored.includes('database'), stored);
    // And a click finds all of it.
    await page.mouse.click(1280 - 48, 800 - 48);
    await until('it connects', () => asked.some((path) => path.endsWith('/tokens')));
    await context.close();
  });

  test('looks for news by itself only where its customer is in a conversation', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await visit(context, shop);
    await call(page, 'sendMessage', 'Where is my fern?');
    await call(page, 'open');
    await seesText(page, 'Where is my fern?');
    await until('it is noted', () => page.evaluate((note) => localStorage.getItem(note), `deskbell:${site}`));
    const conversation = await until('the hub has it', async () =>
      (await shop.history()).map(({ event }) => event)
        .find(({ type, data }) => type === 'message.posted' && data.text === 'Where is my fern?')?.conversation);
    await page.goto('about:blank');
    await shop.reply(conversation, 'On its way');
    await page.goto(shop.url);
    await page.waitForFunction(() => document.title === '(1) Shop');
    await context.close();
  });

  test('hears of everything that happens, as callbacks and as DOM events, until it does not want to', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await visit(context, shop);
    await page.evaluate(() => {
      window.events = [];
      window.dom = [];
      window.off = {};
      for (const name of ['ready', 'error', 'show', 'hide', 'open', 'close', 'unread:change',
        'conversation:started', 'message:queued', 'message:sent', 'message:delivered', 'message:read',
        'message:received', 'message:failed', 'connection:state', 'availability:change', 'survey:answered']) {
        window.off[name] = window.Deskbell('on', name, (detail) => window.events.push([name, detail ?? null]));
        document.addEventListener(`deskbell:${name}`, ({ detail }) => window.dom.push([name, detail]));
      }
    });
    const names = () => page.evaluate(() => window.events.map(([name]) => name));
    await call(page, 'open');
    await call(page, 'sendMessage', 'Is anybody there?');
    await until('it was sent', async () => (await names()).includes('message:sent'));
    const [, { conversation }] = await page.evaluate(() =>
      window.events.find(([name]) => name === 'conversation:started'));
    await call(page, 'close');
    await shop.reply(conversation, 'Here I am');
    await until('it was received', async () => (await names()).includes('unread:change'));
    await call(page, 'hide');
    await call(page, 'show');
    const seen = await names();
    for (const name of ['ready', 'open', 'close', 'hide', 'show', 'message:queued', 'message:received']) {
      assert.ok(seen.includes(name), `no ${name} in ${seen}`);
    }
    const [events, dom] = await page.evaluate(() => [window.events, window.dom]);
    assert.deepEqual(events, dom);
    // What was written is the customer's and the team's affair; a page may be somebody else's today.
    assert.ok(!JSON.stringify(events).includes('Here I am'));
    await page.evaluate(() => window.off.open());
    await call(page, 'open');
    assert.equal((await names()).filter((name) => name === 'open').length, 1);
    await context.close();
  });

  test('carries out what was called before the script was there', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    shop.page = () => shop.html({ head: '<script>window.Deskbell = function () { (Deskbell.q = Deskbell.q || [])' +
      ".push(arguments) }; window.events = []; Deskbell('on', 'open', function () { events.push('open') });" +
      "Deskbell('showNewMessage', 'Do you have oaks?');</script>" });
    const page = await visit(context, shop);
    shop.page = () => shop.html();
    await until('the text is in the field', async () => await panelOf(page)
      ?.evaluate(() => document.querySelector('textarea')?.value).catch(() => '') === 'Do you have oaks?');
    assert.deepEqual(await page.evaluate(() => window.events), ['open']);
    await context.close();
  });

  test(`leaves nothing behind after any of ${kSequences} sequences of calls`, async (t) => {
    const random = new Random();
    t.diagnostic(`DESKBELL_SEED=${random.seed}`);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.addInitScript(countLeftovers);
    const page = await visit(context, shop);
    const counter = await Counter.of(page);
    const booted = await counter.all();
    await call(page, 'destroy');
    const nothing = await counter.all();
    // A counter that cannot tell one from the other would find nothing.
    for (const what of ['observers', 'listeners', 'nodes']) assert.ok(nothing[what] < booted[what], what);
    // The driver may have an observer of its own.
    assert.deepEqual({ ...nothing, observers: 0, listeners: 0, nodes: 0 },
      { timers: 0, observers: 0, storage: 0, title: 'Shop', frames: 1, workers: 0, listeners: 0, nodes: 0 });
    let calls = 0;
    for (let sequence = 0; sequence < kSequences; ++sequence) {
      const tokens = [shop.token(`ada-${sequence % 3}`), shop.token('bob'), 'no token', shop.token('eve', { secret: 'x' })];
      const steps = Array.from({ length: kSteps }, () => randomCall(random, tokens));
      calls += steps.length;
      // Two of three go on without waiting for anything.
      await page.evaluate(`(${run})(${JSON.stringify(steps)}, ${sequence % 3 === 0})`);
      // Whose customer it was is for `logout` to forget, where he was in a conversation.
      await page.evaluate(() => { window.Deskbell('destroy'); localStorage.clear(); });
      let left;
      await until(`nothing is left of sequence ${sequence} (${JSON.stringify(steps)})`, async () => {
        left = await counter.all();
        return JSON.stringify(left) === JSON.stringify(nothing);
      }, 20_000).catch((error) => { throw new Error(`${error.message}\nleft: ${JSON.stringify(left)}`); });
    }
    assert.deepEqual(page.complaints.filter((text) => !/^Deskbell: |Failed to load resource|frame-ancestors|No such site/.test(text)), []);
    t.diagnostic(`${kSequences} sequences, ${calls} calls, 0 leftovers`);
    // And it still works.
    await call(page, 'boot', { site });
    await call(page, 'open');
    await until('the panel is there', () => panelOf(page));
    await context.close();
  });
});
