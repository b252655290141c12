// The site's page keeps its place in the back/forward cache with the widget on it, and the chat goes
// on where it was when the customer comes back.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openBrowser } from '../../support/browsers.mjs';
import { until } from '../../support/until.mjs';
import { Desk, site } from './desk.mjs';
import { serve } from '../log_harness.mjs';

/** A shop with two pages; only the first has the widget. */
async function openShop() {
  const shop = await serve(async (request) => {
    const widget = `<script async src="${shop.hub}/deskbell.js" data-site="${site}"></script>`;
    const page = request.url === '/' ? `<title>Shop</title>${widget}<p>Ferns` : '<title>Terms</title><p>Terms';
    return [200, 'text/html', `<!doctype html><link rel="icon" href="data:,">${page}`];
  });
  return shop;
}

for (const name of ['chromium', 'firefox', 'webkit']) {
  describe(`${name}: the shop's page comes back from the back/forward cache`, () => {
    let desk, shop, browser;

    before(async () => {
      shop = await openShop();
      // Another site than the hub's, as with a hub under a domain of its own.
      shop.address = shop.address.replace('127.0.0.1', 'localhost');
      desk = await Desk.open({ origins: [shop.address] });
      shop.hub = desk.url;
      browser = await openBrowser(name, { profile: desk.profile(name) });
    });
    after(async () => {
      await browser?.close();
      await desk?.close();
      shop?.close();
    });

    async function openPage() {
      const tab = await browser.open(`${shop.address}/`);
      await until('the widget is there', () => tab.evaluate(() => Boolean(window.Deskbell?.loaded)));
      await tab.evaluate(() => {
        window.comesBack = 0;
        addEventListener('pageshow', (event) => { window.comesBack += event.persisted ? 1 : 100; });
      });
      return tab;
    }

    async function leaveAndReturn(tab, meanwhile = () => {}) {
      await tab.follow(`${shop.address}/terms`);
      const isAt = (title) => tab.evaluate((wanted) => document.title === wanted, title).catch(() => false);
      await until('the shop was left', () => isAt('Terms'));
      await meanwhile();
      await tab.back();
      const back = await until('the shop is there again', () => tab.evaluate(() =>
        /^(\(\d+\) )?Shop$/.test(document.title) && {
          comesBack: window.comesBack ?? 'loaded anew',
          reasons: performance.getEntriesByType('navigation')[0].notRestoredReasons ?? null,
        }).catch(() => null)); // between two pages there is nobody to ask
      assert.equal(back.comesBack, 1, JSON.stringify(back));
    }

    const isPlaced = async (text) => (await desk.messages()).some((message) => message.text === text);

    async function type(tab, text) {
      await tab.evaluate((words) => window.Deskbell('showNewMessage', words), text);
      const [width, height] = await tab.evaluate(() => [innerWidth, innerHeight]);
      return async () => {
        await tab.click(width - 250, height - 126);
        await tab.press('Enter');
      };
    }

    /** With mouse and keyboard: the frame is out of reach, for us as for the page. */
    async function writeInside(tab, text) {
      const send = await type(tab, text);
      await until(`"${text}" is at the hub`, async () => {
        await send();
        return isPlaced(text);
      });
    }

    /** The hub has the message, and nobody was told: it is pushed again after the return. */
    async function leaveWhilePushing(tab) {
      const text = 'sent while leaving';
      const send = await type(tab, text);
      const placed = desk.network.holdNextAnswer(`POST /v1/sites/${site}/events`);
      let held = false;
      placed.then(() => { held = true; });
      await until('the push is under way', async () => {
        await send();
        return held;
      });
      await tab.evaluate(() => { window.comesBack = 0; });
      await leaveAndReturn(tab);
      await desk.network.cut();
      await desk.network.restore();
      await writeInside(tab, 'the last word');
      const texts = (await desk.messages()).map((message) => message.text);
      assert.equal(texts.filter((each) => each === text).length, 1);
    }

    test('with the panel closed', async () => {
      const tab = await openPage();
      await leaveAndReturn(tab);
      await tab.close();
    });

    test('with the panel open and connected, again and again', async () => {
      const tab = await openPage();
      await tab.evaluate(() => new Promise((resolve) => {
        window.Deskbell('on', 'ready', resolve);
        window.Deskbell('open');
      }));
      if (name === 'webkit') {
        // Its driver reaches neither into the frame nor for the mouse.
        for (let i = 0; i < 2; ++i) {
          await tab.evaluate(() => { window.comesBack = 0; });
          await leaveAndReturn(tab);
        }
        await tab.close();
        return;
      }
      await writeInside(tab, 'before');
      for (let i = 0; i < 2; ++i) {
        await tab.evaluate(() => { window.comesBack = 0; });
        // It is read only where the panel is live again and looked at.
        await leaveAndReturn(tab, () => desk.reply('before', `an answer meanwhile, ${i}`));
        await desk.agent.run('wait read');
        await writeInside(tab, `after ${i}`);
      }
      await leaveWhilePushing(tab);
      await tab.close();
    });
  });
}
