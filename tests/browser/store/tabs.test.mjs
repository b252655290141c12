// Ten tabs of one customer, which write, freeze, reload and close at random: no update is lost, the
// store is never torn, each message that was shown as saved comes to the hub once, and in the end
// all tabs have the same state. The real panel, worker, core and hub.
//
//   DESKBELL_TAB_STEPS=1000 DESKBELL_SEED=7 node --test tests/browser/store/tabs.test.mjs

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openBrowser } from '../../support/browsers.mjs';
import { isKeptForOffline } from '../../support/offline.mjs';
import { Random } from '../../support/random.mjs';
import { until } from '../../support/until.mjs';
import { becomeCustomer, Desk } from './desk.mjs';

const kTabs = 10;
const steps = Number(process.env['DESKBELL_TAB_STEPS'] ?? 60);

/** As many as are surely among the messages that the panel shows. */
const kCompared = 100;

class Tabs {
  tabs = [];
  shown = new Map();
  writing = new Map();
  lastText = 0;
  cut = false;

  constructor(browser, desk, random) {
    this.browser = browser;
    this.desk = desk;
    this.random = random;
  }

  async open() {
    const tab = await this.browser.open();
    await tab.rememberWorker();
    tab.onNote((id, text) => this.shown.set(id, text));
    await this.load(tab, () => tab.goto(this.desk.panel));
    this.tabs.push(tab);
  }

  async load(tab, go) {
    await go();
    await tab.evaluate(becomeCustomer);
  }

  /** Not waited for: several write at the same time. */
  write(tab) {
    const text = `t${++this.lastText}`;
    const before = this.writing.get(tab) ?? Promise.resolve();
    // A tab that is closed or loaded anew meanwhile has not said that it saved anything.
    this.writing.set(tab, before.then(() =>
      tab.evaluate((words) => window.customer.write(words), text)).catch(() => {}));
  }

  async leave(tab) {
    this.tabs.splice(this.tabs.indexOf(tab), 1);
    await tab.close();
  }

  async step() {
    const { random, desk } = this;
    const what = random.below(100);
    const awake = this.tabs.filter((tab) => !tab.frozen);
    const tab = random.pick(awake);
    if (what < 50) {
      for (let i = random.below(4); i >= 0; --i) this.write(random.pick(awake));
    } else if (what < 60) {
      await this.writing.get(tab);
      await this.load(tab, () => tab.reload());
    } else if (what < 70) {
      await this.leave(tab);
      await this.open();
    } else if (what < 78) {
      await tab.show();
    } else if (what < 86 && awake.length > 3) {
      await tab.freeze();
    } else if (what < 94) {
      const asleep = this.tabs.filter((each) => each.frozen);
      if (asleep.length > 0) await random.pick(asleep).thaw();
    } else {
      await (this.cut ? desk.network.restore() : desk.network.cut());
      this.cut = !this.cut;
    }
  }

  async settle() {
    for (const tab of this.tabs) if (tab.frozen) await tab.thaw();
    if (this.cut) await this.desk.network.restore();
    await Promise.all(this.writing.values());
  }
}

const hasArrived = ({ state }) => ['sent', 'delivered', 'read'].includes(state);
/** What a tab shows that has not come to the hub, and which of these texts it does not show as sent. */
const waiting = async (tab) => (await tab.evaluate(() => window.customer.rows())).filter((row) => !hasArrived(row));
const missing = async (tab, texts) => {
  const rows = await tab.evaluate(() => window.customer.rows());
  const there = new Set(rows.filter(hasArrived).map(({ text }) => text));
  return texts.filter((text) => !there.has(text));
};

/** Waits until a tab has nothing left over; what is left, and what the tab shows, say what went wrong. */
async function allOf(what, tab, leftOver) {
  let left;
  await until(what, async () => (left = await leftOver(tab)).length === 0).catch(async (error) => {
    const notices = await tab.evaluate(() => window.customer.notices());
    const seen = JSON.stringify({ notices, complaints: tab.complaints });
    throw new Error(`${error.message}, not: ${JSON.stringify(left)} (seen: ${seen})`);
  });
}

async function playAndCheck(name, print) {
  const random = new Random();
  const desk = await Desk.open();
  const browser = await openBrowser(name, { profile: desk.profile(name) });
  const all = new Tabs(browser, desk, random);
  try {
    for (let i = 0; i < kTabs; ++i) await all.open();
    await isKeptForOffline(all.tabs[0]);
    for (let i = 0; i < steps; ++i) await all.step();
    await all.settle();
    await all.open();

    // A tab in the background hears of the others when it is looked at.
    for (const tab of all.tabs) {
      await tab.show();
      await allOf('the messages of a tab have been sent', tab, waiting);
    }
    const messages = await desk.messages();
    const placed = new Set(messages.map(({ id }) => id));
    assert.deepEqual([...all.shown].filter(([id]) => !placed.has(id)), [], 'shown as saved, and lost');
    assert.equal(new Set(messages.map(({ text }) => text)).size, messages.length, 'a text came twice');
    assert.equal(new Set(messages.map(({ author }) => author)).size, 1, 'there are two customers');
    const others = messages.filter(({ conversation }) => conversation !== messages[0].conversation);
    assert.deepEqual(others.map(({ text }) => text), [], 'a second conversation was begun');
    for (const { id, text } of messages) assert.equal(all.shown.get(id) ?? text, text);

    const newest = messages.slice(-kCompared).map(({ text }) => text);
    const hashes = new Set();
    for (const tab of all.tabs) {
      await tab.show();
      await allOf('a tab has the newest messages', tab, () => missing(tab, newest));
    }
    await until('all tabs have the same state', async () => {
      hashes.clear();
      for (const tab of all.tabs) hashes.add(await tab.askWorker({ command: 'hash' }));
      return hashes.size === 1;
    });
    print(`${steps} steps, ${all.shown.size} messages shown as saved, ${messages.length} at the hub, ` +
      `${all.tabs.length} tabs equal`);
  } catch (error) {
    error.message = `seed ${random.seed}: ${error.message}`;
    throw error;
  } finally {
    await browser.close();
    await desk.close();
  }
}

describe('ten tabs that write, freeze and close at random lose nothing and end up equal',
  { concurrency: true }, () => {
    for (const name of ['chromium', 'firefox']) {
      test(name, (t) => playAndCheck(name, (line) => t.diagnostic(line)));
    }
  });
