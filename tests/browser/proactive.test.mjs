// The site speaks first: real rules, hub, loader and panel in Chromium. When a rule holds is tested
// in proactive_rules.test.mjs, without a browser.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterEach, describe, test } from 'node:test';
import { browser, call, panelOf, seesText, shop, site, storedText, useShop } from '../support/shop.mjs';
import { noteComplaints } from '../support/browser.mjs';
import { openShadows } from '../support/launcher.mjs';
import { until } from '../support/until.mjs';
import { kXssPayloads, kXssTrap } from '../support/xss_payloads.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const kMemory = `deskbell:proactive:${site}`;

/** All of the payloads in a few messages, of as many letters as one may have; a hub takes no zero. */
const kDangerous = kXssPayloads.map((payload) => payload.replaceAll('\u0000', '')).reduce((texts, payload) => {
  const longer = texts.at(-1) ? `${texts.at(-1)}\n${payload}` : payload;
  if (Buffer.byteLength(longer) > 2048) return [...texts, payload];
  return [...texts.slice(0, -1), longer];
}, ['']);

useShop({
  proactive: [
    ...kDangerous.map((text, at) => ({ id: `danger-${at}`, text, pages: [`/danger/${at}`],
      replies: kXssPayloads.filter((payload) => payload.trim() === payload && !/[\u0000-\u001f]/.test(payload)).slice(at * 4, at * 4 + 4) })),
    { id: 'basket', text: 'Can we help you with your order?', replies: ['Yes, please', 'How long does it take?'],
      pages: ['/cart*'], facts: [{ name: 'basket.total', at_least: 5000 }] },
    { id: 'deep', text: 'You read all of it!', pages: ['/guide'], scroll: 90 },
    { id: 'first', text: 'Hello! <b>New</b> here?', pages: ['/welcome'] },
    { id: 'second', text: 'Still there?', pages: ['/welcome'] },
    { id: 'often', text: 'اهلا وسهلا', pages: ['/often'], once: 'visit' },
  ],
});

let context;
afterEach(async () => {
  await context?.close();
  shop.page = () => shop.html();
  shop.headers = () => ({});
});

/** Runs in each page first: what happens is written down. */
function watch() {
  window.told = [];
  for (const name of ['shown', 'opened', 'dismissed']) {
    document.addEventListener(`deskbell:proactive:${name}`, ({ detail }) => window.told.push(`${name} ${detail.message}`));
  }
  window.ticks = 0;
  const { setInterval } = window;
  window.setInterval = (run, ms, ...given) => setInterval(() => { run(); ++window.ticks; }, ms, ...given);
}

async function newContext(options = {}, ...scripts) {
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  for (const script of [openShadows, watch, ...scripts]) await context.addInitScript(script);
  return context;
}

/** A page of the shop that wants proactive messages. */
async function visit(path, { page, attributes = '', body, head } = {}) {
  shop.page = () => shop.html({
    attributes: `data-site="${site}" data-proactive="true" ${attributes}`, ...(body ? { body } : {}), ...(head ? { head } : {}),
  });
  page ??= await context.newPage();
  noteComplaints(page);
  await page.goto(shop.url + path);
  await page.waitForFunction(() => window.Deskbell?.loaded);
  return page;
}

const bubble = (page) => page.locator('deskbell-widget .bubble');
const told = (page) => page.evaluate(() => window.told);
/** The rules were looked at, several times. */
async function ticks(page) {
  const before = await page.evaluate(() => window.ticks);
  await page.waitForFunction((from) => window.ticks >= from + 3, before);
}

