// What site owners trust the widget with: strict policies, hostile pages, hostile text. The real
// loader, panel, worker, core and hub.

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { Random } from '../support/random.mjs';
import { browser, call, listen, panelOf, seesText, shop, shown, site, useShop, visit } from '../support/shop.mjs';
import { until } from '../support/until.mjs';
import { kXssPayloads, kXssTrap } from '../support/xss_payloads.mjs';

let context;

useShop();
afterEach(async () => {
  await context?.close();
  shop.page = () => shop.html();
  shop.headers = () => ({});
});

/** A browser's profile in which each document, frames too, first runs these. */
async function profile(...scripts) {
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  for (const script of scripts) await context.addInitScript(script);
  return context;
}

/** In each document: violations of its policy are kept. */
const kWatchPolicy = `globalThis.violations = [];
  addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective + ' ' + event.blockedURI));`;

async function violations(page) {
  const found = [];
  for (const frame of page.frames()) found.push(...await frame.evaluate(() => globalThis.violations ?? []));
  return found;
}

/** What a customer does: opens it, writes by keyboard, is answered, closes it. */
async function talk(page, text) {
  await page.mouse.click(1280 - 48, 800 - 48);
  const panel = await until('the panel is there', () => panelOf(page));
  const field = panel.getByRole('textbox', { name: /^Write/ });
  if (!(await field.isVisible())) await call(page, 'showNewMessage', '');
  await field.waitFor();
  await field.fill(text);
  await field.press('Enter');
  await seesText(page, text);
  const conversation = await until('the hub has it', async () =>
    (await shop.history()).map(({ event }) => event)
      .find(({ type, data }) => type === 'message.posted' && data.text === text)?.conversation);
  await shop.reply(conversation, `${text}, answered`);
  await seesText(page, `${text}, answered`);
}

describe('Under a strict policy', () => {
  const kTrusted = "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'";
  const policies = {
    'with the hub allowed': (hub) => [`default-src 'none'; script-src ${hub}; frame-src ${hub}; ${kTrusted}`, ''],
    'with nonces': (hub) => [`default-src 'none'; script-src 'nonce-fern5'; frame-src ${hub}; ${kTrusted}`, 'nonce="fern5"'],
    'with nonces and strict-dynamic': (hub) => [
      `default-src 'none'; script-src 'nonce-fern5' 'strict-dynamic'; style-src 'none'; frame-src ${hub}; ${kTrusted}`, 'nonce="fern5"'],
  };
  for (const [name, policy] of Object.entries(policies)) {
    test(`${name}, the widget breaks no rule of the page or of its own`, async (t) => {
      const [rules, nonce] = policy(shop.hubUrl);
      shop.headers = () => ({ 'content-security-policy': rules });
      shop.page = () => shop.html({ attributes: `data-site="${site}" data-label="Questions?" ${nonce}` });
      const page = await visit(await profile(kWatchPolicy), shop);
      await talk(page, `policy ${name}`);
      await call(page, 'update', { accent: '#225577', position: 'left', label: 'Help' });
      await call(page, 'close');
      await call(page, 'hide');
      await call(page, 'destroy');
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(page.complaints, []);
      t.diagnostic('0 violations');
    });
  }

  test('the panel itself runs no inline script, no eval and no stranger\'s file', async () => {
    const page = await visit(await profile(kWatchPolicy), shop);
    await talk(page, 'own policy');
    const panel = panelOf(page);
    // Not here and now: what a driver evaluates may do what the page may not.
    assert.equal(await panel.evaluate(() => new Promise((resolve) => {
      const tries = [
        () => setTimeout('globalThis.ran = "text"'),
        () => document.body.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.ran = "inline"' })),
        () => { document.body.innerHTML += '<img src=x onerror="globalThis.ran = `handler`">'; },
        () => setTimeout(() => { globalThis.ran = globalThis.eval('"eval"'); }),
        () => setTimeout(() => { globalThis.ran = new Function('return "Function"')(); }),
      ];
      for (const run of tries) {
        try {
          run();
        } catch {
          // as it should be
        }
      }
      addEventListener('error', (event) => event.preventDefault());
      setTimeout(() => resolve(globalThis.ran ?? 'nothing ran'), 100);
    })), 'nothing ran');
    const response = await fetch(`${shop.hubUrl}/panel/${site}`);
    const policy = response.headers.get('content-security-policy');
    for (const part of ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval';", "style-src 'self';",
      "require-trusted-types-for 'script'", "base-uri 'none'", "form-action 'none'", `frame-ancestors ${shop.url}`]) {
      assert.ok(policy.includes(part), `${part} is not in ${policy}`);
    }
    assert.ok(!/unsafe-inline|'unsafe-eval'|\*/.test(policy), policy);
  });
});

