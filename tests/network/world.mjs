// A real hub with a middle box in front of it, and real devices behind the middle box.

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../support/network.mjs';
import { addAccount, deskbell, Hub, Program, pullHistory, signIn } from '../support/programs.mjs';
import { until } from '../support/until.mjs';
import { Proxy } from './proxy.mjs';

export const site = 'fern';
const kLogin = { login: 'ana', password: 'correct horse battery' };
const program = (name) => join(dirname(deskbell), `network-${name}`);

/** A native device in a process of its own (device.cpp). */
export class NativeDevice {
  #program;
  #answers = [];
  #waiting = [];

  constructor(url, store, login = []) {
    this.#program = new Program(program('device'), [url, site, store, ...login], {
      onLine: (line) => {
        const answer = JSON.parse(line);
        if (this.#waiting.length > 0) this.#waiting.shift()(answer);
        else this.#answers.push(answer);
      },
    });
  }

  #next() {
    if (this.#answers.length > 0) return Promise.resolve(this.#answers.shift());
    const answer = new Promise((resolve) => this.#waiting.push(resolve));
    return Promise.race([answer, this.#program.ended.then((end) => {
      throw new Error(`the device ended: ${JSON.stringify(end)} ${this.#program.output.slice(-2000)}`);
    })]);
  }

  async #ask(line) {
    this.#program.write(`${line}\n`);
    return this.#next();
  }

  async ready() {
    await this.#next();
    return this;
  }

  state() {
    return this.#ask('state');
  }

  /** Into a conversation, or (a customer's) the own one. The message's id. */
  async post(text, conversation = '-') {
    const { id, error } = await this.#ask(`post ${conversation} ${text}`);
    if (error) throw new Error(error);
    return id;
  }

  async connects(connection) {
    await until(`the device is ${connection}`, async () => (await this.state()).connection === connection);
  }

  async kill() {
    await this.#program.kill();
  }
}

/** Runs in a page of the hub's origin: the panel's end of a worker. */
function startWorker([address, name]) {
  const worker = new Worker(address);
  const waiting = new Map();
  let tag = 0;
  window.connection = 'stopped';
  worker.onmessage = ({ data }) => {
    if (data.kind === 'answer') waiting.get(data.tag)(data.answer);
    if (data.kind === 'connection') window.connection = data.connection;
    if (data.kind === 'opened') window.opened = true;
    if (data.kind === 'failed') window.failed = data.message;
  };
  window.send = (command, given = {}) => new Promise((resolve) => {
    waiting.set(++tag, resolve);
    worker.postMessage({ kind: 'command', tag, command: { command, ...given } });
  });
  worker.postMessage({ kind: 'open', site: name });
}

/** The real worker of the widget, in Chromium, as one customer's device. */
export class WidgetDevice {
  static async open(browser, url) {
    const device = new WidgetDevice();
    device.context = await browser.newContext();
    device.page = await device.context.newPage();
    // The panel itself is not wanted here: a bare page of its origin, under its policy.
    const panel = await (await fetch(`${url}/panel/${site}`)).text();
    const [, script] = /src="(\/assets\/panel-[^"]+\.js)"/.exec(panel);
    const [worker] = /worker-[\w-]+\.js/.exec(await (await fetch(url + script)).text());
    await device.page.route('**/bare', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    await device.page.goto(`${url}/bare`);
    await device.page.evaluate(startWorker, [`/assets/${worker}`, site]);
    await device.page.waitForFunction(() => window.opened);
    return device;
  }

  async state() {
    return this.page.evaluate(async () => {
      const { result } = await window.send('panel');
      if (window.failed) throw new Error(window.failed);
      return {
        connection: window.connection,
        id: result.customer.id,
        unsent: result.unsent,
        conversations: result.conversation ? { [result.conversation.id]: result.messages } : {},
      };
    });
  }

  async post(text) {
    const { result, error } = await this.page.evaluate((words) => window.send('message.post', { text: words }), text);
    if (error) throw new Error(error.message);
    return result.id;
  }

  async connects(connection) {
    await until(`the widget is ${connection}`, () =>
      this.page.evaluate((wanted) => window.connection === wanted, connection));
  }

  async kill() {
    await this.context.close();
  }
}

export class World {
  devices = [];

  static async open(random) {
    const world = new World();
    world.folder = await mkdtemp(join(tmpdir(), 'deskbell-network-'));
    world.port = await freePort();
    const siteFile = join(world.folder, 'site.json');
    await writeFile(siteFile, JSON.stringify({ site, name: 'Fern & Oak', origins: ['http://localhost:1'] }));
    const data = join(world.folder, 'hub');
    await addAccount(data, site, kLogin.login, 'Ana Silva', kLogin.password);
    world.hub = new Hub({ data, port: world.port, siteFile });
    await world.hub.start();
    world.direct = `http://127.0.0.1:${world.port}`;
    world.proxy = await new Proxy(world.port, random).open();
    world.url = `http://localhost:${world.proxy.port}`;
    return world;
  }

  #store() {
    return join(this.folder, `device-${this.devices.length}.db`);
  }

  #keep(device) {
    this.devices.push(device);
    return device;
  }

  customer(url = this.url) {
    return this.#keep(new NativeDevice(url, this.#store())).ready();
  }

  agent(url = this.url) {
    return this.#keep(new NativeDevice(url, this.#store(), [kLogin.login, kLogin.password])).ready();
  }

  async widget(browser) {
    return this.#keep(await WidgetDevice.open(browser, this.url));
  }

  crowd(count) {
    return new Program(program('crowd'), [this.direct, site, String(count)]);
  }

  /** All messages that the hub has placed, in its order: `{ id, text, conversation }`. */
  async messages() {
    const device = await signIn(this.direct, site, kLogin);
    const events = await pullHistory(this.direct, site, device);
    return events.map(({ event }) => event).filter(({ type }) => type === 'message.posted')
      .map(({ id, data, conversation }) => ({ id, text: data.text, conversation }));
  }

  async close() {
    await Promise.all(this.devices.map((device) => device.kill()));
    await this.hub?.stop();
    await this.proxy?.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Why the tests of the widget cannot run here, or false. */
export const widgetSkip = existsSync(process.env['DESKBELL_WEB'] ?? 'web/dist') ? false : 'the widget is not built';

/** Waits until a device has nothing unsent, is live, and shows `count` messages in all. */
export async function settled(device, count) {
  let state;
  const shown = () => Object.values(state.conversations).flat().filter((message) => message.state !== 'refused');
  await until('the device has drained, is live and shows everything', async () => {
    state = await device.state();
    return state.unsent === 0 && state.connection === 'live' && shown().length === count;
  }).catch((error) => {
    throw new Error(`${error.message}: ${count} expected, ${shown().length} shown, ${state.unsent} unsent, ` +
      `${state.connection}`);
  });
  return state;
}