describe('A page that asks for proactive messages', () => {
  test('makes one more request, stores the one note that "once" needs, and connects to nobody', async () => {
    await newContext();
    const asked = [];
    context.on('request', (request) => {
      if (request.url().startsWith(shop.hubUrl)) asked.push(new URL(request.url()).pathname);
    });
    const page = await visit('/welcome');
    await bubble(page).getByText('Hello! <b>New</b> here?').waitFor();
    await ticks(page);
    assert.deepEqual(asked, ['/deskbell.js', `/proactive/${site}`]);
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), [kMemory]);
    assert.equal(await storedText(context, shop.hubUrl), '{}{}');
    assert.deepEqual(page.complaints, []);
  });

  test('says no with "false" as with a boolean: nothing is fetched, and no launcher is painted', async () => {
    await newContext({}, () => {
      const { setTimeout } = window;
      window.setTimeout = (run, ms, ...given) => setTimeout(() => { run(); window.idled ||= ms === 2_000; }, ms, ...given);
    });
    const asked = [];
    context.on('request', (request) => asked.push(new URL(request.url()).pathname));
    shop.page = () => shop.html({ attributes: `data-site="${site}" data-proactive="false" data-launcher="false"` });
    const page = await context.newPage();
    await page.goto(shop.url + '/welcome');
    await page.waitForFunction(() => window.idled);
    for (const proactive of ['false', false, '', null]) await call(page, 'update', { proactive });
    // What was asked for before this is known with it.
    await page.evaluate(() => fetch('/last'));
    assert.deepEqual(asked, ['/welcome', '/deskbell.js', '/last']);
    assert.ok(await page.locator('deskbell-widget .launcher').isHidden());
    await call(page, 'update', { proactive: 'true', launcher: 'true' });
    await bubble(page).waitFor();
    assert.ok(await page.locator('deskbell-widget .launcher').isVisible());
  });

  test('forgets the note when it takes that back, and when its visitor logs out', async () => {
    await newContext();
    const page = await visit('/welcome');
    await bubble(page).waitFor();
    await call(page, 'update', { proactive: false });
    await bubble(page).waitFor({ state: 'detached' });
    await page.waitForFunction(() => localStorage.length === 0);
    await call(page, 'update', { proactive: true });
    await bubble(page).waitFor();
    await call(page, 'logout');
    await page.waitForFunction((name) => !JSON.parse(localStorage.getItem(name) ?? '{}').shown?.first, kMemory);
  });

  test('shows nothing where it cannot remember that it did', async () => {
    await newContext({}, () => { Storage.prototype.setItem = () => { throw new Error('full'); }; });
    const page = await visit('/welcome');
    await ticks(page);
    assert.deepEqual(await told(page), []);
  });

  test('leaves nothing behind when the widget is destroyed', async () => {
    await newContext();
    const page = await visit('/welcome');
    await bubble(page).waitFor();
    const ticking = await page.evaluate(() => { window.Deskbell('destroy'); return window.ticks; });
    assert.equal(await bubble(page).count(), 0);
    await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 1_200); }));
    assert.equal(await page.evaluate(() => window.ticks), ticking);
  });
});

