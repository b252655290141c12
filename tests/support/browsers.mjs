/**
 * The three engines behind one small interface, so that a scenario is written once:
 *
 *   const browser = await openBrowser('firefox', { profile, preferences });
 *   const tab = await browser.open(url);
 *   await tab.evaluate((text) => …, 'text');     // runs in the page; waits for promises
 *   const [again] = await browser.killPages();   // SIGKILL to every process that runs pages
 *
 * Chromium and Firefox are driven by puppeteer-core (over CDP and over WebDriver BiDi), WebKitGTK
 * by its own driver (webkit.mjs). What only one engine has is reached through `tab.page`.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { chromiumFlags, chromiumPath, patienceMs } from './browser.mjs';
import { commandOf, descendants, kill } from './processes.mjs';
import { WebKit } from './webkit.mjs';

export const firefoxPath = process.env['FIREFOX'] ?? '/usr/bin/firefox-esr';

/** No traffic of its own, and as few processes and pauses as it takes. */
const kFirefoxPreferences = {
  'app.update.enabled': false,
  'browser.sessionstore.resume_from_crash': false,
  'browser.tabs.crashReporting.sendReport': false,
  'dom.ipc.processPrelaunch.enabled': false,
  'toolkit.cosmeticAnimations.enabled': false,
};

class PuppeteerTab {
  frozen = false;
  /** Errors on its console, from `onNote` on. */
  complaints = [];

  constructor(page, { canFreeze, onClosed }) {
    this.canFreeze = canFreeze;
    this.page = page;
    this.onClosed = onClosed;
    page.setDefaultTimeout(patienceMs);
    page.on('error', () => {}); // it was killed, and not by accident
  }

  /** `take` hears what the page says with `console.info('note', …)`, each argument as text. */
  onNote(take) {
    this.page.removeAllListeners('console');
    this.page.on('console', (message) => {
      const said = message.text();
      if (said.startsWith('note ')) take(...said.slice(5).split(' '));
      else if (message.type() === 'error') this.complaints.push(said);
    });
  }

  async goto(url) {
    await this.page.goto(url, { waitUntil: 'load' });
  }

  reload() {
    return this.page.reload({ waitUntil: 'load' });
  }

  /** As by a link, and by the button; not waited for. The driver may lose its way in what returns. */
  follow(url) {
    return this.page.evaluate((to) => { setTimeout(() => { location.href = to; }); }, url);
  }

  back() {
    return this.page.evaluate(() => { setTimeout(() => history.back()); });
  }

  evaluate(run, ...given) {
    return this.page.evaluate(run, ...given);
  }

  /** The mouse, in pixels from the window's upper left corner. */
  click(x, y) {
    return this.page.mouse.click(x, y);
  }

  /** A key on the keyboard, for whatever has the focus. */
  press(key) {
    return this.page.keyboard.press(key);
  }

  /** The same keys, one held while the other is pressed. */
  async pressWith(held, key) {
    await this.page.keyboard.down(held);
    await this.page.keyboard.press(key);
    await this.page.keyboard.up(held);
  }

  /** Letter by letter, for whatever has the focus. */
  type(text) {
    return this.page.keyboard.type(text);
  }

  /** A script that the page's policy has no say in. */
  inject(source) {
    return this.page.evaluate(`${source}\n;0`);
  }

  /** A picture (PNG) of what is seen. */
  picture() {
    return this.page.screenshot();
  }

  /** The user looks at this tab now; the others are in the background. */
  show() {
    return this.page.bringToFront();
  }

  /**
   * Stops all that runs in the page, as browsers do with tabs that nobody has looked at for long.
   * Only Chromium can be told to. What is asked of a frozen tab is answered when it is thawed.
   */
  async freeze() {
    if (!this.canFreeze) return;
    await this.#setLifecycle('frozen');
    this.frozen = true;
  }

  async thaw() {
    await this.#setLifecycle('active');
    this.frozen = false;
  }

