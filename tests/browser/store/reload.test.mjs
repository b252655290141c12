// The least that every engine must do: what was written with no network is there after a reload, and
// goes out once, in order.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser } from '../../support/browsers.mjs';
import { isKeptForOffline } from '../../support/offline.mjs';
import { until } from '../../support/until.mjs';
import { becomeCustomer, Desk } from './desk.mjs';

for (const name of ['chromium', 'firefox', 'webkit']) {
  test(`${name}: what was written with no network outlives a reload and goes out once`, async () => {
    const desk = await Desk.open();
    const browser = await openBrowser(name, { profile: desk.profile(name) });
    try {
      const tab = await browser.open(desk.panel);
      await tab.evaluate(becomeCustomer);
      await isKeptForOffline(tab);
      await desk.network.cut();
      const texts = ['one', 'two', 'three'];
      for (const text of texts) await tab.evaluate((words) => window.customer.write(words), text);
      await tab.evaluate((all) => window.customer.reaches(all, ['saved']), texts);
      await tab.reload();
      await tab.evaluate(becomeCustomer);
      await tab.evaluate((all) => window.customer.reaches(all, ['saved']), texts);
      await desk.network.restore();
      await tab.evaluate((all) => window.customer.reaches(all, ['sent']), texts);
      await until('they are at the hub', async () => (await desk.messages()).length === texts.length);
      assert.deepEqual((await desk.messages()).map(({ text }) => text), texts);
    } finally {
      await browser.close();
      await desk.close();
    }
  });
}