describe('A proactive message', () => {
  test('is opened with one click, answered with another, and the conversation says what it answers', async () => {
    await newContext();
    const page = await visit('/cart/2');
    await page.evaluate(() => {
      window.events = [];
      window.Deskbell('on', 'conversation:started', (detail) => window.events.push(detail));
      window.Deskbell('track', 'basket', { count: 2, total: 5380 });
    });
    await bubble(page).getByRole('button', { name: /Can we help you/ }).click();
    await seesText(page, 'Can we help you with your order?');
    const panel = panelOf(page);
    assert.equal(await bubble(page).count(), 0);
    await panel.locator('.message.other .name').getByText('Fern & Oak').waitFor();
    await panel.getByRole('button', { name: 'How long does it take?' }).click();
    await panel.locator('.own[data-state=sent]').waitFor();
    // Still there, at the top, and its ready answers are not: one was given.
    await panel.locator('.message.other', { hasText: 'Can we help you with your order?' }).waitFor();
    assert.equal(await panel.locator('.replies').count(), 0);
    const events = (await shop.history()).map(({ event }) => event);
    const begun = events.findLast(({ type }) => type === 'conversation.started');
    assert.deepEqual(begun.data, { proactive: 'basket' });
    assert.equal(events.at(-1).data?.text ?? events.findLast(({ type }) => type === 'message.posted').data.text,
      'How long does it take?');
    assert.deepEqual(await told(page), ['shown basket', 'opened basket']);
    await page.waitForFunction(() => window.events.length > 0);
    assert.deepEqual(await page.evaluate(() => window.events), [{ conversation: begun.conversation, proactive: 'basket' }]);
    // And after a reload the panel knows it from what the site says.
    await visit('/cart/2', { page });
    await call(page, 'open');
    await seesText(page, 'Can we help you with your order?');
    await seesText(page, 'How long does it take?');
    assert.deepEqual(await told(page), [], 'no other while a conversation is open');
  });

  test('is opened by whoever goes to the launcher meanwhile', async () => {
    await newContext();
    const page = await visit('/welcome');
    await bubble(page).waitFor();
    await page.locator('deskbell-widget .launcher').click();
    await seesText(page, 'Hello! <b>New</b> here?');
    assert.deepEqual(await told(page), ['shown first', 'opened first']);
    // Who goes elsewhere in the panel has not answered.
    const panel = panelOf(page);
    await panel.getByRole('button', { name: 'Back', exact: true }).click();
    await panel.getByRole('textbox', { name: /^Write/ }).fill('Something else');
    await page.keyboard.press('Enter');
    await panel.locator('.own[data-state=sent]').waitFor();
    const begun = (await shop.history()).findLast(({ event }) => event.type === 'conversation.started').event;
    assert.equal(begun.data?.proactive, undefined);
  });

  test('gives way to a panel that the page opens for something else', async () => {
    await newContext();
    const page = await visit('/welcome');
    await bubble(page).waitFor();
    await call(page, 'showNewMessage', 'I have a question');
    await bubble(page).waitFor({ state: 'detached' });
    await until('the text is in the field', async () => await panelOf(page)
      ?.evaluate(() => document.querySelector('textarea')?.value).catch(() => '') === 'I have a question');
    assert.deepEqual(await told(page), ['shown first']);
  });

  test('is reached, read and closed by keyboard, is said once, and does not come back', async () => {
    await newContext();
    const page = await visit('/welcome');
    await bubble(page).waitFor();
    assert.equal(await page.locator('deskbell-widget output .bubble').count(), 1);
    assert.notEqual(await page.evaluate(() => document.activeElement.localName), 'deskbell-widget', 'it takes no focus');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate(() => {
      let at = document.activeElement;
      while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return at.className;
    });
    assert.equal(await focused(), 'say');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'close');
    assert.equal(await bubble(page).locator('.close').getAttribute('aria-label'), 'Close');
    await page.keyboard.press('Escape');
    assert.equal(await bubble(page).count(), 0);
    assert.match(await focused(), /launcher/);
    await ticks(page);
    assert.deepEqual(await told(page), ['shown first', 'dismissed first'], 'one a page is enough');
    await visit('/welcome', { page });
    await bubble(page).getByText('Still there?').waitFor();
    await bubble(page).locator('.close').click();
    await visit('/welcome', { page });
    await ticks(page).catch(() => undefined);
    assert.deepEqual(await told(page), []);
  });

  test('is shown in one of many tabs, once', async () => {
    await newContext();
    shop.page = () => shop.html({ attributes: `data-site="${site}" data-proactive="true"` });
    const tabs = await Promise.all(Array.from({ length: 5 }, () => visit('/often')));
    await until('one shows it', async () =>
      (await Promise.all(tabs.map((tab) => bubble(tab).count()))).some(Boolean));
    for (const tab of tabs) {
      await tab.bringToFront();
      await ticks(tab).catch(() => undefined);
    }
    assert.deepEqual((await Promise.all(tabs.map(told))).flat(), ['shown often']);
    // A visit later it comes again; that is what its rule says.
    for (const tab of tabs.slice(1)) await tab.close();
    await tabs[0].evaluate((name) => {
      // Nobody looks at the rules between this note and the visit.
      window.Deskbell('destroy');
      const memory = JSON.parse(localStorage.getItem(name));
      localStorage.setItem(name, JSON.stringify({ ...memory, seen: memory.seen - 40 * 60_000 }));
    }, kMemory);
    await visit('/often', { page: tabs[0] });
    await bubble(tabs[0]).waitFor();
  });

  test('follows a page that changes its address, and knows how far its visitor has read', async () => {
    await newContext();
    const page = await visit('/', { body: '<h1>Guide</h1><div style="height:4000px">Long</div>' });
    await page.evaluate(() => history.pushState(null, '', '/guide'));
    await ticks(page);
    assert.deepEqual(await told(page), []);
    await page.mouse.wheel(0, 4000);
    await bubble(page).getByText('You read all of it!').waitFor();
    await page.evaluate(() => history.pushState(null, '', '/other'));
    await bubble(page).waitFor({ state: 'detached' });
  });
});

describe('Whatever a site says first is text', () => {
  test('beside the launcher and in the panel, each of the known payloads', async () => {
    await newContext({}, kXssTrap);
    const page = await visit('/danger/0');
    const safe = (text) => text.replace(/\s+/g, ' ').trim();
    for (const [at, text] of kDangerous.entries()) {
      // One at a time, and only one for each address.
      if (at > 0) await bubble(page).locator('.close').click();
      await page.evaluate((path) => history.pushState(null, '', path), `/danger/${at}`);
      await until('it is told', async () => (await told(page)).includes(`shown danger-${at}`));
      const { said, elements, attributes } = await bubble(page).evaluate((one) => {
        const all = [one, ...one.querySelectorAll('*')];
        return { said: one.querySelector('.say').innerText, elements: [...new Set(all.map(({ localName }) => localName))].sort(),
          attributes: all.flatMap((each) => each.getAttributeNames()).filter((name) => /^(on|src|href|style)/i.test(name)) };
      });
      assert.equal(safe(said), safe(`Fern & Oak\n${text}`));
      assert.deepEqual(elements, ['button', 'div', 'i', 'span']);
      assert.deepEqual(attributes, []);
    }
    await bubble(page).locator('.say').click();
    await until('the panel shows it', () => panelOf(page)?.locator('.replies button').count().catch(() => 0));
    for (const frame of page.frames()) assert.equal(await frame.evaluate(() => globalThis.xssCalls), 0, frame.url());
    assert.deepEqual(page.complaints, []);
  });
});

