// Promises of the loader and the panel, kept in a real browser.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  commandsOf, conversation, Harness, keptBy, message, panel, script, strictPolicy, survey,
} from './panel_harness.mjs';
import { noteComplaints } from '../support/browser.mjs';
import { launcherNames, openShadows } from '../support/launcher.mjs';
import { until } from '../support/until.mjs';

let harness;
before(async () => { harness = await Harness.start(); });
after(async () => { await harness.stop(); });

/** Opens the shop's page as it stands in the harness; the widget's launcher is there then. */
async function openShop({ page: html, policy = null, contextOptions = {}, scenario, prepare } = {}) {
  harness.page = html ?? harness.shopPage();
  harness.policy = policy;
  harness.scenario = scenario ?? { panel: panel({}) };
  harness.requests.length = 0;
  const context = await harness.browser.newContext({
    viewport: { width: 1280, height: 800 }, ...contextOptions,
  });
  const page = await context.newPage();
  noteComplaints(page);
  if (prepare) await page.addInitScript(prepare);
  await page.goto(harness.shop);
  await page.waitForFunction(() => document.querySelector('deskbell-widget'));
  return page;
}

/** What a mouse at the launcher's middle would hit. */
function hitAtLauncher(page) {
  return page.evaluate(() =>
    document.elementFromPoint(innerWidth - 48, innerHeight - 48)?.localName);
}

async function openWidget(page) {
  await page.evaluate(() => new Promise((resolve) => {
    window.Deskbell('on', 'ready', resolve);
    window.Deskbell('open');
  }));
  return page.frames().find((frame) => frame.url().includes('/panel/'));
}

/** Sends what a customer writes, and waits until it is shown in that state. */
async function write(page, text, state) {
  await page.locator('.composer textarea').fill(text);
  await page.keyboard.press('Enter');
  await page.locator(`.own[data-state=${state}]`, { hasText: text }).waitFor();
}

/** The texts of the messages that the worker was handed, in their order. */
function postedTexts(page) {
  return page.evaluate(() => window.heard.map(({ command }) => command)
    .filter((command) => command?.command === 'message.post').map(({ text }) => text));
}

/** Another tab, which is at work on what panels of this context have kept, until it is closed. */
async function holdKept(context) {
  const other = await context.newPage();
  await other.goto(`${harness.hub}/scenario.js`);
  await other.evaluate(() => new Promise((held) => {
    indexedDB.open('deskbell-sending/fern').onsuccess = ({ target }) => {
      const store = target.result.transaction(['sent', 'files'], 'readwrite').objectStore('sent');
      const goOn = () => {
        store.count().onsuccess = goOn;
        held();
      };
      goOn();
    };
  }));
  return other;
}

