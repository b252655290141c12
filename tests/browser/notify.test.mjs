// Notifications, which browsers refuse to frames of other sites: the site's page asks for them and
// shows them, when its customer wants it so. The real loader, panel, worker, core and hub.

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { browser, call, panelOf, seesText, shop, useShop, visit } from '../support/shop.mjs';
import { until } from '../support/until.mjs';

useShop();

let context;
afterEach(async () => { await context?.close(); });

/** In the shop's page: what it is asked to show is written down, and shown. */
function watch() {
  if (window.top !== window) return;
  window.shown = [];
  window.asked = 0;
  const Real = window.Notification;
  window.Notification = class extends Real {
    static requestPermission() {
      // Browsers ask only within a click.
      window.asked += navigator.userActivation.isActive ? 1 : 100;
      return Real.requestPermission();
    }

    constructor(title, options) {
      super(title, options);
      window.shown.push({ title, ...options });
      window.last = this;
    }
  };
}

async function customer(permissions, script = watch) {
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  if (permissions) await context.grantPermissions(permissions, { origin: shop.url });
  await context.addInitScript(script);
  const page = await visit(context, shop);
  page.asked = [];
  page.on('request', (request) => page.asked.push(new URL(request.url()).pathname));
  await call(page, 'open');
  await call(page, 'sendMessage', 'Where is my fern?');
  await seesText(page, 'Where is my fern?');
  const panel = panelOf(page);
  await panel.locator('.own[data-state=sent]').first().waitFor();
  const conversation = await until('the hub has it', async () =>
    (await shop.history()).findLast(({ event }) => event.type === 'message.posted')?.event.conversation);
  return { page, panel, conversation };
}

const option = (panel, name) => panel.getByRole('switch', { name });
const openOptions = (panel) => panel.getByRole('button', { name: 'Options' }).click();

describe('A customer', () => {
  test('who wants notifications gets them from the site\'s page, with no more than he asked for', async () => {
    const { page, panel, conversation } = await customer(['notifications']);
    assert.ok(!page.asked.includes('/notify.js'), 'nobody asked for them yet');
    await openOptions(panel);
    await option(panel, 'Notifications').check();
    await page.waitForFunction(() => Notification.permission === 'granted');
    await option(panel, /^Show the text/).waitFor();
    await panel.locator('body').press('Escape');
    await call(page, 'close');
    await shop.reply(conversation, 'It is **on its way**');
    await page.waitForFunction(() => window.shown.length === 1);
    assert.deepEqual(await page.evaluate(() => window.shown[0]), { title: 'Fern & Oak', body: 'You have a new message.', tag: 'deskbell' });
    // Touched, it leads to the conversation.
    await page.evaluate(() => window.last.onclick());
    await seesText(page, 'It is on its way');
    await page.waitForFunction(() => document.title === 'Shop');
    await openOptions(panel);
    await option(panel, /^Show the text/).check();
    await call(page, 'close');
    await shop.reply(conversation, 'And **here**');
    await page.waitForFunction(() => window.shown.length === 2);
    assert.deepEqual(await page.evaluate(() => window.shown[1]), { title: 'Ana Silva', body: 'And here', tag: 'deskbell' });
    // It stays so on the site's next page, without being asked again.
    page.asked.length = 0;
    await page.goto(`${shop.url}/next`);
    await until('the page shows them', () => page.asked.includes('/notify.js'));
    await until('the panel is there', () => panelOf(page));
    await shop.reply(conversation, 'Still here');
    await page.waitForFunction(() => window.shown.some(({ body }) => body === 'Still here'));
    assert.equal(await page.evaluate(() => window.asked), 0);
  });

  test('whose browser refuses them is told so, and nothing is shown', async () => {
    const { page, panel, conversation } = await customer(null, `(${watch})(); if (window.top === window) {
      Object.defineProperty(Notification, 'permission', { get: () => 'denied' }); }`);
    await openOptions(panel);
    await panel.getByText('Your browser blocks notifications').waitFor();
    assert.equal(await option(panel, 'Notifications').count(), 0);
    await call(page, 'close');
    await shop.reply(conversation, 'No noise');
    await page.waitForFunction(() => document.title === '(1) Shop');
    assert.deepEqual(await page.evaluate(() => [window.shown, window.asked]), [[], 0]);
  });

  test('is asked by the browser within his click, and may say no', async () => {
    const { page, panel } = await customer(null, `(${watch})(); if (window.top === window) {
      let permission = 'default';
      Object.defineProperty(Notification, 'permission', { get: () => permission });
      const asked = Notification.requestPermission;
      Notification.requestPermission = () => { window.asked += navigator.userActivation.isActive ? 1 : 100; permission = 'denied'; return Promise.resolve('denied'); };
    }`);
    await openOptions(panel);
    await option(panel, 'Notifications').click();
    await panel.getByText('Your browser blocks notifications').waitFor();
    assert.equal(await page.evaluate(() => window.asked), 1);
  });

  test('is offered none where the page has none', async () => {
    const { panel } = await customer(null, 'if (window.top === window) delete window.Notification;');
    await openOptions(panel);
    await option(panel, 'Sound for new messages').waitFor();
    assert.equal(await option(panel, 'Notifications').count(), 0);
  });
});