/** Runs before everything else in the page: whatever a hostile page can replace, it does. */
function takeOver() {
  if (window.top !== window) return;
  const seen = (window.seen = []);
  const note = (...values) => {
    for (let at = 0; at < values.length; ++at) {
      const value = values[at];
      if (typeof value === 'string') seen[seen.length] = value;
      else if (value && typeof value === 'object') {
        for (const name in value) if (typeof value[name] === 'string') seen[seen.length] = value[name];
      }
    }
  };
  const realDefine = Object.defineProperty;
  const realStringify = JSON.stringify;
  const wrap = (owner, names) => {
    for (const name of names) {
      const real = owner[name];
      if (typeof real !== 'function') continue;
      realDefine(owner, name, {
        configurable: true, writable: true,
        value(...given) {
          note(...given);
          const result = real.apply(this, given);
          note(result);
          return result;
        },
      });
    }
  };
  const realAttach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function attachShadow(options) {
    const root = realAttach.call(this, { ...options, mode: 'open' });
    (window.roots ??= []).push(root);
    return root;
  };
  wrap(window, ['fetch', 'postMessage', 'open', 'atob', 'btoa']);
  wrap(XMLHttpRequest.prototype, ['open', 'send']);
  wrap(WebSocket.prototype, ['send']);
  wrap(Navigator.prototype, ['sendBeacon']);
  wrap(Storage.prototype, ['getItem', 'setItem', 'removeItem']);
  wrap(EventTarget.prototype, ['dispatchEvent']);
  wrap(Node.prototype, ['appendChild', 'insertBefore']);
  wrap(Element.prototype, ['append', 'setAttribute', 'remove', 'querySelector']);
  wrap(JSON, ['parse', 'stringify']);
  wrap(Array.prototype, ['push', 'splice', 'slice', 'concat', 'join']);
  wrap(String.prototype, ['replace', 'slice', 'trim']);
  wrap(Document.prototype, ['createElement', 'createElementNS']);
  wrap(IDBFactory.prototype, ['open']);
  // As old libraries do.
  Object.prototype.extra = 'polluted';
  Array.prototype.extra = 'polluted';
  Array.prototype.toJSON = undefined;
  const realListen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function addEventListener(type, handler, options) {
    const heard = (event) => {
      if (event instanceof MessageEvent) note(event.data, realStringify(event.data));
      return handler.call?.(this, event);
    };
    return realListen.call(this, type, heard, options);
  };
  realListen.call(window, 'message', ({ data }) => note(data, realStringify(data)));
  window.fetch = () => Promise.reject(new Error('hijacked'));
}