describe('On a page with rules of its own', () => {
  test('no style of the page reaches the message', async () => {
    await newContext();
    const page = await visit('/welcome', { head: `<style>
      * , *::before, deskbell-widget, deskbell-widget * { display: none !important; opacity: 0 !important; color: red !important;
        font-size: 90px !important; transform: scale(9) !important; animation: none !important; visibility: hidden !important }
      html { transform: none !important }
      html, body, head { display: block !important; opacity: 1 !important; visibility: visible !important }
      button, output, .bubble, .say { position: static !important; width: 3px !important }</style>` });
    await bubble(page).waitFor();
    await page.waitForFunction(() => document.querySelector('deskbell-widget').shadowRoot.querySelector('div').shadowRoot
      .querySelector('.bubble').getAnimations().length === 0);
    const seen = await bubble(page).evaluate((element) => {
      const { width, height, left, top } = element.getBoundingClientRect();
      const style = getComputedStyle(element.querySelector('.say'));
      return { width, tall: height < 200, size: style.fontSize, colour: style.color,
        hit: document.elementFromPoint(left + 40, top + 20)?.localName };
    });
    assert.deepEqual(seen, { width: 320, tall: true, size: '16px', colour: 'rgb(29, 27, 24)', hit: 'deskbell-widget' });
  });

  const kTrusted = "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'";
  for (const [name, rules, nonce] of [
    ['the hub allowed', (hub) => `default-src 'none'; script-src ${hub}; frame-src ${hub}; ${kTrusted}`, ''],
    ['nonces and strict-dynamic', (hub) =>
      `default-src 'none'; script-src 'nonce-fern5' 'strict-dynamic'; style-src 'none'; frame-src ${hub}; ${kTrusted}`, 'nonce="fern5"'],
  ]) {
    test(`it comes under a strict policy with ${name}, and breaks none of it`, async () => {
      shop.headers = () => ({ 'content-security-policy': rules(shop.hubUrl) });
      await newContext({}, `globalThis.violations = [];
        addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI));`);
      const page = await visit('/welcome', { attributes: nonce });
      await bubble(page).getByRole('button', { name: /New/ }).click();
      await seesText(page, 'Hello! <b>New</b> here?');
      assert.deepEqual(await page.evaluate(() => globalThis.violations), []);
      assert.deepEqual(page.complaints, []);
    });
  }

  for (const [name, options, attributes, hidden = { left: 0, right: 0, bottom: 0 }] of [
    ['light', { colorScheme: 'light' }, ''], ['dark', { colorScheme: 'dark' }, ''],
    ['dark by the site, on the left', { colorScheme: 'light' }, 'data-scheme="dark" data-position="left"'],
    ['a small phone', { viewport: { width: 320, height: 480 } }, ''],
    ['a phone whose edges are hidden', { viewport: { width: 390, height: 844 } }, '', { top: 47, left: 33, right: 22, bottom: 34 }],
    ['forced colours', { forcedColors: 'active' }, ''],
    ['right to left, with little motion', { reducedMotion: 'reduce', locale: 'ar' }, ''],
  ]) {
    test(`it is read by everyone: ${name}`, async () => {
      await newContext(options);
      const page = await visit('/often', { attributes });
      const devtools = await context.newCDPSession(page);
      await devtools.send('Emulation.setSafeAreaInsetsOverride', { insets: hidden });
      await bubble(page).waitFor();
      await page.waitForFunction(() => document.querySelector('deskbell-widget').shadowRoot.querySelector('div').shadowRoot
        .querySelector('.bubble').getAnimations().length === 0);
      const { left, right, bottom } = await bubble(page).evaluate((element) => element.getBoundingClientRect());
      const { width, height } = page.viewportSize();
      assert.ok(left >= 20 + hidden.left && right <= width - 20 - hidden.right && bottom <= height - 92 - hidden.bottom + 1,
        `${left} ${right} ${bottom}`);
      if (name.includes('right to left')) {
        assert.equal(await bubble(page).locator('.close').getAttribute('aria-label'), 'إغلاق');
        const at = (part) => bubble(page).locator(part).evaluate((element) => element.getBoundingClientRect().left);
        assert.ok(await at('.close') < await at('.say'), 'what closes it is at the end of the line');
      }
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run('deskbell-widget', {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], rules: { 'target-size': { enabled: true } },
      }));
      assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
      if (process.env.DESKBELL_SCREENSHOTS) {
        await page.screenshot({ path: `${process.env.DESKBELL_SCREENSHOTS}/proactive-${name.replace(/\W+/g, '-')}.png` });
      }
    });
  }
});