describe('The loader', () => {
  test('asks the hub for nothing but itself and stores nothing until it is opened', async () => {
    const page = await openShop();
    assert.equal(await hitAtLauncher(page), 'deskbell-widget');
    assert.deepEqual(harness.requests, ['GET /deskbell.js']);
    assert.deepEqual(await page.context().cookies(), []);
    assert.equal(await page.evaluate(async () => {
      const databases = await indexedDB.databases();
      return localStorage.length + sessionStorage.length + databases.length +
        (await caches.keys()).length + (await navigator.serviceWorker.getRegistrations()).length;
    }), 0);
    await page.context().close();
  });

  test('moves nothing on the page, open or closed', async () => {
    const page = await openShop();
    const shifts = () => page.evaluate(() => new Promise((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => { for (const { value } of list.getEntries()) sum += value; })
        .observe({ type: 'layout-shift', buffered: true });
      // What a frame has shifted is told with the frame after it.
      requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum))));
    }));
    const where = () => page.evaluate(() => {
      const { top, left, width } = document.querySelector('p').getBoundingClientRect();
      return { top, left, width, height: document.documentElement.scrollHeight };
    });
    const closed = await where();
    await openWidget(page);
    assert.deepEqual(await where(), closed);
    await page.evaluate(() => window.Deskbell('close'));
    assert.equal(await shifts(), 0);
    // What does move something is seen.
    await page.evaluate(() => document.body.prepend(Object.assign(document.createElement('div'), { style: 'height: 200px' })));
    assert.ok((await shifts()) > 0);
    await page.context().close();
  });

  test('stands where the site wants it', async () => {
    const script = harness.shopPage().replace('data-site', 'data-position="left" data-offset-x="120" data-offset-y="200" data-site');
    assert.notEqual(script, harness.shopPage());
    const page = await openShop({ page: script, prepare: openShadows });
    const hits = (x, y) => page.evaluate((at) => document.elementFromPoint(...at)?.localName === 'deskbell-widget', [x, y]);
    const stands = async () => {
      const { width, height } = page.viewportSize();
      return {
        inside: [await hits(122, height - 228), await hits(148, height - 202)],
        beside: [await hits(117, height - 228), await hits(148, height - 197), await hits(width - 48, height - 48)],
      };
    };
    assert.deepEqual(await stands(), { inside: [true, true], beside: [false, false, false] });
    const frame = await openWidget(page);
    // Above the launcher, from the same side, and no higher than what is left.
    assert.equal(await frame.evaluate(() => innerHeight), 800 - 200 - 92);
    assert.deepEqual([await hits(124, 300), await hits(116, 300), await hits(516, 300), await hits(524, 300)],
      [true, false, true, false]);
    // And the panel fills it.
    const box = (part) => page.locator(`deskbell-widget ${part}`).boundingBox();
    assert.deepEqual(await box('iframe'), await box('.frame'));
    await page.context().close();
  });

  test('has an icon that can be seen, whatever the colours are', async () => {
    const all = [{}, { colorScheme: 'dark' }, { forcedColors: 'active' }, { forcedColors: 'active', colorScheme: 'dark' }];
    for (const contextOptions of all) {
      const page = await openShop({ contextOptions, prepare: openShadows });
      const [icon, ground] = await page.locator('deskbell-widget i').evaluate((one) =>
        [one, one.parentElement].map((each) => getComputedStyle(each).backgroundColor));
      assert.notEqual(icon, ground, JSON.stringify(contextOptions));
      await page.context().close();
    }
  });

  for (const side of ['left', 'right']) {
    test(`keeps off what hides the edges of a phone's screen, on the ${side}`, async () => {
      const page = await openShop({
        page: harness.shopPage('', `data-site="fern" data-position="${side}"`),
        contextOptions: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
      });
      const top = 844 - 56 - 20;
      const hits = (x, y) => page.evaluate(([right, ...at]) =>
        document.elementFromPoint(right ? innerWidth - at[0] : at[0], at[1])?.localName === 'deskbell-widget', [side === 'right', x, y]);
      const corner = async (beside, below) => [await hits(18 + beside, top + 28 - below), await hits(22 + beside, top + 28 - below),
        await hits(48 + beside, top + 58 - below), await hits(48 + beside, top + 54 - below)];
      const stands = (beside, below) => until(`it stands ${beside} and ${below} px from the edges`, async () =>
        (await corner(beside, below)).join() === 'false,true,false,true');
      await stands(0, 0);
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Emulation.setSafeAreaInsetsOverride', { insets: { top: 47, left: 33, right: 22, bottom: 34 } });
      await stands(side === 'left' ? 33 : 22, 34);
      await page.context().close();
    });
  }

  test('works under the strictest policy of a page, with Trusted Types enforced', async () => {
    const page = await openShop({ policy: strictPolicy(harness.hub) });
    assert.equal(await hitAtLauncher(page), 'deskbell-widget');
    const frame = await openWidget(page);
    await frame.locator('.composer textarea').waitFor();
    assert.deepEqual(page.complaints.filter((text) => !text.includes('data:,')), []);
    await page.context().close();
  });

  test('paints whatever the CSS of the page is', async () => {
    const hostile = '<style>body, body *, body ~ *, deskbell-widget { display: none !important; visibility: hidden !important; ' +
      'opacity: 0 !important; pointer-events: none !important; transform: scale(0) !important; ' +
      'position: static !important; font-size: 0 !important } ' +
      'button, svg, iframe, div { all: unset !important; width: 0 !important }</style>';
    const page = await openShop({ page: harness.shopPage(hostile) });
    assert.equal(await hitAtLauncher(page), 'deskbell-widget');
    const before = await page.screenshot();
    await page.evaluate(() => window.Deskbell('hide'));
    const hidden = await page.screenshot();
    assert.notEqual(Buffer.compare(before, hidden), 0, 'the launcher left no mark on the screen');
    await page.context().close();
  });

  test('lets no script of the page reach into it', async () => {
    const page = await openShop();
    await openWidget(page);
    assert.deepEqual(await page.evaluate(() => {
      const host = document.querySelector('deskbell-widget');
      return [host.shadowRoot, host.children.length, document.querySelectorAll('iframe').length,
        window.frames.length];
    }), [null, 0, 0, 0]);
    await page.context().close();
  });

  test('leaves nothing behind, however often it is booted and destroyed', async () => {
    const page = await openShop();
    const devtools = await page.context().newCDPSession(page);
    const listeners = async () => {
      let count = 0;
      for (const expression of ['window', 'document', 'document.documentElement', 'visualViewport']) {
        const { result } = await devtools.send('Runtime.evaluate', { expression });
        const found = await devtools.send('DOMDebugger.getEventListeners', result);
        count += found.listeners.length;
      }
      return count;
    };
    const booted = await listeners();
    assert.ok(booted > 0);
    await page.evaluate(() => window.Deskbell('destroy'));
    const none = await listeners();
    assert.ok(none < booted);
    await page.evaluate(() => {
      for (let round = 0; round < 40; ++round) {
        window.Deskbell('boot', { site: 'fern' });
        window.Deskbell('boot', { site: 'fern', position: 'left', label: 'Questions?' });
        if (round % 3 === 0) window.Deskbell('open');
        if (round % 4 === 0) window.Deskbell('hide');
        if (round % 5 === 0) window.Deskbell('boot', { site: 'oak' });
        window.Deskbell('destroy');
        window.Deskbell('destroy');
      }
    });
    assert.equal(await listeners(), none);
    assert.equal(await page.evaluate(() => document.querySelectorAll('deskbell-widget').length), 0);
    assert.equal(page.frames().length, 1);
    await page.evaluate(() => window.Deskbell('boot', { site: 'fern' }));
    assert.equal(await listeners(), booted);
    assert.equal(await hitAtLauncher(page), 'deskbell-widget');
    await page.context().close();
  });

  test('is there once when its line is there twice', async () => {
    const twice = `<script async src="${harness.hub}/deskbell.js" data-site="fern"></script>`;
    const page = await openShop({ page: harness.shopPage(twice) });
    await page.waitForLoadState('load');
    assert.equal(await page.evaluate(() => document.querySelectorAll('deskbell-widget').length), 1);
    await page.context().close();
  });

  test('carries out what the page asked before it was loaded', async () => {
    const early = '<script>window.Deskbell = function () { (Deskbell.q = Deskbell.q || [])' +
      '.push(arguments) }; window.events = []; ' +
      "Deskbell('on', 'open', function () { events.push('open') }); Deskbell('open');</script>";
    const page = await openShop({ page: harness.shopPage(early) });
    await page.waitForFunction(() => window.events.includes('open'));
    await page.context().close();
  });

  test('says what is wrong with a page\'s options instead of failing', async () => {
    const page = await openShop();
    const said = await page.evaluate(() => {
      const lines = [];
      const error = console.error;
      console.error = (line) => lines.push(line);
      window.Deskbell('boot', {});
      window.Deskbell('boot', { site: 'fern', hub: 'javascript:alert(1)' });
      window.Deskbell('boot', { site: 'fern', accent: 'url(x)}' });
      window.Deskbell('dance');
      window.Deskbell('on', 'nothing', null);
      console.error = error;
      return lines;
    });
    assert.equal(said.length, 5, said.join('\n'));
    assert.ok(said.every((line) => line.startsWith('Deskbell: ')));
    await page.context().close();
  });

  test('is opened and closed by keyboard, and gives the focus there and back', async () => {
    const page = await openShop();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.localName), 'deskbell-widget');
    await page.keyboard.press('Enter');
    const panelFrame = (one) => one.url().includes('/panel/');
    const attached = () => page.frames().find(panelFrame) ??
      page.waitForEvent('framenavigated', panelFrame);
    const inField = async () => (await attached()).waitForFunction(() =>
      document.activeElement?.localName === 'textarea' && document.hasFocus());
    await inField();
    const closed = page.evaluate(() => new Promise((resolve) => {
      window.Deskbell('on', 'close', () => resolve(document.activeElement.localName));
    }));
    await page.keyboard.press('Escape');
    await closed;
    await page.waitForFunction(() => document.hasFocus());
    await page.keyboard.press('Enter');
    await inField();
    await page.context().close();
  });

  test('stays open for people who double-click everything', async () => {
    const page = await openShop();
    await page.evaluate(() => {
      window.events = [];
      for (const name of ['open', 'close', 'ready']) {
        window.Deskbell('on', name, () => window.events.push(name));
      }
    });
    await page.mouse.dblclick(1280 - 48, 800 - 48);
    await page.waitForFunction(() => window.events.includes('ready'));
    assert.deepEqual(await page.evaluate(() => window.events), ['open', 'ready']);
    await page.mouse.click(1280 - 48, 800 - 48);
    await page.waitForFunction(() => window.events.includes('close'));
    await page.context().close();
  });

  test('believes nobody but its own panel', async () => {
    const page = await openShop();
    await openWidget(page);
    const events = await page.evaluate(async () => {
      const seen = [];
      window.Deskbell('on', 'unread:change', () => seen.push('unread'));
      window.Deskbell('on', 'close', () => seen.push('close'));
      window.postMessage({ deskbell: 1, kind: 'unread', count: 7 }, '*');
      window.postMessage({ deskbell: 1, kind: 'close' }, '*');
      const stranger = document.createElement('iframe');
      document.body.append(stranger);
      stranger.contentWindow.eval("parent.postMessage({ deskbell: 1, kind: 'close' }, '*')");
      // Messages come in order: after this one, those before have been heard.
      await new Promise((resolve) => {
        window.addEventListener('message', ({ data }) => { if (data === 'last') resolve(); });
        stranger.contentWindow.eval("parent.postMessage('last', '*')");
      });
      return seen;
    });
    assert.deepEqual(events, []);
    await page.context().close();
  });

  test('shows and tells the number of unread messages while closed', async () => {
    const page = await openShop();
    const frame = await openWidget(page);
    await frame.locator('.hello').waitFor();
    const told = page.evaluate(() => new Promise((resolve) => {
      window.Deskbell('on', 'unread:change', (count) => { if (count) resolve(count); });
    }));
    await page.evaluate(() => window.Deskbell('close'));
    const quiet = await page.screenshot();
    const news = { unread: 2, conversation: conversation({ unread: 2 }),
      messages: [message({ text: 'One' }), message({ text: 'Two' })] };
    await frame.evaluate((data) => new BroadcastChannel('script').postMessage(data), { panel: news });
    assert.equal(await told, 2);
    assert.deepEqual(await launcherNames(page), ['Chat, 2 unread']);
    assert.notEqual(Buffer.compare(quiet, await page.screenshot()), 0);
    await page.context().close();
  });

  test('is not stopped by a callback that throws, and calls none after it was destroyed', async () => {
    const page = await openShop();
    const told = await page.evaluate(() => new Promise((resolve) => {
      window.told = [];
      window.Deskbell('on', 'open', () => { throw new Error('the page\'s own'); });
      window.Deskbell('on', 'open', (...detail) => window.told.push(detail));
      window.Deskbell('on', 'ready', () => resolve(window.told.map(([detail]) => detail === undefined)));
      window.Deskbell('open');
    }));
    assert.deepEqual(told, [true]);
    assert.deepEqual(page.complaints, ["Error: the page's own"]);
    await page.evaluate(() => {
      window.Deskbell('destroy');
      window.Deskbell('boot', { site: 'fern' });
      window.Deskbell('open');
    });
    assert.equal(await page.evaluate(() => window.told.length), 1);
    await page.context().close();
  });

  test('lends the panel the page\'s right to sound and to copy, and no other', async () => {
    const page = await openShop();
    const frame = await openWidget(page);
    const lent = await frame.evaluate(() => ['autoplay', 'clipboard-write', 'clipboard-read', 'camera', 'microphone', 'geolocation']
      .filter((feature) => document.featurePolicy.allowsFeature(feature)));
    assert.deepEqual(lent, ['autoplay', 'clipboard-write']);
    await page.context().close();
  });

  for (const own of ['Shop', '(3) Inbox', '']) {
    test(`counts before the page's own title and leaves that alone: "${own}"`, async () => {
      const page = await openShop({ page: harness.shopPage().replace('<title>Shop', `<title>${own}`) });
      const frame = await openWidget(page);
      await frame.locator('.hello').waitFor();
      await page.evaluate(() => window.Deskbell('close'));
      const count = async (unread) => {
        const news = { unread, conversation: conversation({ unread }), messages: [message({ text: 'One' })] };
        await frame.evaluate((data) => new BroadcastChannel('script').postMessage(data), { panel: news });
        await page.waitForFunction((wanted) => window.count === wanted, unread);
        return page.title();
      };
      await page.evaluate(() => window.Deskbell('on', 'unread:change', (unread) => { window.count = unread; }));
      assert.equal(await count(2), `(2) ${own}`.trim());
      assert.equal(await count(3), `(3) ${own}`.trim());
      assert.equal(await count(0), own);
      assert.equal(await count(1), `(1) ${own}`.trim());
      // The page changes what it sees, or says something else.
      await page.evaluate(() => { document.title += ' now'; });
      assert.equal(await count(2), `(2) ${own} now`.replace('  ', ' '));
      await page.evaluate(() => { document.title = '(7) Elsewhere'; });
      assert.equal(await count(3), '(3) (7) Elsewhere');
      await page.evaluate(() => window.Deskbell('destroy'));
      assert.equal(await page.title(), '(7) Elsewhere');
      await page.context().close();
    });
  }

  test('fills the screen of a phone', async () => {
    const page = await openShop({
      contextOptions: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
      prepare: () => {
        // The browser without a screen has no keyboard that takes a part of it.
        const seen = Object.assign(new EventTarget(), { height: 844, offsetTop: 0, scale: 1 });
        Object.defineProperty(window, 'visualViewport', { value: seen });
      },
    });
    const frame = await openWidget(page);
    assert.deepEqual(await frame.evaluate(() => [innerWidth, innerHeight]), [390, 844]);
    // A keyboard leaves the upper part of the page; one that zooms by two fingers wants no other size.
    const look = (seen) => page.evaluate((now) => {
      Object.assign(window.visualViewport, now);
      window.visualViewport.dispatchEvent(new Event('resize'));
    }, seen);
    const size = () => frame.evaluate(() => innerHeight);
    await look({ height: 420, offsetTop: 90 });
    await until('the panel stands above the keyboard', async () => (await size()) === 420);
    assert.deepEqual(await page.evaluate(() => [80, 100, 500, 520].map((y) => document.elementFromPoint(190, y)?.localName === 'deskbell-widget')),
      [false, true, true, false]);
    await look({ height: 210, offsetTop: 200, scale: 2 });
    assert.equal(await size(), 420);
    await look({ height: 844, offsetTop: 0, scale: 1 });
    await until('the keyboard has gone', async () => (await size()) === 844);
    // No field is smaller than what makes iOS zoom in.
    assert.ok(await frame.evaluate(() => [...document.querySelectorAll('input:not([type=checkbox]), select, textarea')]
      .every((field) => parseFloat(getComputedStyle(field).fontSize) >= 16)));
    await page.context().close();
  });
});

