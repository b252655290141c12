/**
 * The worker: the core, its store and its network, behind the messages of shared/protocol.ts.
 */

import makeCore from 'deskbell-core';

import type { Answer, Command, CommandName, Connection, Effects } from '../shared/border.ts';
import type { Opening, PersonDone, PersonWork } from '../shared/person.ts';
import type { FromWorker, StorageState, ToWorker } from '../shared/protocol.ts';
import { Core } from './core.ts';
import { Driver } from './driver.ts';
import { type News, PageLog } from './page_log.ts';
import { forgetDevice, introduceDevice } from './person.ts';
import { Store } from './store.ts';
import { Tabs } from './tabs.ts';

const scope = self as unknown as DedicatedWorkerGlobalScope;

/** How long a hidden tab goes on, so that what was just written goes out. */
const kHiddenGraceMs = 10_000;

/** A kept view stays small: it is read before everything else. */
const kMaxScreenBytes = 50_000;

/** Nearly everything may have changed. */
const kAllChanges = (['conversation', 'answers', 'site', 'people', 'outbox'] as const).map(
  (subject) => ({ subject, id: '' }),
);

function tell(message: FromWorker | PersonDone): void {
  scope.postMessage(message);
}

function fail(error: unknown): void {
  console.error('deskbell:', error);
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  scope.close();
}

/** One open site: everything a device is. */
class Device {
  readonly site: string;
  /** How it stands to its hub, as far as it was told. */
  connection: Connection = 'stopped';
  readonly #opening: Opening;
  readonly #core: Core;
  readonly #store: Store;
  readonly #driver: Driver;
  readonly #tabs: Tabs;
  #hidden: ReturnType<typeof setTimeout> | undefined;
  #newer = false;
  #kept = '';

  constructor(opening: Opening, core: Core, log: PageLog) {
    log.onStale = () => this.#store.look();
    this.site = opening.site;
    this.#opening = opening;
    this.#core = core;
    this.#store = new Store(core, log, {
      effects: (effects) => this.#carryOut(effects),
      storage: (state) => this.#onStorage(state),
      overtaken: () => tell({ kind: 'changes', changes: kAllChanges }),
      wrote: (head) => this.#tabs.hint(head),
      failed: fail,
    });
    this.#tabs = new Tabs(`deskbell/${opening.store}`, (head) => this.#store.look(head));
    this.#driver = new Driver(scope.location.origin, this.#tabs, {
      input: (input) => new Promise((resolve) => this.#store.submit({
        run: () => {
          const error = core.receive(input);
          if (error) console.error(`deskbell: ${error.message}`);
        },
        finish: resolve,
        refuse: () => resolve(),
      })),
      wake: () => this.#store.submit({ run: () => undefined }),
    });
  }

  async open(stored: Promise<News>): Promise<void> {
    await this.#store.open(stored);
    const { site, person } = this.#opening;
    if (person) this.#order({ command: 'adopt', site, actor: 'customer', ...person });
    else this.#order({ command: 'new_customer', site });
    scope.addEventListener('online', () => this.#order({ command: 'network', available: true }));
    scope.addEventListener('offline', () => this.#order({ command: 'network', available: false }));
    this.resume();
    tell({ kind: 'opened' });
  }

  command(tag: number, command: Command): void {
    let answer: Answer;
    this.#store.submit({
      run: () => void (answer = this.#core.send(command)),
      finish: () => {
        tell({ kind: 'answer', tag, answer });
        if (command.command === 'panel' && answer.result) {
          this.#keep(JSON.stringify({ ...answer.result, typing: [] }));
        }
      },
      refuse: (error) => tell({ kind: 'answer', tag, answer: { error } }),
    });
  }

  /** As `command`, for the worker's own affairs. */
  ask<Name extends CommandName>(command: Command<Name>): Promise<Answer<Name>> {
    return new Promise((resolve) => {
      let answer: Answer<Name>;
      this.#store.submit({
        run: () => void (answer = this.#core.send(command)),
        finish: () => resolve(answer),
        refuse: (error) => resolve({ error }),
      });
    });
  }

  async carryOut(work: PersonWork): Promise<void> {
    const { tag } = work;
    if (work.kind === 'introduce') {
      tell({ kind: 'introduced', tag, introduced: await introduceDevice(this, work.token) });
    } else {
      tell({ kind: 'forgotten', tag, lost: await forgetDevice(this) });
    }
  }

  pause(because: 'hidden' | 'leaving'): void {
    clearTimeout(this.#hidden);
    if (because === 'hidden') {
      this.#hidden = setTimeout(() => this.stop(), kHiddenGraceMs);
      return;
    }
    this.#tabs.close();
    this.stop();
  }

  resume(): void {
    clearTimeout(this.#hidden);
    if (this.#newer) return;
    this.#tabs.open();
    this.#store.look();
    // A page that slept in the back/forward cache was not told of changes.
    this.#order({ command: 'network', available: scope.navigator.onLine });
    this.start();
  }

  start(): void {
    this.#order({ command: 'start' });
  }

  stop(): void {
    this.#driver.cancelAll();
    this.#order({ command: 'stop' });
  }

  /** A command of the worker's own. */
  #order(command: Command): void {
    this.#store.submit({
      run: () => {
        const answer = this.#core.send(command);
        if (answer.error) console.error(`deskbell: ${command.command}: ${answer.error.message}`);
      },
    });
  }

  #carryOut(effects: Effects): void {
    if (effects.storage_error) console.error(`deskbell: ${effects.storage_error.message}`);
    this.#driver.carryOut(effects);
    if (effects.changes.length > 0) tell({ kind: 'changes', changes: effects.changes });
    if (!effects.connection) return;
    this.connection = effects.connection;
    tell({ kind: 'connection', connection: effects.connection });
  }

  #onStorage(storage: StorageState): void {
    tell({ kind: 'storage', storage });
    // What arrives could not be kept.
    this.#newer = storage.state === 'newer';
    if (this.#newer) this.stop();
  }

  #keep(view: string): void {
    if (view.length > kMaxScreenBytes || view === this.#kept) return;
    this.#kept = view;
    this.#store.keepScreen(view);
  }
}

// The core is fetched and compiled while nobody knows yet what is to be opened. A worker that was
// made ahead, and that nobody opens anything in, has asked for this one file and done no more.
const loading = makeCore({ locateFile: () => new URL(DESKBELL_WASM, scope.location.href).href });
loading.catch(() => undefined);

async function open(opening: Opening): Promise<Device> {
  const log = new PageLog(opening.store);
  const stored = log.catchUp();
  stored.catch(() => undefined);
  const device = new Device(opening, new Core(await loading), log);
  await device.open(stored);
  return device;
}

let opened: Promise<Device> | null = null;

scope.onmessage = ({ data }: MessageEvent<ToWorker | PersonWork>) => {
  if (data.kind === 'open') {
    opened ??= open({ store: data.site, ...data });
    opened.catch(fail);
    return;
  }
  void opened?.then((device) => {
    if (data.kind === 'command') device.command(data.tag, data.command);
    else if (data.kind === 'pause') device.pause(data.because);
    else if (data.kind === 'resume') device.resume();
    else device.carryOut(data).catch(fail);
  }, () => undefined);
};