describe('On a hostile page', () => {
  test('whatever is overridden, nobody reads the conversation, and it goes on', async () => {
    const page = await visit(await profile(takeOver), shop);
    await talk(page, 'PRIVATE words');
    assert.ok(await page.evaluate(() => window.seen.length > 20), 'the page overrides nothing that is used');
    const seen = await page.evaluate(() => window.seen.filter((text) => text.includes('PRIVATE')));
    assert.deepEqual(seen, []);
    // With the shadow root forced open, the frame is there, but not what is in it.
    const reached = await page.evaluate(() => {
      const frame = window.roots.flatMap((root) => [...root.querySelectorAll('iframe')])[0];
      try {
        return frame.contentDocument?.body.textContent ?? 'no document';
      } catch (error) {
        return error.name;
      }
    });
    assert.equal(reached, 'no document');
    await call(page, 'close');
    await call(page, 'destroy');
  });

  test('no style of the page reaches it', async () => {
    const styles = '<style>*, *::before, *::after { display: none !important; visibility: hidden !important;' +
      'opacity: 0 !important; pointer-events: none !important; transform: scale(0) !important; filter: blur(99px) !important;' +
      'clip-path: circle(0) !important; position: static !important; animation: x 1s infinite !important; all: unset !important }' +
      'deskbell-widget { left: -9999px !important; z-index: -1 !important; contain: strict !important; content-visibility: hidden !important }' +
      '@keyframes x { to { opacity: 0 } } iframe, button { width: 0 !important }</style>';
    shop.page = () => shop.html({ head: styles });
    const page = await visit(await profile(), shop);
    const frameBox = async () => {
      const panel = await until('the panel is there', () => panelOf(page));
      return (await panel.frameElement()).boundingBox();
    };
    await talk(page, 'in spite of styles');
    const { width, height } = await frameBox();
    assert.deepEqual([width, height], [400, 680]);
  });

  test('its nodes come back when the page removes them, and what was said with them', async () => {
    const page = await visit(await profile(), shop);
    await talk(page, 'still here');
    for (const remove of [
      () => document.querySelector('deskbell-widget').remove(),
      () => document.body.replaceChildren(),
      () => document.body.replaceWith(document.createElement('body')),
      () => document.documentElement.replaceChildren(document.head, document.createElement('body')),
      () => document.body.append(document.querySelector('deskbell-widget')),
      () => document.querySelectorAll('html > :not(head, body)').forEach((node) => node.remove()),
    ]) {
      await page.evaluate(remove);
      await until(`it is back after ${remove}`, () => page.evaluate(() =>
        document.querySelector('deskbell-widget')?.isConnected));
      await seesText(page, 'still here');
    }
    // A page that insists has its way, and neither hangs.
    await page.evaluate(() => new Promise((resolve) => {
      let rounds = 0;
      const insist = setInterval(() => {
        const widget = document.querySelector('deskbell-widget');
        widget?.remove();
        if (!widget && ++rounds > 5) { clearInterval(insist); resolve(); }
      }, 1);
    }));
    assert.deepEqual(page.complaints, []);
  });

  test('nobody but the page speaks for the page, and nobody but the panel for the panel', async (t) => {
    const random = new Random();
    t.diagnostic(`DESKBELL_SEED=${random.seed}`);
    const stranger = await listen((request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Stranger</title>');
    });
    const page = await visit(await profile(), shop);
    await talk(page, 'only between us');
    const kinds = ['begin', 'track', 'logout', 'article', 'conversation', 'send', 'visitor', 'shown', 'hidden',
      'compose', 'ready', 'close', 'unread', 'event', 'forgotten', 'outdated', 'talking', 'complaint', 'open'];
    const forged = Array.from({ length: 300 }, () => ({
      deskbell: random.pick([1, '1', true]), kind: random.pick(kinds), token: 'x', text: 'forged', given: 'forged', count: 99,
      wanted: true, talking: true, facts: {}, look: {}, event: 'open', detail: {}, data: 'forged',
    }));
    // From a window of another origin inside the page, to the page and (by its name) to the panel;
    // from the page to itself; from the panel's own window to itself.
    await page.evaluate((url) => new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.src = url;
      frame.onload = resolve;
      window.heard = [];
      for (const name of ['close', 'open', 'error']) document.addEventListener(`deskbell:${name}`, () => window.heard.push(name));
      // What was answered a moment ago may be marked as read now.
      document.addEventListener('deskbell:unread:change', ({ detail }) => { if (detail > 1) window.heard.push(detail); });
      document.body.append(frame);
    }), stranger.url);
    const other = page.frames().find((frame) => frame.url().startsWith(stranger.url));
    await other.evaluate((messages) => { for (const message of messages) parent.postMessage(message, '*'); }, forged);
    await page.evaluate((messages) => { for (const message of messages) window.postMessage(message, '*'); }, forged);
    await panelOf(page).evaluate((messages) => { for (const message of messages) window.postMessage(message, '*'); }, forged);
    // The right window with the wrong shape.
    await page.evaluate(() => { for (const odd of [null, 5, 'deskbell', [], { deskbell: 1 }, { deskbell: 1, kind: 'nothing' }]) window.postMessage(odd, '*'); });
    await page.evaluate(() => new Promise((resolve) => {
      window.addEventListener('message', ({ data }) => { if (data === 'last') resolve(); });
      window.postMessage('last', '*');
    }));
    assert.deepEqual(await page.evaluate(() => window.heard), []);
    assert.ok((await shown(page)).includes('only between us'));
    assert.ok(!(await shown(page)).includes('forged'));
    stranger.close();
    stranger.closeAllConnections();
  });

  test('no site but those that the hub knows may frame the panel', async () => {
    const thief = await listen((request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(
        `<!doctype html><iframe src="${shop.hubUrl}/panel/${site}#host=${encodeURIComponent(thief.url)}"></iframe>`);
    });
    const page = await (await profile()).newPage();
    await page.goto(thief.url);
    const [frame] = page.mainFrame().childFrames();
    await until('the browser has refused', () => frame.url().startsWith('chrome-error:'));
    thief.close();
    thief.closeAllConnections();
  });
});

