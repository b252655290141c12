// Pages killed while a customer writes: what was shown as saved is there when the panel is opened
// again, and comes to the hub exactly once. The real panel, worker, core and hub.
//
//   DESKBELL_PAGE_KILLS=1000 DESKBELL_SEED=7 node --test tests/browser/store/kill.test.mjs

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openBrowser } from '../../support/browsers.mjs';
import { isKeptForOffline } from '../../support/offline.mjs';
import { Random } from '../../support/random.mjs';
import { until } from '../../support/until.mjs';
import { becomeCustomer, Desk } from './desk.mjs';

// A life in Firefox takes twice as long as one in Chromium.
const kKills = { chromium: 40, firefox: 15 };

/** As many as are surely among the messages that the panel shows. */
const kLookedFor = 100;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** One life of the panel: it finds what was shown before, the customer writes, and it is killed. */
async function live({ browser, tab, desk, random, shown, round }) {
  let wake = () => {};
  tab.onNote((id, text) => {
    shown.set(id, text);
    wake();
  });
  await tab.goto(desk.panel);
  const expected = [...shown.keys()].slice(-kLookedFor);
  await tab.evaluate(becomeCustomer);
  await tab.evaluate((ids) => window.customer.shows(ids), expected);
  const before = shown.size;
  const gap = random.below(30);
  tab.evaluate(async (name, pauseMs) => {
    for (let i = 0; ; ++i) {
      await window.customer.write(`${name}-${i}`);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }, `r${round}`, gap).catch(() => {}); // it ends by being killed
  const enough = before + random.below(6);
  while (shown.size < enough) await new Promise((resolve) => { wake = resolve; });
  await pause(random.below(40));
  const [next] = await browser.killPages();
  return next;
}

async function killAndCheck(name, print) {
  const random = new Random();
  const kills = Number(process.env['DESKBELL_PAGE_KILLS'] ?? kKills[name]);
  const desk = await Desk.open();
  const browser = await openBrowser(name, { profile: desk.profile(name) });
  const shown = new Map();
  const began = Date.now();
  try {
    let tab = await browser.open(desk.panel);
    await tab.evaluate(becomeCustomer);
    await isKeptForOffline(tab);
    let cut = false;
    for (let round = 1; round <= kills; ++round) {
      // A third of the time nothing gets through, so that much rests on the device alone.
      if (random.chance(33) !== cut) {
        await (cut ? desk.network.restore() : desk.network.cut());
        cut = !cut;
      }
      tab = await live({ browser, tab, desk, random, shown, round });
    }
    if (cut) await desk.network.restore();
    await tab.goto(desk.panel);
    await tab.evaluate(becomeCustomer);
    const messages = await until('all that was shown is at the hub', async () => {
      const placed = await desk.messages();
      const ids = new Set(placed.map(({ id }) => id));
      return [...shown.keys()].every((id) => ids.has(id)) && placed;
    });
    assert.equal(new Set(messages.map(({ id }) => id)).size, messages.length, 'an id came twice');
    assert.equal(new Set(messages.map(({ text }) => text)).size, messages.length, 'a text came twice');
    assert.equal(new Set(messages.map(({ author }) => author)).size, 1, 'the customer was forgotten');
    for (const { id, text } of messages) assert.equal(shown.get(id) ?? text, text);
    const newest = messages.slice(-kLookedFor).map(({ text }) => text);
    await tab.evaluate((texts) => window.customer.reaches(texts, ['sent']), newest);
    print(`${kills} kills, ${shown.size} messages shown as saved, ${messages.length} at the hub, ` +
      `none lost, none doubled; ${((Date.now() - began) / kills).toFixed()} ms a kill`);
  } catch (error) {
    error.message = `seed ${random.seed}: ${error.message}`;
    throw error;
  } finally {
    await browser.close();
    await desk.close();
  }
}

describe('what was shown as saved outlives a killed page and arrives once', { concurrency: true }, () => {
  for (const name of ['chromium', 'firefox']) {
    test(name, (t) => killAndCheck(name, (line) => t.diagnostic(line)));
  }
});
