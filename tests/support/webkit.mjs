// WebKitGTK through its own WebDriver, on a screen of its own (it has no headless mode). Of W3C
// WebDriver this is as much as the tests use. A session keeps its storage in memory, and the driver
// ends it with the first page that crashes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { patienceMs } from './browser.mjs';
import { freePort } from './network.mjs';
import { until } from './until.mjs';

/** The driver's names of keys that stand for no letter. */
const kKeys = {
  Shift: '\ue008', Tab: '\ue004', Enter: '\ue007', Escape: '\ue00c', Space: ' ',
  ArrowLeft: '\ue012', ArrowUp: '\ue013', ArrowRight: '\ue014', ArrowDown: '\ue015',
};

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

  click(x, y) {
    return this.#act('mouse', 'pointer', [
      { type: 'pointerMove', duration: 0, x, y, origin: 'viewport' },
      { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 },
    ], { pointerType: 'mouse' });
  }

  press(key) {
    return this.#keys([['keyDown', key], ['keyUp', key]]);
  }

  pressWith(held, key) {
    return this.#keys([['keyDown', held], ['keyDown', key], ['keyUp', key], ['keyUp', held]]);
  }

  type(text) {
    return this.#keys([...text].flatMap((letter) => [['keyDown', letter], ['keyUp', letter]]));
  }

  inject(source) {
    return this.#ask('POST', '/execute/sync', { script: source, args: [] });
  }

  async picture() {
    return Buffer.from(await this.#ask('GET', '/screenshot'), 'base64');
  }

  show() {
    return this.#ask('GET', '/url');
  }

  async close() {
    await this.#ask('DELETE', '/window');
    this.browser.forget(this.handle);
  }

  #keys(steps) {
    return this.#act('keyboard', 'key',
      steps.map(([type, key]) => ({ type, value: kKeys[key] ?? key })));
  }

  #act(id, type, actions, parameters) {
    return this.#ask('POST', '/actions', { actions: [{ id, type, parameters, actions }] });
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

  /** Only a window is painted: a tab takes no mouse and gives no picture. */
  openWindow(url) {
    return this.open(url, 'window');
  }

  async open(url, type = 'tab') {
    // The first window stays: the session would end with the last one.
    const { handle } = await this.ask('POST', '/window/new', { type }, this.first);
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