describe(`${kXssPayloads.length} payloads`, () => {
  const allowed = new Set(['deskbell-widget', 'button', 'i', 'span', 'b', 'div', 'output', 'iframe', 'style']);

  /** The names of all elements in the launcher's shadow root, and their attributes that call code. */
  async function lookInside(page) {
    const devtools = await page.context().newCDPSession(page);
    const { root } = await devtools.send('DOM.getDocument', { depth: -1, pierce: true });
    const found = [];
    (function walk(node, inside) {
      const name = node.localName || node.nodeName.toLowerCase();
      const here = inside || name === 'deskbell-widget';
      const attributes = node.attributes ?? [];
      if (here && node.nodeType === 1) {
        found.push([name, attributes.filter((_, index) => index % 2 === 0)]);
      }
      for (const child of [...(node.children ?? []), ...(node.shadowRoots ?? [])]) walk(child, here);
    })(root, false);
    return found;
  }

  async function assertNothingRan(page) {
    for (const frame of page.frames()) {
      assert.equal(await frame.evaluate(() => globalThis.xssCalls), 0, frame.url());
    }
    for (const [name, attributes] of await lookInside(page)) {
      assert.ok(allowed.has(name), `there is an element <${name}>`);
      for (const attribute of attributes) assert.ok(!/^on|^srcdoc$/.test(attribute), `${name} has ${attribute}`);
    }
  }

  test('in every option and call of the page stay text', async () => {
    const page = await visit(await profile(kXssTrap, kWatchPolicy), shop);
    await call(page, 'open');
    await until('the panel is there', () => panelOf(page));
    for (let at = 0; at < kXssPayloads.length; at += 25) {
      await page.evaluate(async (payloads) => {
        const text = (value) => ({ name: value, email: value, label: value, language: value, scheme: value,
          position: value, radius: value, offsetX: value, offsetY: value, logo: value, launcher: value,
          texts: { greeting: value, [value]: value }, attributes: { [value]: value, plan: value } });
        for (const payload of payloads) {
          window.Deskbell('update', text(payload));
          window.Deskbell('update', { accent: payload });
          window.Deskbell('setAttributes', { [payload]: payload });
          window.Deskbell('track', payload, { [payload]: payload });
          window.Deskbell('identify', payload);
          window.Deskbell('showArticle', payload);
          window.Deskbell('showConversation', payload);
          window.Deskbell('showNewMessage', payload);
          window.Deskbell('on', payload, () => {});
          window.Deskbell(payload, payload);
          await new Promise((resolve) => { requestAnimationFrame(resolve); });
        }
      }, kXssPayloads.slice(at, at + 25));
      await assertNothingRan(page);
    }
    assert.deepEqual((await violations(page)).filter((text) => !text.startsWith('img-src')), []);
  });

  test('that a customer sends are shown to him as he wrote them', async () => {
    const page = await visit(await profile(kXssTrap, kWatchPolicy), shop);
    const sent = kXssPayloads.filter((payload) => payload.trim());
    for (const payload of sent) await call(page, 'sendMessage', payload);
    await call(page, 'open');
    const last = 'that was all of them';
    await call(page, 'sendMessage', last);
    await seesText(page, last);
    await assertNothingRan(page);
    const links = await panelOf(page).evaluate(() => [...document.querySelectorAll('a[href], [src], [action]')]
      .map((element) => element.href || element.src || element.action));
    for (const link of links) assert.match(String(link), /^(https?|mailto|blob):/);
    assert.deepEqual(await violations(page), []);
  });

  test('as a site or a hub make no widget of their own', async () => {
    const page = await visit(await profile(kXssTrap), shop);
    await call(page, 'destroy');
    for (const payload of kXssPayloads) {
      await page.evaluate((given) => {
        window.Deskbell('boot', { site: given });
        window.Deskbell('boot', { site: 'fern', hub: given });
        window.Deskbell('destroy');
      }, payload);
    }
    await assertNothingRan(page);
    assert.equal(page.frames().length, 1);
  });

  test('in the attributes of the script element stay text', async () => {
    const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    const page = await (await profile(kXssTrap)).newPage();
    for (const payload of kXssPayloads.filter((_, index) => index % 10 === 0)) {
      const value = escape(payload);
      shop.page = () => shop.html({ attributes: `data-site="${site}" data-label="${value}" data-accent="${value}" ` +
        `data-position="${value}" data-name="${value}" data-email="${value}" data-logo="${value}" data-radius="${value}"` });
      await page.goto(shop.url);
      await page.waitForFunction(() => document.querySelector('deskbell-widget'));
      await assertNothingRan(page);
    }
  });
});
