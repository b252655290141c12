// A real hub and devices, each a process of its own, and what can be known of them from outside.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Program, addAccount, deskbell } from '../support/programs.mjs';
import { until } from '../support/until.mjs';

const bin = dirname(deskbell);
const testClient = join(bin, 'deskbell-test-client');
const fullDisk = join(bin, 'deskbell-test-full-disk.so');

const kSite = 'fern';
const kPassword = 'correct horse';
const kDrainBoundMs = 60_000;

/** Random numbers from a seed (mulberry32), so that a run can be had again. */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return {
    below(bound) {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) % bound;
    },
  };
}

/** What all lives of one device have said. */
class Journal {
  saved = new Set();
  sent = new Set();
  refused = new Set();
}

/** A device in a process of its own, which may be killed and started again on the same store. */
class Device {
  journal = new Journal();
  #program;
  #scene;
  #lives = 0;
  #dump = null;

  constructor(scene, name, kind) {
    this.#scene = scene;
    this.name = name;
    this.kind = kind;
    this.store = join(scene.folder, `${name}.db`);
  }

  async start() {
    const number = this.#lives * 1_000_000; // no text is written twice
    this.#lives += 1;
    this.drained = false;
    this.#program = new Program(testClient, ['--hub', this.#scene.url, '--site', kSite,
      '--store', this.store, '--as', this.kind, '--login', this.name, '--password', kPassword,
      '--name', this.name, '--from', String(number), '--seed', String(this.#scene.seed + number),
      '--every', String(this.#scene.everyMs)],
    { onLine: (line) => this.#take(line) });
    await this.#program.says(/^ready$/m);
    if (this.#scene.writing) this.tell('write');
  }

  tell(order) {
    if (order === 'drain') this.drained = false;
    this.#program.write(`${order}\n`);
  }

  #take(line) {
    const [word, id, ...rest] = line.split(' ');
    if (word === 'saved') this.#scene.heardSaved();
    if (word === 'drained') this.drained = true;
    else if (word === 'message') this.#dump.messages.push({ id, text: rest.join(' ') });
    else if (word === 'end') this.#dump.done = true;
    else this.journal[word]?.add(id);
  }

  /** The messages and notes that the device shows. */
  async dump() {
    this.#dump = { messages: [], done: false };
    this.tell('dump');
    await until(`${this.name} shows what it has`, () => this.#running() && this.#dump.done);
    return this.#dump.messages;
  }

  #running() {
    if (this.#program.end)
      throw new Error(`${this.name} ended: ${JSON.stringify(this.#program.end)}\n${this.#program.output.slice(-2000)}`);
    return true;
  }

  async waitDrained() {
    await until(`${this.name} has drained`, () => this.#running() && this.drained);
  }

  async kill() {
    await this.#program.kill('SIGKILL');
  }

  async stop() {
    if (!this.#program || this.#program.end) return;
    this.#program.endInput();
    await this.#program.ended;
  }
}

export class Scene {
  devices = [];
  writing = false;
  everyMs = 25;
  #port = 0;
  #environment = {};
  #flag = '';
  #onSaved = () => {};

  static async open({ seed = 1, customers = 3, agents = 2, withDisk = false } = {}) {
    const scene = new Scene();
    scene.seed = seed;
    scene.folder = mkdtempSync(join(tmpdir(), 'deskbell-hub-'));
    scene.#flag = join(scene.folder, 'full');
    if (withDisk) scene.#environment = { LD_PRELOAD: fullDisk, DESKBELL_TEST_DISK_FULL: scene.#flag };
    scene.data = join(scene.folder, 'data');
    scene.siteFile = join(scene.folder, 'site.json');
    writeFileSync(scene.siteFile, JSON.stringify({ site: kSite, name: 'Fern', origins: [] }));
    for (let n = 1; n <= customers; n += 1)
      scene.devices.push(new Device(scene, `customer-${n}`, 'customer'));
    for (let n = 1; n <= agents; n += 1) {
      const agent = new Device(scene, `agent-${n}`, 'agent');
      await addAccount(scene.data, kSite, agent.name, agent.name, kPassword);
      scene.devices.push(agent);
    }
    await scene.startHub();
    for (const device of scene.devices) await device.start();
    return scene;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  get database() {
    return join(this.data, 'sites', kSite, 'hub.db');
  }

  async startHub() {
    this.hub = new Program(deskbell, ['serve', '--data', this.data, '--port', String(this.#port),
      '--site', this.siteFile], { env: { ...process.env, ...this.#environment } });
    const [, port] = await this.hub.says(/listening on http:\/\/127\.0\.0\.1:(\d+)/);
    this.#port = Number(port);
    // As a platform does that sees its network come back; otherwise each would wait for its turn.
    for (const device of this.devices) if (this.writing) device.tell('retry');
  }

  async killHub() {
    await this.hub.kill('SIGKILL');
  }

  tellAll(order) {
    if (order === 'write') this.writing = true;
    if (order === 'drain' || order === 'pause') this.writing = false;
    for (const device of this.devices) device.tell(order);
  }

  acknowledged() {
    return this.devices.reduce((sum, device) => sum + device.journal.sent.size, 0);
  }

  /** Resolves as soon as a device has saved another message. */
  nextSaved() {
    return new Promise((resolve) => { this.#onSaved = resolve; });
  }

  heardSaved() {
    this.#onSaved();
  }

  saved() {
    return this.devices.reduce((sum, device) => sum + device.journal.saved.size, 0);
  }

  /** From now on nothing can be written to the disk of the hub and of its commands. */
  fillDisk() {
    writeFileSync(this.#flag, '');
  }

  freeDisk() {
    rmSync(this.#flag);
  }

  /** The names in the scene's folder that begin like this. */
  filesBeside(name) {
    return readdirSync(this.folder).filter((each) => each.startsWith(name));
  }

  /** Until every device has nothing unsent and shows all that is there for it. */
  async drain() {
    this.tellAll('drain');
    this.tellAll('retry');
    for (const device of this.devices) await device.waitDrained();
    await until('all devices show what the hub has', async () => {
      const log = this.log();
      for (const device of this.devices) {
        const shown = (await device.dump()).map(({ id }) => id).sort();
        const expected = this.#forDevice(log, device).map(({ id }) => id).sort();
        if (JSON.stringify(shown) !== JSON.stringify(expected)) return false;
      }
      return true;
    }, kDrainBoundMs);
    // A receipt may be on its way still.
    this.tellAll('drain');
    for (const device of this.devices) await device.waitDrained();
  }

  #forDevice(log, device) {
    const own = new Set(log.filter(({ text }) => text.startsWith(`${device.name}-`))
      .map(({ conversation }) => conversation));
    return log.filter(({ type, conversation }) => device.kind === 'agent'
      ? type === 'message.posted' || type === 'note.added'
      : type === 'message.posted' && own.has(conversation));
  }

  /** The events of a store's log, and its state. */
  list(store) {
    const lines = execFileSync(testClient, ['--list', store], { encoding: 'utf8', maxBuffer: 1e9 })
      .trim().split('\n').map((line) => JSON.parse(line));
    return { state: lines.pop(), log: lines };
  }

  log() {
    return this.list(this.database).log;
  }

  async command(...args) {
    const program = new Program(deskbell, args, { env: { ...process.env, ...this.#environment } });
    const { code } = await program.ended;
    return { code, output: program.output };
  }

  async stop() {
    for (const device of this.devices) await device.stop();
    if (this.hub && !this.hub.end) await this.hub.kill('SIGTERM');
    return this.hub?.end;
  }

  async close() {
    for (const device of this.devices) await device.kill().catch(() => {});
    if (this.hub && !this.hub.end) await this.killHub();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * With everything stopped: what was acknowledged and is not there, what is there more than once,
   * and everything else that is not as promised, as sentences.
   */
  async judge() {
    const { log, state } = this.list(this.database);
    const placed = new Map(log.map((event) => [event.id, event]));
    let lost = 0;
    const wrong = [];
    for (const { name, journal } of this.devices) {
      for (const id of journal.sent)
        if (!placed.has(id)) { lost += 1; wrong.push(`${name}: ${id} was acknowledged and is lost`); }
      for (const id of journal.saved)
        if (!placed.has(id) && !journal.refused.has(id) && !journal.sent.has(id))
          wrong.push(`${name}: ${id} was saved, and never reached the hub`);
      for (const id of journal.refused)
        if (placed.has(id)) wrong.push(`${name}: ${id} was refused, and is there all the same`);
    }
    let doubled = countDoubles(log);
    wrong.push(...outOfOrder(log));
    for (const device of this.devices) {
      const own = this.list(device.store);
      doubled += countDoubles(own.log);
      if (own.state.unsent > 0) wrong.push(`${device.name}: still has something unsent`);
      if (own.state.epoch !== state.epoch) wrong.push(`${device.name}: is of another epoch`);
      // Agents see all that the hub has.
      if (device.kind === 'agent' && own.state.hash !== state.hash)
        wrong.push(`${device.name}: its state is not the hub's`);
      const doctor = await this.command('doctor', device.store);
      if (doctor.code !== 0) wrong.push(`${device.name}: ${doctor.output}`);
    }
    const doctor = await this.command('doctor', '--data', this.data);
    if (doctor.code !== 0) wrong.push(`the hub: ${doctor.output}`);
    return { acknowledged: this.acknowledged(), lost, doubled, wrong };
  }
}

/** Every id and every text is to be there once. */
function countDoubles(log) {
  const texts = log.map(({ text }) => text).filter((text) => text !== '');
  return log.length - new Set(log.map(({ id }) => id)).size + texts.length - new Set(texts).size;
}

/** An author's texts, which count upwards, keep their order within a conversation. */
function outOfOrder(log) {
  const last = new Map();
  const wrong = [];
  for (const { text, conversation } of log) {
    const [, name, number] = /^(.*)-(\d+)$/.exec(text) ?? [];
    if (name === undefined) continue;
    const key = `${name} ${conversation}`;
    if (last.get(key) > Number(number)) wrong.push(`${text} stands behind ${last.get(key)}`);
    last.set(key, Number(number));
  }
  return wrong;
}
