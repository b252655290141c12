// What a chat widget costs the page that embeds it: Deskbell's, and peers' as their npm packages
// come, each on the same page in Chromium, cold cache, loopback, the page's CPU slowed down.
//
// No peer's own server takes part: what theirs would send besides (settings, history) is not counted
// against them. What is compressed how on its way is not compared either: all bytes are weighed alike.

import { launch } from '../support/browser.mjs';
import { until } from '../support/until.mjs';
import { median, printGoal, printTable } from './figures.mjs';
import { botpress, deepChat, deskbell, nothing, rocketChat, withoutCore } from './weight_peers.mjs';

const kSlowdown = 4;
/** What of a task's time does not count as blocking, as in the Total Blocking Time of web.dev. */
const kUnnoticedMs = 50;
const kField = 'textarea, [contenteditable=""], [contenteditable="true"]';

/** Runs in each document first. */
function watch() {
  window.tasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.tasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
}

async function blocked(page) {
  const tasks = await page.evaluate(() => window.tasks);
  return tasks.reduce((sum, duration) => sum + duration - kUnnoticedMs, 0);
}

/** Whether a field to write in is seen, in any of the page's frames. */
async function hasField(page) {
  const seen = await Promise.all(page.frames().map((frame) =>
    frame.locator(kField).first().isVisible().catch(() => false)));
  return seen.includes(true);
}

/** One visit by a browser that has never been there. */
async function visit(browser, widget) {
  const { scale, url, close } = await widget.open();
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    // Or a service worker would bring it all the same.
    ...(widget.heldBack ? { serviceWorkers: 'block' } : {}),
  });
  try {
    if (widget.heldBack) await context.route(widget.heldBack, () => undefined);
    await context.addInitScript(watch);
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: kSlowdown });
    await page.goto(url);
    await scale.quiet();
    const figures = { before: scale.bytes, requests: scale.requests, blockedBefore: await blocked(page) };
    if (!widget.click) return { ...figures, until: NaN, ready: NaN, blocked: NaN };
    const begin = performance.now();
    await widget.click(page);
    await until(`${widget.name} shows a field`, () => hasField(page));
    const ready = performance.now() - begin;
    await scale.quiet();
    return { ...figures, until: scale.bytes, ready, blocked: await blocked(page) };
  } finally {
    await context.close();
    scale.close();
    await close();
  }
}

export async function weight({ quick }) {
  const rounds = quick ? 1 : 7;
  const widgets = [deskbell, withoutCore, rocketChat, botpress, deepChat, nothing];
  const visits = new Map(widgets.map((widget) => [widget, []]));
  const browser = await launch();
  try {
    for (let round = 0; round < rounds; ++round) {
      for (const widget of widgets) visits.get(widget).push(await visit(browser, widget));
    }
  } finally {
    await browser.close();
  }
  const typical = (widget, figure) => median(visits.get(widget).map((one) => one[figure]));
  const whole = (value) => (Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : '–');
  const columns = {
    before: 'bytes before a click', until: 'until one can write', requests: 'requests before',
    blockedBefore: 'blocked before', blocked: 'blocked in all', ready: 'click to field',
  };
  printTable(`A widget's weight: bytes as brotli, milliseconds on a CPU ${kSlowdown} times slower, ` +
    `medians of ${rounds} visits`, ['', ...Object.values(columns)],
  widgets.map((widget) => [widget.name, ...Object.keys(columns).map((figure) => whole(typical(widget, figure)))]));
  const share = typical(rocketChat, 'before') / typical(deskbell, 'before');
  console.log(`  before a click Rocket.Chat loads ${share.toFixed(0)} times as much as Deskbell`);
  printGoal('blocks the page before a click no longer than without it',
    typical(deskbell, 'blockedBefore') <= typical(nothing, 'blockedBefore'));
}
