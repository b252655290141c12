// How the panel looks, in every state: nothing that a checker of accessibility complains about, no
// line beside the screen, light and dark, left-to-right and right-to-left, phone and desktop.
//
//   DESKBELL_SCREENSHOTS=folder node --test tests/browser/looks.test.mjs
//
// also writes a picture of each. DESKBELL_ALL_LOOKS=1 looks at all combinations of scheme, direction
// and device; otherwise every two of them meet.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Harness, script } from './panel_harness.mjs';
import { panelStates } from './panel_states.mjs';

const folder = process.env['DESKBELL_SCREENSHOTS'] ?? '';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const kDevices = {
  phone: { viewport: { width: 375, height: 740 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 400, height: 680 } },
};
const kDirections = { 'left-to-right': 'en', 'right-to-left': 'ar' };

/** Two tests look at a time, each at a hub and in a browser of its own. */
const harnesses = [];
const idle = [];
before(async () => {
  for (let i = 0; i < 2; ++i) harnesses.push(await Harness.start());
  idle.push(...harnesses);
  if (folder) mkdirSync(folder, { recursive: true });
});
after(async () => { for (const harness of harnesses) await harness.stop(); });

/** Runs a test with a harness and its states. */
function look(name, run) {
  test(name, async () => {
    const harness = idle.pop();
    try {
      await run(harness, panelStates(harness.hub));
    } finally {
      idle.push(harness);
    }
  });
}

/** One page for many states: a tab is the dearest part of a look. */
async function openTab(harness, options) {
  const page = await harness.openPanel({ never: true }, { serviceWorkers: 'block', ...options });
  await page.addInitScript(axe);
  return page;
}

let shown = 0;
async function show(harness, page, { scenario, ready, prepare }, fragment = '') {
  harness.scenario = scenario;
  await page.evaluate(() => { localStorage.clear(); sessionStorage.clear(); });
  await page.goto(`${harness.hub}/panel/fern?${++shown}${fragment}`);
  await page.locator(ready ?? (scenario.panel?.messages.length > 0 && scenario.panel.conversation ? '.message, .row' : '.hello')).first().waitFor();
  const addMessage = (on, one) =>
    script(on, { panel: { messages: [...scenario.panel.messages, one] } });
  await prepare?.call({ addMessage }, page);
  await page.evaluate(() => {
    for (const one of document.getAnimations()) {
      if (one.effect.getComputedTiming().endTime === Infinity) one.cancel();
      else one.finish();
    }
  });
}

/** What axe finds, and what stands out of the screen. */
function complaints(page) {
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'target-size': { enabled: true } },
      resultTypes: ['violations'],
    });
    const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) =>
      `${id}: ${html.slice(0, 140)} ${any[0]?.message.slice(0, 120) ?? ''}`));
    if (document.documentElement.scrollWidth > innerWidth) found.push(`${document.documentElement.scrollWidth} px wide`);
    for (const one of document.querySelectorAll('.scroller')) {
      if (one.scrollWidth > one.clientWidth) found.push(`${one.className} is ${one.scrollWidth} px wide`);
    }
    return found;
  });
}

/** What a phone's screen hides of its edges, held up and on its side; no two are alike. */
const kHiddenEdges = [
  { size: { width: 375, height: 740 }, insets: { top: 47, left: 11, bottom: 34, right: 22 } },
  // Here, what does not fit has to be scrolled to.
  { size: { width: 740, height: 375 }, insets: { top: 0, left: 47, bottom: 21, right: 30 } },
];

/** Runs in the page: what one touches, or knows the screen by, and cannot be got out from behind its edges. */
function hiddenBehind(insets) {
  return [...document.querySelectorAll('#panel :is(h1, h2, button, a, input, select, textarea, [tabindex="0"]:not(.scroller, .strip))')]
    .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .flatMap((one) => {
      one.scrollIntoView({ block: 'nearest', inline: 'center', behavior: 'instant' });
      const { left, top, right, bottom } = one.getBoundingClientRect();
      const out = { left: insets.left - left, top: insets.top - top,
        right: right - (innerWidth - insets.right), bottom: bottom - (innerHeight - insets.bottom) };
      return Object.entries(out).filter(([, by]) => by > 0.5)
        .map(([side, by]) => `${side} by ${by.toFixed()}: ${one.outerHTML.slice(0, 100)}`);
    });
}

const kAllLooks = ['light', 'dark'].flatMap((scheme) =>
  Object.keys(kDirections).flatMap((direction) => Object.keys(kDevices).map((device) => [scheme, direction, device])));
const kPairs = [
  ['light', 'left-to-right', 'phone'],
  ['light', 'right-to-left', 'desktop'],
  ['dark', 'left-to-right', 'desktop'],
  ['dark', 'right-to-left', 'phone'],
];

