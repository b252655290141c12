// The life of a named customer in each engine: he writes, comes back, logs out, and nothing of him is
// left. Asked of the page alone, for WebKit's driver reaches no frame in a closed shadow root.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openBrowser } from '../support/browsers.mjs';
import { Shop, storeTextOf } from '../support/shop.mjs';
import { until } from '../support/until.mjs';

let shop;
before(async () => { shop = await Shop.open(); });
after(async () => { await shop?.close(); });

/** Runs in the page: one call, its promise waited for. */
async function calls(...command) {
  await window.Deskbell(...command);
}

async function visit(tab) {
  await tab.goto(shop.url);
  await until('the widget is there', () => tab.evaluate(() => window.Deskbell?.loaded ?? false));
  await tab.evaluate(() => {
    window.heard = [];
    for (const name of ['ready', 'error', 'message:sent']) {
      document.addEventListener(`deskbell:${name}`, ({ detail }) => window.heard.push([name, detail]));
    }
  });
}

for (const engine of ['chromium', 'firefox', 'webkit']) {
  describe(engine, () => {
    test('a named customer writes, comes back, and leaves nothing when he logs out', async () => {
      const browser = await openBrowser(engine, { profile: `${shop.folder}/profile-${engine}` });
      try {
        const tab = await browser.open();
        const text = `written in ${engine}`;
        await visit(tab);
        await tab.evaluate(calls, 'identify', shop.token(`ada-${engine}`, { name: `Ada of ${engine}` }));
        await tab.evaluate(calls, 'sendMessage', text);
        await tab.evaluate(calls, 'open');
        await until('the hub has it', async () => (await shop.messages()).some(([, sent]) => sent === text));
        await until('the page has heard', async () =>
          JSON.stringify(await tab.evaluate(() => window.heard)).includes('message:sent'));

        await visit(tab);
        await tab.evaluate(calls, 'identify', shop.token(`ada-${engine}`, { name: `Ada of ${engine}` }));
        await tab.evaluate(calls, 'sendMessage', `${text} again`);
        await until('the hub has it', async () => (await shop.messages()).some(([, sent]) => sent === `${text} again`));
        const authors = (await shop.messages()).filter(([, sent]) => sent.startsWith(text)).map(([id]) => id);
        assert.equal(new Set(authors).size, 1);

        await tab.evaluate(calls, 'logout');
        await tab.goto(`${shop.hubUrl}/v1/health`);
        const stored = await tab.evaluate(storeTextOf);
        for (const word of [text, `ada-${engine}`, `Ada of ${engine}`, authors[0]]) {
          assert.ok(!stored.includes(word), `"${word}" is still stored`);
        }
      } finally {
        await browser.close();
      }
    });
  });
}