  async #setLifecycle(state) {
    this.session ??= await this.page.createCDPSession();
    await this.session.send('Page.setWebLifecycleState', { state });
  }

  /** From the next page on, `askWorker` reaches the panel's worker. */
  rememberWorker() {
    return this.page.evaluateOnNewDocument(() => {
      window.Worker = class extends window.Worker {
        constructor(...given) {
          super(...given);
          window.panelWorker = this;
        }
      };
    });
  }

  /** What the core answers to a command, as JSON. */
  askWorker(command) {
    return this.page.evaluate((asked) => new Promise((resolve) => {
      const tag = `test-${Math.random()}`;
      window.panelWorker.addEventListener('message', function listen({ data }) {
        if (data.tag !== tag) return;
        window.panelWorker.removeEventListener('message', listen);
        resolve(JSON.stringify(data.answer));
      });
      window.panelWorker.postMessage({ kind: 'command', tag, command: asked });
    }), command);
  }

  async close() {
    await this.page.close().catch(() => {}); // what was killed is closed already
    this.onClosed(this);
  }
}

class PuppeteerBrowser {
  constructor(name, browser) {
    this.name = name;
    this.browser = browser;
    this.tabs = new Set();
  }

  async open(url) {
    const tab = new PuppeteerTab(await this.#newPage(), {
      canFreeze: this.name === 'chromium', onClosed: (closed) => this.tabs.delete(closed),
    });
    this.tabs.add(tab);
    if (url) await tab.goto(url);
    return tab;
  }

  /** A tab with a window of its own, as WebKit needs it for the mouse and for pictures. */
  openWindow(url) {
    return this.open(url);
  }

  /** A new tab may get a process that was just killed, and die with it: then another is opened. */
  async #newPage() {
    for (let attempts = 20; ; --attempts) {
      try {
        return await this.browser.newPage();
      } catch (error) {
        if (attempts === 0) throw error;
      }
    }
  }

  /**
   * SIGKILL to every process that runs pages, workers or service workers. Answers when the browser
   * knows, with as many tabs that can be used again.
   */
  async killPages() {
    const chromium = this.name === 'chromium';
    const runsPages = chromium
      ? (command) => command.includes('--type=renderer')
      : (command) => command.includes('-contentproc') && command.endsWith(' tab');
    const tabs = [...this.tabs];
    const crashed = tabs.map(({ page }) => new Promise((resolve) => page.once('error', resolve)));
    const found = descendants(this.browser.process().pid).filter((pid) => runsPages(commandOf(pid)));
    for (const pid of found) kill(pid);
    if (found.length === 0) throw new Error('no process runs pages');
    // A crashed tab of Chromium's can go on to another page; Firefox says nothing, and closes it.
    if (chromium) {
      await Promise.all(crashed);
      return tabs;
    }
    await Promise.all(tabs.map((tab) => tab.close()));
    return Promise.all(tabs.map(() => this.open()));
  }

  async close() {
    await this.browser.close();
  }
}

async function openChromium({ profile, preferences, args = [] }) {
  if (preferences) {
    await mkdir(join(profile, 'Default'), { recursive: true });
    await writeFile(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
  }
  return puppeteer.launch({
    browser: 'chrome', executablePath: chromiumPath, userDataDir: profile, timeout: patienceMs,
    protocolTimeout: patienceMs, defaultViewport: null,
    // Puppeteer's own flags would switch the back/forward cache off.
    ignoreDefaultArgs: true,
    args: [...chromiumFlags, '--remote-debugging-port=0', `--user-data-dir=${profile}`,
      '--window-size=1280,900', ...args, 'about:blank'],
  });
}

function openFirefox({ profile, preferences }) {
  return puppeteer.launch({
    browser: 'firefox', executablePath: firefoxPath, headless: true, timeout: patienceMs,
    protocolTimeout: patienceMs, defaultViewport: null, userDataDir: profile,
    extraPrefsFirefox: { ...kFirefoxPreferences, ...preferences },
  });
}

/**
 * `profile`: a folder, where what the browser stores outlives it; WebKit's driver keeps nothing
 * beyond a session. `preferences`: the browser's own, by its own names.
 */
export async function openBrowser(name, options) {
  if (name === 'webkit') return WebKit.open(options);
  const open = name === 'chromium' ? openChromium : openFirefox;
  return new PuppeteerBrowser(name, await open(options));
}