describe('The panel looks right', { concurrency: 2 }, () => {
  for (const [scheme, direction, device] of folder || process.env['DESKBELL_ALL_LOOKS'] ? kAllLooks : kPairs) {
    look(`in every state, ${scheme}, ${direction}, on a ${device}`, async (harness, states) => {
      const page = await openTab(harness,
        { ...kDevices[device], colorScheme: scheme, locale: kDirections[direction], reducedMotion: 'reduce' });
      const bad = [];
      assert.ok(Object.keys(states).length >= 20);
      for (const [name, state] of Object.entries(states)) {
        await show(harness, page, state);
        assert.equal(await page.evaluate(() => document.dir), direction === 'right-to-left' ? 'rtl' : 'ltr');
        bad.push(...(await complaints(page)).map((one) => `${name}: ${one}`));
        if (folder) {
          const file = `${name.replace(/\W+/g, '-')}.${scheme}.${direction}.${device}.png`;
          await page.screenshot({ path: join(folder, file) });
        }
      }
      assert.deepEqual(bad, []);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });
  }

  look('with text of twice the size, on a narrow screen, and with the colours of the system', async (harness, states) => {
    const bad = [];
    for (const [kind, options] of Object.entries({
      'twice the size': { viewport: { width: 400, height: 680 } },
      '320 px': { viewport: { width: 320, height: 560 } },
      'forced colours': { viewport: { width: 400, height: 680 }, forcedColors: 'active' },
    })) {
      const page = await openTab(harness, { ...options, reducedMotion: 'reduce' });
      for (const [name, state] of Object.entries(states)) {
        await show(harness, page, state);
        if (kind === 'twice the size') {
          await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
        }
        const wide = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll('.scroller')]
          .filter((one) => one.scrollWidth > one.clientWidth).map((one) => `${one.className} ${one.scrollWidth}`));
        bad.push(...wide.map((one) => `${kind}, ${name}: ${one}`));
        // What one writes with is on the screen, whatever else there is.
        const field = page.locator('.composer textarea');
        if (await field.count() > 0) {
          const box = await field.boundingBox();
          if (!box || box.y + box.height > options.viewport.height) bad.push(`${kind}, ${name}: no field`);
        }
        if (folder) await page.screenshot({ path: join(folder, `${name.replace(/\W+/g, '-')}.${kind.replace(/\W+/g, '-')}.png`) });
      }
      await page.context().close();
    }
    assert.deepEqual(bad, []);
  });

  look('off what hides the edges of a phone\'s screen', async (harness, states) => {
    const bad = [];
    for (const [direction, locale] of Object.entries(kDirections)) {
      const page = await openTab(harness, { ...kDevices.phone, locale, reducedMotion: 'reduce' });
      const devtools = await page.context().newCDPSession(page);
      for (const [name, state] of Object.entries(states)) {
        await page.setViewportSize(kDevices.phone.viewport);
        await show(harness, page, state);
        for (const { size, insets } of kHiddenEdges) {
          await page.setViewportSize(size);
          await devtools.send('Emulation.setSafeAreaInsetsOverride', { insets });
          const behind = await page.evaluate(hiddenBehind, insets);
          // It goes out of their way no further than it must.
          const header = await page.locator('.header').boundingBox();
          if (header.y !== 0) behind.push(`the header begins at ${header.y}`);
          bad.push(...behind.map((one) => `${name}, ${direction}, ${size.width} px wide: ${one}`));
        }
      }
      await page.context().close();
    }
    assert.deepEqual(bad, []);
  });

  look('without a sentence that no locale can change', async (harness, states) => {
    const page = await openTab(harness, { viewport: { width: 400, height: 680 } });
    const bad = [];
    for (const [name, state] of Object.entries(states)) {
      await show(harness, page, state, '#language=en-XA');
      const said = await page.evaluate(() => {
        const texts = [];
        const walker = document.createTreeWalker(document.getElementById('panel'), NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          if (!node.parentElement.closest('time, .day, option[lang]')) texts.push(node.data);
        }
        for (const one of document.querySelectorAll('#panel *')) {
          for (const attribute of ['aria-label', 'placeholder', 'title', 'alt', 'aria-description']) {
            if (one.hasAttribute(attribute)) texts.push(one.getAttribute(attribute));
          }
        }
        return texts;
      });
      const data = JSON.stringify(state.scenario) + '1 × 2 × long precious zebra order .json? no address one more very long.pdf leaf.png';
      for (const text of said) {
        const measure = /^[\d.,]+ [kM]B$/.test(text); // the language's own way to write it
        const known = measure || !/\p{L}/u.test(text) || text.includes('⟦') || text.includes('\u0301') ||
          data.toLowerCase().includes(JSON.stringify(text.trim()).slice(1, -1).toLowerCase());
        // What Markdown takes apart is data all the same.
        if (!known && !text.split(/\s+/).every((word) => data.toLowerCase().includes(word.toLowerCase()))) {
          bad.push(`${name}: ${text.slice(0, 80)}`);
        }
      }
    }
    assert.deepEqual([...new Set(bad)], []);
    await page.context().close();
  });
});