/** Runs in the page: every piece of text with less than 4.5 to 1 (large: 3 to 1) of contrast. */
function unreadable() {
  const parse = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const luminance = (rgb) => rgb.map((channel) => channel / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const found = [];
  for (const element of document.querySelectorAll('#panel *')) {
    const text = [...element.childNodes].filter(({ nodeType }) => nodeType === 3)
      .map(({ data }) => data.trim()).join('');
    if (!text || element.closest('.hidden-words')) continue;
    let behind = element;
    while (behind && parse(getComputedStyle(behind).backgroundColor).a < 1) behind = behind.parentElement;
    const style = getComputedStyle(element);
    const ground = parse(getComputedStyle(behind ?? document.body).backgroundColor).rgb;
    const [a, b] = [luminance(parse(style.color).rgb), luminance(ground)].map((l) => l + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    const ratio = Math.max(a, b) / Math.min(a, b);
    if (ratio < (large ? 3 : 4.5)) found.push(`${element.className} "${text}" ${ratio.toFixed(2)}`);
  }
  return found;
}

describe('The panel', () => {
  test('makes web addresses clickable, and nothing that only looks like one', async () => {
    const text = 'See https://shop.example/a_(b)?c=1#d, http://b.example. or (https://c.example/x) ' +
      'not ftp://d.example, javascript:alert(1) or https://bank.example@evil.example/';
    const page = await harness.openPanel({ panel: panel({ messages: [message({ text })] }) });
    await page.locator('.bubble').waitFor();
    const links = await page.locator('.bubble a').evaluateAll((all) => all.map((one) =>
      [one.firstChild.textContent, one.getAttribute('href'), one.target, one.rel]));
    const rel = ['_blank', 'noopener noreferrer nofollow'];
    assert.deepEqual(links, [
      ['https://shop.example/a_(b)?c=1#d', 'https://shop.example/a_(b)?c=1#d', ...rel],
      ['http://b.example', 'http://b.example/', ...rel],
      ['https://c.example/x', 'https://c.example/x', ...rel],
    ]);
    await page.context().close();
  });

  test('says the five states in words', async () => {
    const states = ['saved', 'sent', 'delivered', 'read'];
    const messages = [
      ...states.map((state) => message({ own: true, text: state, state })),
      message({ own: true, text: 'no', state: 'refused',
        error: { code: 'too_large', message: 'It is too long.' } }),
    ];
    const page = await harness.openPanel({ panel: panel({ messages }) });
    await page.locator('[data-state=refused]').waitFor();
    assert.deepEqual(await page.locator('.state').allTextContents(), [
      'Saved on this device', 'Sent', 'Delivered', 'Read', 'Not sent: it is too long',
    ]);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.waitForFunction(() => window.heard.some(({ command }) =>
      command?.command === 'message.discard'));
    const { id } = messages.at(-1);
    assert.deepEqual((await commandsOf(page)).filter(({ command }) => command.startsWith('message')), [
      { command: 'message.resend', id }, { command: 'message.discard', id },
    ]);
    await page.context().close();
  });

  test('never says "saved" on a device that cannot save', async () => {
    const page = await harness.openPanel({
      storage: { state: 'memory', reason: 'refused' }, connection: 'offline',
      panel: panel({ messages: [message({ own: true, text: 'Hi', state: 'saved' })] }),
    });
    await page.getByText('This device cannot save messages').waitFor();
    await page.getByText('Keep this page open').waitFor();
    await page.locator('[data-state=waiting]').waitFor();
    assert.ok(!(await page.locator('main').textContent()).toLowerCase().includes('saved on this'));
    await page.context().close();
  });

  test('sends with Enter, but never while a word is being composed', async () => {
    const page = await harness.openPanel({ panel: panel({}), conversation: conversation() });
    const field = page.locator('.composer textarea');
    await field.fill('にほんご');
    const enter = (init) => field.evaluate((node, part) => node.dispatchEvent(new KeyboardEvent(
      'keydown', { key: 'Enter', bubbles: true, cancelable: true, ...part })), init);
    await enter({ isComposing: true });         // Chromium and Firefox: the key first
    await enter({ keyCode: 229 });              // Safari: the composition's end first
    await enter({ shiftKey: true });
    assert.equal(await field.inputValue(), 'にほんご');
    // Through the browser's own input method, too.
    const devtools = await page.context().newCDPSession(page);
    await field.focus();
    await devtools.send('Input.imeSetComposition', { text: '木', selectionStart: 1, selectionEnd: 1 });
    await devtools.send('Input.dispatchKeyEvent', {
      type: 'keyDown', key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229,
    });
    await devtools.send('Input.insertText', { text: '木' });
    assert.equal(await field.inputValue(), 'にほんご木');
    assert.deepEqual(await commandsOf(page), []);
    await page.keyboard.press('Enter');
    await page.locator('.own .bubble').waitFor();
    assert.deepEqual(await commandsOf(page, 1), [{ command: 'message.post', text: 'にほんご木', language: 'en', beside: [] }]);
    assert.equal(await field.inputValue(), '');
    assert.ok(await field.evaluate((node) => node === document.activeElement));
    await page.context().close();
  });

  test('makes a new line with Shift and Enter, and grows with it', async () => {
    const page = await harness.openPanel({ panel: panel({}) });
    const field = page.locator('.composer textarea');
    const height = () => field.evaluate((node) => node.offsetHeight);
    await field.focus();
    const low = await height();
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    assert.equal(await field.inputValue(), 'one\ntwo');
    assert.ok((await height()) > low);
    await page.context().close();
  });

  test('keeps what is being written over a reload, until it is sent', async () => {
    const page = await harness.openPanel({ panel: panel({}), conversation: conversation() });
    await page.locator('.composer textarea').fill('Half a sent');
    await page.reload();
    assert.equal(await page.locator('.composer textarea').inputValue(), 'Half a sent');
    await page.locator('.composer textarea').press('Enter');
    await page.locator('.own .bubble').waitFor();
    await page.reload();
    assert.equal(await page.locator('.composer textarea').inputValue(), '');
    await page.context().close();
  });

  test('shows who is writing, and says so of the customer once a second at most', async () => {
    const page = await harness.openPanel({ panel: panel({ messages: [message({ text: 'Hello' })] }) });
    await page.getByText('Hello').waitFor();
    await script(page, { panel: { typing: ['Mira'] } });
    await page.getByText('Mira is writing').waitFor();
    await script(page, { panel: { typing: [''] } });
    await page.getByText('The team is writing').waitFor();
    await script(page, { panel: { typing: [] } });
    await page.locator('.typing').waitFor({ state: 'detached' });
    const begun = await page.evaluate(() => performance.now());
    await page.locator('.composer textarea').pressSequentially('Where is my parcel?');
    await page.waitForFunction(() => window.heard.some(({ command }) => command?.command === 'conversation.typing'));
    const [told, took] = await page.evaluate((since) => [
      window.heard.filter(({ command }) => command?.command === 'conversation.typing').map(({ command }) => command.conversation),
      performance.now() - since,
    ], begun);
    assert.ok(told.length <= 1 + took / 1_000, `${told.length} times in ${took} ms`);
    assert.deepEqual([...new Set(told)], ['conversation']);
    await page.context().close();
  });

  test('loses no message that the device could not take', async () => {
    const page = await harness.openPanel({ panel: panel({}), refuseToSave: true });
    await page.locator('.composer textarea').fill('Precious');
    await page.keyboard.press('Enter');
    await page.getByText('Not saved: the storage is full').waitFor();
    assert.ok((await page.locator('.own .bubble').textContent()).endsWith('Precious'));
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForFunction(() => window.heard.filter(({ command }) =>
      command?.command === 'message.post').length === 2);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.locator('.own').waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('takes the survey by keyboard alone, and shows the answer afterwards', async () => {
    const page = await harness.openPanel({ panel: panel({
      messages: [message({ own: true, text: 'Thanks', state: 'read' })],
      conversation: conversation({ resolved: true, survey: survey({ open: true }) }),
    }) });
    const group = page.getByRole('group', { name: 'How did we do?' });
    await group.waitFor();
    assert.equal(await group.getByRole('radio').count(), 5);
    await page.getByRole('region', { name: 'Conversation', exact: true }).focus();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.type), 'radio');
    // Sending without stars says what is missing.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Choose 1 to 5 stars first.').waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Space');
    for (let step = 0; step < 3; ++step) await page.keyboard.press('ArrowRight');
    assert.ok(await page.getByRole('radio', { name: '4 stars: Good' }).isChecked());
    await page.keyboard.press('Tab');
    await page.keyboard.type('Quick and kind');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'You gave 4 of 5 stars' }).waitFor();
    await page.getByText('Quick and kind').waitFor();
    assert.deepEqual(await commandsOf(page), [{
      command: 'survey.answer', conversation: 'conversation', stars: 4, comment: 'Quick and kind',
    }]);
    await page.context().close();
  });

  test('announces each incoming message once, and nothing else', async () => {
    const old = message({ text: 'Old', author_name: 'Mira' });
    const page = await harness.openPanel({ panel: panel({ messages: [old] }) });
    await page.locator('.bubble').waitFor();
    await page.evaluate(() => {
      window.spoken = [];
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) {
          for (const node of addedNodes) window.spoken.push(node.textContent);
        }
      }).observe(document.querySelector('[role=log]'), { childList: true });
    });
    const fresh = message({ text: 'New', author_name: 'Mira' });
    const own = message({ own: true, text: 'Mine', state: 'saved' });
    await script(page, { panel: { messages: [old, fresh, own] } });
    await page.getByText('Mine').waitFor();
    await script(page, { panel: { messages: [old, fresh, { ...own, state: 'read' }] } });
    await page.locator('[data-state=read]').waitFor();
    assert.deepEqual(await page.evaluate(() => window.spoken), ['Mira: New']);
    await page.context().close();
  });

  test('stays at the end unless the reader went up, and then offers the way back', async () => {
    const many = Array.from({ length: 40 }, (_, i) => message({ text: `Line ${i}`, own: i % 2 === 0 }));
    const page = await harness.openPanel({ panel: panel({ messages: many }) });
    const scroller = page.locator('.scroller');
    const fromEnd = () => scroller.evaluate((one) =>
      one.scrollHeight - one.scrollTop - one.clientHeight);
    await page.getByText('Line 39', { exact: true }).waitFor();
    assert.ok((await fromEnd()) < 2);
    const read = () => page.evaluate(() => window.heard.filter(({ command }) =>
      command?.command === 'conversation.read').length);
    // The panel has heard of the scrolling when two frames have passed.
    await scroller.evaluate((one) => new Promise((resolve) => {
      one.scrollTop = 0;
      requestAnimationFrame(() => requestAnimationFrame(resolve));
    }));
    const unread = { conversation: conversation({ unread: 1 }), unread: 1 };
    await script(page, { panel: { ...unread, messages: [...many, message({ text: 'Hello?' })] } });
    const button = page.getByRole('button', { name: 'New message' });
    await button.waitFor();
    assert.ok((await fromEnd()) > 100);
    assert.equal(await read(), 0, 'what was not seen was called read');
    await button.click();
    await button.waitFor({ state: 'detached' });
    assert.ok((await fromEnd()) < 2);
    await page.waitForFunction(() => window.heard.some(({ command }) =>
      command?.command === 'conversation.read'));
    assert.equal(await read(), 1);
    await page.context().close();
  });

  test('does not call read what a closed panel shows', async () => {
    const page = await openShop({ scenario: { panel: panel({
      unread: 1, messages: [message({ text: 'Hello?' })], conversation: conversation({ unread: 1 }),
    }) } });
    const frame = await openWidget(page);
    await frame.evaluate(() => {
      window.heard = [];
      const channel = new BroadcastChannel('script');
      channel.onmessage = ({ data }) => { if (data.heard) window.heard.push(data.heard); };
      window.say = (data) => channel.postMessage(data);
    });
    await frame.getByText('Hello?').waitFor();
    await page.evaluate(() => window.Deskbell('close'));
    await frame.evaluate((data) => { window.heard.length = 0; window.say(data); }, { panel: {
      unread: 2, messages: [message({ text: 'Hello?' }), message({ text: 'Still there?' })],
      conversation: conversation({ unread: 2 }),
    } });
    await frame.locator('.bubble', { hasText: 'Still there?' }).waitFor({ state: 'attached' });
    const reads = () => frame.evaluate(() => window.heard.filter(({ command }) =>
      command?.command === 'conversation.read').length);
    assert.equal(await reads(), 0);
    await page.evaluate(() => window.Deskbell('open'));
    await frame.waitForFunction(() => window.heard.some(({ command }) =>
      command?.command === 'conversation.read'));
    await page.context().close();
  });

  test('says what is safe when there is no network', async () => {
    const page = await harness.openPanel({ panel: panel({}) });
    await page.locator('.hello').waitFor();
    await page.context().setOffline(true);
    await page.getByText('You are offline. Your messages are saved on this device and go out by ' +
      'themselves.').waitFor();
    await page.context().setOffline(false);
    await page.getByText('You are offline.').waitFor({ state: 'detached' });
    await script(page, { say: { kind: 'connection', connection: 'offline' } });
    await page.getByText('The chat cannot be reached just now.').waitFor();
    // Trying again is no news; being through is.
    await script(page, { say: { kind: 'connection', connection: 'connecting' } });
    await script(page, { say: { kind: 'connection', connection: 'live' } });
    await page.getByText('The chat cannot be reached just now.').waitFor({ state: 'detached' });
    await script(page, { say: { kind: 'storage', storage: { state: 'newer' } } });
    await page.getByText('A newer version of this chat').waitFor();
    await page.getByRole('button', { name: 'Reload' }).waitFor();
    await page.context().close();
  });

  test('shows the last visit before the core is there, and can be written in', async () => {
    const messages = [message({ text: 'From the last visit' })];
    const page = await harness.openPanel({ never: true, screen: panel({ messages }) });
    await page.getByText('From the last visit').waitFor();
    await page.locator('.composer textarea').fill('Early');
    await page.keyboard.press('Enter');
    await page.locator('.own[data-state=saved]', { hasText: 'Early' }).waitFor();
    await page.context().close();
  });

  test('begins where a conversation goes on, whatever the tab looked at that was shown last', async () => {
    const { conversations } = panel({ messages: [message({ text: 'Hello there' })] });
    const page = await harness.openPanel({ never: true, screen: panel({ conversations, conversation: null }) });
    await page.getByRole('button', { name: 'Back', exact: true }).waitFor();
    await page.locator('.composer textarea').fill('Early');
    await page.keyboard.press('Enter');
    await page.locator('.own[data-state=saved]', { hasText: 'Early' }).waitFor();
    const kept = (await keptBy(page, 'sent')).map(({ conversation }) => conversation);
    assert.deepEqual(kept, [conversations[0].id]);
    await page.context().close();
  });

  test('hands over later what it kept before the core was there, under the same id, and forgets it then', async () => {
    const page = await harness.openPanel({ never: true, screen: panel({}) });
    for (const text of ['First', 'Second']) await write(page, text, 'saved');
    const ids = await page.locator('.own').evaluateAll((rows) => rows.map((row) => row.dataset.id));
    const posted = () => page.evaluate(() => window.heard.map(({ command }) => command)
      .filter((command) => command?.command === 'message.post').map(({ id, text }) => ({ id, text })));
    harness.scenario = { panel: panel({}) };
    await page.reload();
    await page.waitForFunction(() => window.heard.filter(({ command }) => command?.command === 'message.post').length === 2);
    assert.deepEqual(await posted(), [{ id: ids[0], text: 'First' }, { id: ids[1], text: 'Second' }]);
    await until('nothing is kept any more', async () => (await keptBy(page, 'sent')).length === 0);
    await page.context().close();
  });

  test('hands over what it kept before what is written now, however long that takes to be read', async () => {
    const page = await harness.openPanel({ never: true, screen: panel({}) });
    for (const text of ['First', 'Second']) await write(page, text, 'saved');
    harness.scenario = { panel: panel({}) };
    const other = await holdKept(page.context());
    // On a slow machine this must not take as long as what was kept is waited for.
    await page.addInitScript(() => {
      const start = window.setTimeout;
      window.setTimeout = (run, ms) => (ms >= 5_000 ? 0 : start(run, ms));
    });
    await page.reload();
    await page.locator('.composer textarea').fill('Third');
    await page.keyboard.press('Enter');
    await page.locator('.own', { hasText: 'Third' }).waitFor();
    await other.close();
    await until('all are handed over', async () => (await postedTexts(page)).length === 3);
    assert.deepEqual(await postedTexts(page), ['First', 'Second', 'Third']);
    await page.context().close();
  });

  test('begins no second conversation while what was to begin one could not be saved', async () => {
    const page = await harness.openPanel({ never: true });
    await write(page, 'First', 'saved');
    // Another tab has begun a conversation meanwhile.
    harness.scenario = { panel: panel({ messages: [message({ text: 'Hello there' })] }), refuseToSave: true };
    await page.reload();
    await page.locator('.own[data-state=unsaved]', { hasText: 'First' }).waitFor();
    await write(page, 'Second', 'unsaved');
    const where = await page.evaluate(() => window.heard.map(({ command }) => command)
      .filter((command) => command?.command === 'message.post').map(({ conversation, beside }) => [conversation ?? 'any', beside]));
    assert.deepEqual(where, [['any', []], ['any', []]]);
    await page.context().close();
  });

  test('gives what is kept on this device to no core that could not read who the customer is', async () => {
    for (const recalled of ['before that core opens', 'after it']) {
      const page = await harness.openPanel({ never: true, screen: panel({}) });
      for (const text of ['Early', 'Next']) await write(page, text, 'saved');
      harness.scenario = { panel: panel({}), storage: { state: 'memory', reason: 'stuck' } };
      const other = recalled === 'after it' ? await holdKept(page.context()) : null;
      await page.reload();
      await page.getByText('its storage does not answer').waitFor();
      await other?.close();
      await page.waitForFunction(() => window.heard.filter(({ kind }) => kind === 'open').length > 2);
      await page.locator('.own[data-state=saved]', { hasText: 'Early' }).waitFor();
      assert.deepEqual(await postedTexts(page), [], recalled);
      harness.scenario = { panel: panel({}) };
      await until('both are handed over', async () => (await postedTexts(page)).length > 1);
      assert.deepEqual(await postedTexts(page), ['Early', 'Next'], recalled);
      await page.getByText('its storage does not answer').waitFor({ state: 'detached' });
      await page.context().close();
    }
  });

  test('what is to begin another conversation still is in the next life of the page', async () => {
    const open = panel({ messages: [message({ text: 'Hello there' })] });
    const page = await harness.openPanel({ panel: open, slow: 'every' });
    await page.getByText('Hello there').waitFor();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    for (const text of ['First', 'Second']) await write(page, text, 'saved');
    for (let life = 0; life < 2; ++life) {
      const posts = await page.waitForFunction(() => {
        const all = window.heard.map(({ command }) => command).filter((each) => each?.command === 'message.post');
        return all.length === 2 && all.map(({ text, conversation, beside }) => [text, conversation ?? 'any', beside]);
      }).then((found) => found.jsonValue());
      const beside = [open.conversation.id];
      assert.deepEqual(posts, [['First', 'any', beside], ['Second', 'any', beside]]);
      if (life === 0) await page.reload();
    }
    await page.context().close();
  });

  test('replaces a worker that breaks, and says so when that does not help', async () => {
    const messages = [message({ text: 'Still here' })];
    const page = await harness.openPanel({ panel: panel({ messages }), connection: 'connecting' });
    const opened = (times) => page.waitForFunction((wanted) =>
      window.heard.filter(({ kind }) => kind === 'open').length === wanted, times);
    const broken = { say: { kind: 'failed', message: 'its program broke' } };
    await opened(1);
    await script(page, broken);
    await opened(2);
    await script(page, broken);
    await opened(3);
    await script(page, broken);
    await page.getByText('The chat could not start: its program broke').waitFor();
    await page.getByRole('button', { name: 'Reload' }).waitFor();
    await page.locator('.bubble', { hasText: 'Still here' }).waitFor();
    // It goes on trying, and at once when there is a network again.
    await page.context().setOffline(true);
    await page.context().setOffline(false);
    await opened(4);
    await page.getByText('The chat could not start').waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('hands to the next worker, under the same id, what one broke over', async () => {
    const page = await harness.openPanel({ panel: panel({}), slow: 'every' });
    await page.locator('.hello').waitFor();
    await page.locator('.composer textarea').fill('Precious');
    await page.keyboard.press('Enter');
    const posted = (times) => page.waitForFunction((wanted) => {
      const ids = window.heard.map(({ command }) => command)
        .filter((command) => command?.command === 'message.post').map(({ id }) => id);
      return ids.length === wanted && ids;
    }, times).then((ids) => ids.jsonValue());
    await posted(1);
    harness.scenario = { panel: panel({}) };
    await script(page, { say: { kind: 'failed', message: 'its program broke' } });
    const ids = await posted(2);
    assert.equal(ids[0], ids[1]);
    await page.locator('.own[data-state=saved]', { hasText: 'Precious' }).waitFor();
    await page.context().close();
  });

  test('asks for a name once, and hands it to the core', async () => {
    const page = await harness.openPanel({ panel: panel({
      customer: { id: 'c', name: '', email: '' },
      messages: [message({ own: true, text: 'Hi', state: 'sent' })],
    }) });
    await page.getByLabel('Name').fill('Ada');
    await page.keyboard.press('Enter');
    await page.locator('.card').waitFor({ state: 'detached' });
    assert.deepEqual(await commandsOf(page), [{ command: 'customer.update', name: 'Ada' }]);
    await page.context().close();
  });

  test('can be read in light and dark, whatever accent a site has chosen', async () => {
    const messages = ['saved', 'sent', 'delivered', 'read'].map((state) =>
      message({ own: true, text: 'See https://a.example', state }));
    messages.push(message({ text: 'See https://a.example', author_name: 'Mira' }), message({
      own: true, text: 'No', state: 'refused', error: { code: 'too_large', message: 'Too long.' },
    }));
    const scenarios = [
      { panel: panel({ messages, customer: { id: 'c', name: '', email: '' } }), connection: 'offline' },
      { panel: panel({ messages, conversation: conversation({ resolved: true,
        survey: survey({ open: true }) }) }), storage: { state: 'memory', reason: 'full' } },
    ];
    for (const colorScheme of ['light', 'dark']) {
      for (const accent of ['', '#ffe600', '#000000', '#ffffff', '#ff4d6d', '#808080']) {
        for (const scenario of scenarios) {
          const page = await harness.openPanel(scenario, {
            colorScheme, fragment: accent && `#accent=${encodeURIComponent(accent)}`,
          });
          await page.locator('.notice').waitFor();
          await page.locator('[data-state=refused]').waitFor();
          assert.deepEqual(await page.evaluate(unreadable), [], `${colorScheme} ${accent}`);
          await page.context().close();
        }
      }
    }
  });

  test('opens without a network after it was opened once', async () => {
    harness.scenario = { panel: panel({}) };
    const context = await harness.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${harness.hub}/panel/fern`);
    await until('everything is kept', () => page.evaluate(async () =>
      (await caches.match('/panel/fern')) !== undefined &&
      (await caches.match('/assets/worker.js')) !== undefined && navigator.serviceWorker.controller !== null));
    await harness.cutHub();
    await page.reload();
    await page.locator('.composer textarea').waitFor();
    assert.equal(await page.evaluate(() => fetch('/v1/health').then(() => 'kept', () => 'passed')),
      'passed', 'the service worker answered for the hub');
    const kept = await page.evaluate(async () => {
      const [name] = await caches.keys();
      return (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname).sort();
    });
    assert.deepEqual(kept, ['/assets/later.js', '/assets/panel.css', '/assets/panel.js', '/assets/worker.js', '/panel/fern']);
    await context.close();
    await harness.restoreHub();
  });
});
