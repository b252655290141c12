// WebKitGTK through its own WebDriver, on a screen of its own (it has no headless mode). Of W3C
// WebDriver this is as much as the tests use. A session keeps its storage in memory, and the driver
// ends it with the first page that crashes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { patienceMs } from './browser.mjs';
import { freePort } from './network.mjs';
import { until } from './until.mjs';

async function openScreen() {
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const [number] = await Promise.race([
    once(screen.stdio[3], 'data'),
    once(screen, 'exit').then(() => { throw new Error('Xvfb ended'); }),
  ]);
  return { screen, display: `:${String(number).trim()}` };
}

class WebKitTab {
  constructor(browser, handle) {
    this.browser = browser;
    this.handle = handle;
  }

  goto(url) {
    return this.#ask('POST', '/url', { url });
  }

  reload() {
    return this.#ask('POST', '/refresh', {});
  }

  follow(url) {
    return this.goto(url);
  }

  back() {
    return this.#ask('POST', '/back', {});
  }

  async evaluate(run, ...given) {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve([...arguments].slice(0, -1)).then((given) => (${run})(...given)).then(
        (value) => done({ value: value ?? null }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.#ask('POST', '/execute/async', { script, args: given });
    if (error) throw new Error(error);
    return value;
  }

  show() {
    return this.#ask('GET', '/url');
  }

  async close() {
    await this.#ask('DELETE', '/window');
    this.browser.forget(this.handle);
  }

  #ask(method, path, body) {
    return this.browser.ask(method, path, body, this.handle);
  }
}

export class WebKit {
  name = 'webkit';
  #turn = Promise.resolve();
  #used = '';

  static async open() {
    const webkit = new WebKit();
    const { screen, display } = await openScreen();
    webkit.screen = screen;
    const port = await freePort();
    webkit.address = `http://127.0.0.1:${port}`;
    webkit.driver = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
      env: { ...process.env, DISPLAY: display, LIBGL_ALWAYS_SOFTWARE: '1' },
      stdio: 'ignore',
    });
    await until('the driver answers', () =>
      fetch(`${webkit.address}/status`).then((answer) => answer.ok, () => false));
    const { sessionId } = await webkit.#call('POST', '/session', { capabilities: {} });
    webkit.session = `/session/${sessionId}`;
    await webkit.#call('POST', `${webkit.session}/timeouts`,
      { script: patienceMs, pageLoad: patienceMs });
    webkit.first = webkit.#used = await webkit.#call('GET', `${webkit.session}/window`);
    return webkit;
  }

  async open(url) {
    // The first window stays: the session would end with the last one.
    const { handle } = await this.ask('POST', '/window/new', { type: 'tab' }, this.first);
    const tab = new WebKitTab(this, handle);
    if (url) await tab.goto(url);
    return tab;
  }

  forget(handle) {
    if (this.#used === handle) this.#used = '';
  }

  /** One question at a time: which tab is meant is a state of the driver's. */
  ask(method, path, body, handle) {
    const asked = this.#turn.then(async () => {
      if (handle !== this.#used) {
        await this.#call('POST', `${this.session}/window`, { handle });
        this.#used = handle;
      }
      return this.#call(method, this.session + path, body);
    });
    this.#turn = asked.catch(() => {});
    return asked;
  }

  async close() {
    await this.#call('DELETE', this.session).catch(() => {});
    for (const program of [this.driver, this.screen]) {
      const ended = once(program, 'exit');
      program.kill();
      await ended;
    }
  }

  async #call(method, path, body) {
    const answer = await fetch(this.address + path, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (value?.error) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }
}
