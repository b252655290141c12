// What the widget costs the page that embeds it, and how soon a customer can use it: the real
// widget and hub over loopback, in Chromium, the page's CPU slowed down four times.
//
// The bare page, without the widget, is measured the same way beside it.

import { launch } from '../support/browser.mjs';
import { panelOf, seesText, Shop, site } from '../support/shop.mjs';
import { until } from '../support/until.mjs';
import { median, printGoal, printTable, quantile, short } from './figures.mjs';

const kSlowdown = 4;
const kViewport = { width: 1280, height: 800 };
const kLauncher = [kViewport.width - 48, kViewport.height - 48];
const kUsableMs = 1_000;

/** Runs in each document first: when things were seen, by the document's own clock. */
function watch() {
  if (window.top !== window) return;
  window.figures = { longTasks: [], shift: 0, launcher: 0, script: 0 };
  new PerformanceObserver((list) => {
    for (const { duration, startTime } of list.getEntries()) window.figures.longTasks.push([startTime, duration]);
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) window.figures.shift += value;
  }).observe({ type: 'layout-shift', buffered: true });
  const look = () => {
    const [x, y] = [innerWidth - 48, innerHeight - 48];
    if (document.elementFromPoint(x, y)?.localName === 'deskbell-widget') {
      // The frame after the one that it was put into has been painted with it.
      requestAnimationFrame(() => { window.figures.launcher = performance.now(); });
    } else {
      requestAnimationFrame(look);
    }
  };
  requestAnimationFrame(look);
}

async function slow(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: kSlowdown });
}

/** A page load in a browser that has never been there. */
async function load(browser, shop, withWidget) {
  const context = await browser.newContext({ viewport: kViewport });
  await context.addInitScript(watch);
  const page = await context.newPage();
  let requests = 0;
  page.on('request', (request) => { if (request.url().startsWith(shop.hubUrl)) ++requests; });
  shop.page = () => (withWidget ? shop.html() : shop.html().replace(/<script async.*?<\/script>/, ''));
  await slow(page);
  await page.goto(shop.url, { waitUntil: 'load' });
  if (withWidget) await page.waitForFunction(() => window.figures.launcher > 0);
  await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 500); }));
  const figures = await page.evaluate(() => ({
    ...window.figures,
    script: performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/deskbell.js'))?.responseEnd ?? 0,
  }));
  return { context, page, figures, requests };
}

/** Milliseconds from the click until `done` holds in the panel, looked at in each of its frames. */
async function click(page, done) {
  const begin = performance.now();
  await page.mouse.click(...kLauncher);
  const panel = await until('the panel is there', () => panelOf(page));
  await panel.waitForFunction(done, undefined, { polling: 'raf' });
  return performance.now() - begin;
}


/** The panel stands there to be used: its field, or its home with something to press. */
const usable = () => {
  const field = document.querySelector('textarea');
  const home = document.querySelector('main button:not([aria-label])');
  return document.hasFocus() && document.querySelector('main') !== null && (field ?? home) !== null;
};

async function firstVisit(browser, shop) {
  const { context, page, figures, requests } = await load(browser, shop, true);
  const ready = await click(page, usable);
  const begin = performance.now();
  const text = `measured ${Math.round(performance.timeOrigin + begin)}`;
  await page.evaluate((words) => window.Deskbell('sendMessage', words), text);
  await seesText(page, text);
  const saved = performance.now() - begin;
  const after = await page.evaluate(() => window.figures);
  return { context, page, figures, requests, ready, saved, text, after };
}

/** The next visit, with the core held back: what was said last must be there without it. */
async function secondVisit(context, shop, text) {
  const page = await context.newPage();
  let held = null;
  const release = [];
  await context.route(/\.wasm$/, async (route) => {
    held = performance.now();
    await new Promise((resolve) => release.push(resolve));
    await route.continue();
  });
  await slow(page);
  await page.goto(shop.url, { waitUntil: 'load' });
  await page.waitForFunction(() => window.Deskbell?.loaded);
  const begin = performance.now();
  await page.mouse.click(...kLauncher);
  await seesText(page, text);
  const readable = performance.now() - begin;
  const before = release.length > 0 || held === null;
  for (const go of release) go();
  await context.unroute(/\.wasm$/);
  return { readable, before };
}

export async function embed({ quick }) {
  const rounds = quick ? 1 : 15;
  const shop = await Shop.open();
  const browser = await launch();
  const runs = [];
  const bare = [];
  try {
    for (let round = 0; round < rounds; ++round) {
      const without = await load(browser, shop, false);
      bare.push(without);
      await without.context.close();
      const first = await firstVisit(browser, shop);
      await until('it is at the hub', async () => (await shop.messages()).some(([, text]) => text === first.text));
      await first.page.close();
      const second = await secondVisit(first.context, shop, first.text);
      runs.push({ ...first, ...second });
      await first.context.close();
    }
  } finally {
    await browser.close();
    await shop.close();
  }
  const row = (name, values) => [name, short(median(values)), short(quantile(values, 0.95)), short(Math.max(...values))];
  const painted = runs.map(({ figures }) => figures.launcher - figures.script);
  const longest = (list) => list.map(({ figures }) => Math.max(0, ...figures.longTasks
    .filter(([start]) => start >= figures.script).map(([, duration]) => duration)));
  const ready = runs.map((run) => run.ready);
  printTable(`The widget on a page, CPU ${kSlowdown} times slower, cold cache, loopback, ${rounds} visits (ms)`,
    ['', 'median', '95 %', 'most'], [
      row('launcher painted after its script came', painted),
      row('launcher painted after navigation', runs.map(({ figures }) => figures.launcher)),
      row('longest task after the script came', longest(runs)),
      row('longest task of the page without it', longest(bare)),
      row('layout shift (score)', runs.map(({ after }) => after.shift)),
      row('requests before the click', runs.map(({ requests }) => requests)),
      row('click until it can be used', ready),
      row('message until it is shown as saved', runs.map(({ saved }) => saved)),
      row('second visit: click until readable, core held back', runs.map(({ readable }) => readable)),
    ]);
  printGoal('no long task by the loader', Math.max(...longest(runs)) <= Math.max(50, ...longest(bare)));
  printGoal('layout shift 0', runs.every(({ after }) => after.shift === 0));
  printGoal('one request before the click', runs.every(({ requests }) => requests === 1));
  printGoal(`usable within ${kUsableMs} ms of the click (median)`, median(ready) <= kUsableMs);
  printGoal('the last visit readable before the core is there', runs.every(({ before }) => before));
}
