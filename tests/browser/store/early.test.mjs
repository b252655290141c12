// What a customer writes before the core is there, on a network that does not bring it: it is kept
// all the same, and goes out when the panel is opened another day. The real panel, core and hub.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../support/until.mjs';
import { becomeCustomer, Desk } from './desk.mjs';

// Or it would bring the core itself, from what it keeps.
const kNoServiceWorker = { serviceWorkers: 'block' };

/** Runs in the page: nothing of what is on the device is known before two messages were written. */
function readLate() {
  const { open } = IDBFactory.prototype;
  const { set } = Object.getOwnPropertyDescriptor(IDBRequest.prototype, 'onsuccess');
  IDBFactory.prototype.open = function (...given) {
    const request = open.apply(this, given);
    const late = (task) => (document.querySelectorAll('li.own').length < 2 ? setTimeout(() => late(task), 10) : task());
    Object.defineProperty(request, 'onsuccess', {
      set: (take) => set.call(request, (event) => late(() => take.call(request, event))),
    });
    return request;
  };
}

async function open(desk, context) {
  const page = await context.newPage();
  await page.goto(desk.panel);
  await page.evaluate(becomeCustomer);
  return page;
}

test('what is written before the core has come is saved, and comes to the hub once', async () => {
  const desk = await Desk.open();
  const texts = ['Is anybody there?', 'I shall be back tomorrow.'];
  try {
    const first = await desk.openChromium('early', kNoServiceWorker);
    const visit = await open(desk, first);
    await visit.evaluate(() => window.customer.isOpen());
    await visit.evaluate(() => window.customer.write('Hello'));
    await visit.evaluate(() => window.customer.reaches(['Hello'], ['sent']));
    await first.close();

    const before = await desk.openChromium('early', kNoServiceWorker);
    let asked = false;
    await before.route('**/*.wasm', () => (asked = true)); // and is never answered
    await before.addInitScript(readLate);
    const page = await open(desk, before);
    for (const text of texts) await page.evaluate((words) => window.customer.write(words), text);
    await page.evaluate((all) => window.customer.reaches(all, ['saved']), texts);
    const ids = await page.evaluate(() => window.customer.rows().slice(-2).map(({ id }) => id));
    await until('the core was asked for', () => asked);
    await before.close();
    assert.equal((await desk.messages()).length, 1);

    const after = await desk.openChromium('early', kNoServiceWorker);
    const again = await open(desk, after);
    await again.evaluate((all) => window.customer.reaches(all, ['sent', 'delivered']), texts);
    assert.deepEqual((await desk.messages()).slice(1).map(({ id, text }) => ({ id, text })),
      texts.map((text, index) => ({ id: ids[index], text })));
    assert.equal(await again.evaluate(() => document.querySelectorAll('li.own').length), 3);
    await after.close();
  } finally {
    await desk.close();
  }
});

test('what the panel had no time to forget when it had handed it over is seen where it is', async () => {
  const desk = await Desk.open();
  const texts = [];
  try {
    for (const visit of ['first', 'second', 'third']) {
      const context = await desk.openChromium('hasty', kNoServiceWorker);
      await context.addInitScript(() => {
        const forget = IDBObjectStore.prototype.delete;
        IDBObjectStore.prototype.delete = function (key) {
          return this.name === 'sent' ? this.get(key) : forget.call(this, key);
        };
      });
      const page = await open(desk, context);
      await page.locator('[data-current]').waitFor();
      for (const text of [`${visit} question`, `${visit} remark`]) {
        texts.push(text);
        await page.evaluate((words) => window.customer.write(words), text);
      }
      await page.evaluate((all) => window.customer.reaches(all, ['sent']), texts);
      await context.close();
    }
    assert.deepEqual((await desk.messages()).map(({ text }) => text), texts);
  } finally {
    await desk.close();
  }
});

test('who comes for the first time sees the site and writes before the core has come', async () => {
  const desk = await Desk.open();
  try {
    const first = await desk.openChromium('newcomer', kNoServiceWorker);
    let bring;
    const wanted = new Promise((resolve) => (bring = resolve));
    await first.route('**/*.wasm', async (route) => {
      await wanted;
      await route.continue();
    });
    const page = await open(desk, first);
    await page.locator('.hello', { hasText: 'How can we help?' }).waitFor();
    await page.evaluate(() => window.customer.write('Hello'));
    await page.evaluate(() => window.customer.reaches(['Hello'], ['saved']));
    assert.equal(await page.locator('.loading').count(), 0);
    assert.equal((await desk.messages()).length, 0);
    bring();
    await page.evaluate(() => window.customer.reaches(['Hello'], ['sent', 'delivered']));
    assert.deepEqual((await desk.messages()).map(({ text }) => text), ['Hello']);
    await first.close();
  } finally {
    await desk.close();
  }
});

test('a core that has not heard from the hub yet takes nothing away of what a newcomer sees', async () => {
  const desk = await Desk.open();
  try {
    const first = await desk.openChromium('blank', kNoServiceWorker);
    let asked = false;
    await first.route('**/tokens', () => (asked = true)); // and is never answered
    const page = await open(desk, first);
    await until('the core asks for a token', () => asked);
    await page.evaluate(() => window.customer.write('Hello'));
    await page.evaluate(() => window.customer.until(() => window.customer.rows().length === 1));
    await page.getByRole('button', { name: 'Take back' }).waitFor(); // by the core, which has it now
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await page.locator('.hello', { hasText: 'How can we help?' }).waitFor();
    await first.close();
  } finally {
    await desk.close();
  }
});
