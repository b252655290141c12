/**
 * The worker: the core, its store and its network, behind the messages of shared/protocol.ts.
 */

import makeCore from 'deskbell-core';

import type { Answer, Command, CommandName, Connection, Effects } from '../shared/border.ts';
import type { Opening, PersonDone, PersonWork } from '../shared/person.ts';
import type { FilePost, FromWorker, StorageState, ToWorker } from '../shared/protocol.ts';
import { Attachments } from './attachments.ts';
import { Core } from './core.ts';
import { Driver } from './driver.ts';
import { FileStore } from './file_store.ts';
import type { Finder } from './finder.ts';
import { FinderKeeper } from './finder_keeper.ts';
import { type News, PageLog } from './page_log.ts';
import { forgetDevice, introduceDevice } from './person.ts';
import { Store } from './store.ts';
import { Tabs } from './tabs.ts';

const scope = self as unknown as DedicatedWorkerGlobalScope;

/** How long a hidden tab goes on, so that what was just written goes out. */
const kHiddenGraceMs = 10_000;

/** A kept view stays small: it is read before everything else. */
const kMaxScreenBytes = 50_000;

/** So many answers the core is told of; the robot offers three at most. */
const kMostFound = 8;
/** How many are suggested while one types, and how likely each must be, in thousandths. */
const kMostSuggested = 4;
const kSuggestAt = 60;
/** A first question is asked without the finder when it has not come by then: people see to it. */
const kFinderPatienceMs = 4_000;

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
  readonly #attachments: Attachments;
  readonly #tabs: Tabs;
  readonly #keeper: FinderKeeper;
  /** Ends when every message so far has been given to the core, in their order. */
  #posts: Promise<void> = Promise.resolve();
  /** Ends when answers can be found and named; null where nobody is going to ask for any. */
  #canFind: Promise<unknown> | null = null;
  /** The same, but for a while at most. */
  #canAnswer: Promise<unknown> | null = null;
  /** The newest wish for suggestions: whoever types on does not want the earlier ones. */
  #suggesting = 0;
  #hasChanged = (): void => undefined;
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
    this.#attachments = new Attachments(this, new FileStore(opening.store), scope.location.origin);
    this.#keeper = new FinderKeeper(
      `${scope.location.origin}/v1/sites/${encodeURIComponent(this.site)}/finder`, compileFinder);
    this.#driver = new Driver(scope.location.origin, this.#tabs, {
      input: (input) => new Promise((resolve) => this.#store.submit({
        run: () => {
          const error = core.receive(input);
          if (error) console.error(`deskbell: ${error.message}`);
        },
        finish: resolve,
        refuse: () => resolve(),
      })),
      piece: (...piece) => this.#attachments.piece(...piece),
      wake: () => this.#store.submit({ run: () => undefined }),
    });
  }

  async open(stored: Promise<News>): Promise<void> {
    await this.#store.open(stored);
    const { site, person } = this.#opening;
    if (person) this.#order({ command: 'adopt', site, actor: 'customer', ...person });
    else this.#order({ command: 'new_customer', site });
    scope.addEventListener('online', () => {
      this.#order({ command: 'network', available: true });
      this.#keeper.look();
    });
    scope.addEventListener('offline', () => this.#order({ command: 'network', available: false }));
    this.resume();
    tell({ kind: 'opened' });
  }

  command(tag: number, command: Command): void {
    if (command.command !== 'message.post') return this.#submit(tag, command);
    // Messages go in their order, whatever one of them waits for.
    this.#posts = this.#posts.then(async () => this.#submit(tag, await this.heard(command))).catch(fail);
  }

  #submit(tag: number, command: Command): void {
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

  post({ tag, kind, ...post }: { tag: number; kind: 'post' } & FilePost): void {
    this.#posts = this.#posts
      .then(async () => tell({ kind: 'answer', tag, answer: await this.#attachments.post(post) })).catch(fail);
  }

  async file(tag: number, id: string, message: string): Promise<void> {
    tell({ kind: 'file', tag, ...(await this.#attachments.file(id, message)) });
  }

  find(): void {
    if (this.#canFind) return;
    this.#keeper.want();
    this.#canFind = Promise.all([this.#keeper.came, this.#knowsSite()]);
    this.#canAnswer = Promise.race([
      this.#canFind, new Promise((resolve) => setTimeout(resolve, kFinderPatienceMs)),
    ]);
  }

  /** Ends when the core has heard from the hub what the site's robot may do, and of its answers. */
  async #knowsSite(): Promise<void> {
    for (;;) {
      const changed = new Promise<void>((resolve) => { this.#hasChanged = resolve; });
      if ((await this.ask({ command: 'panel', limit: 1 })).result?.site.answers) return;
      await changed;
    }
  }

  /** What was typed before the finder had come is answered when it has. */
  async suggest(tag: number, text: string, language: string): Promise<void> {
    this.#suggesting = tag;
    await this.#canFind;
    const wanted = this.#suggesting === tag;
    const found = (wanted && this.#useFinder((finder) => finder.suggest(text, kMostSuggested))?.found) || [];
    const ids = found.filter(({ confidence }) => confidence >= kSuggestAt).map(({ answer }) => answer);
    const named = ids.length > 0 ? await this.ask({ command: 'answers.named', ids, language }) : { result: [] };
    tell({ kind: 'suggested', tag, answers: named.result ?? [] });
  }

  /** The message with what the finder makes of it, for the robot. A first one waits a moment for both. */
  async heard(command: Command<'message.post'>): Promise<Command<'message.post'>> {
    await this.#canAnswer;
    const says = this.#useFinder((finder) => finder.ask(command.text, kMostFound));
    if (!says) return command;
    const { answer, language = '' } = command;
    const chosen = answer ? { found: [{ answer, confidence: 1000 }], wish: '' as const } : {};
    return { ...command, finder: { ...says, ...chosen, language } };
  }

  #useFinder<T>(use: (finder: Finder) => T): T | null {
    const { finder } = this.#keeper;
    if (!finder) return null;
    try {
      return use(finder);
    } catch (error) {
      console.error('deskbell:', error);
      this.#keeper.drop();
      return null;
    }
  }

  written(): Promise<void> {
    return this.#posts;
  }

  bytesOf(id: string): Promise<Blob | null> {
    return this.#attachments.kept(id);
  }

  async carryOut(work: PersonWork): Promise<void> {
    const { tag } = work;
    await this.written(); // nothing that was handed over is left behind
    if (work.kind === 'introduce') {
      tell({ kind: 'introduced', tag, introduced: await introduceDevice(this, work.token) });
    } else {
      const lost = await forgetDevice(this);
      this.#attachments.close();
      // What is under way would hold up the one who deletes the store.
      await this.#store.end();
      tell({ kind: 'forgotten', tag, lost });
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
    if (effects.changes.some(({ subject }) => subject === 'outbox')) void this.#attachments.tidy();
    if (effects.changes.length > 0) {
      this.#hasChanged();
      tell({ kind: 'changes', changes: effects.changes });
    }
    if (effects.changes.some(({ subject }) => subject === 'answers')) this.#keeper.look();
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

let compiling: Promise<WebAssembly.Module> | null = null;

/** The finder's module, fetched when there is something to find and only then. */
function compileFinder(): Promise<WebAssembly.Module> {
  const compile = async (): Promise<WebAssembly.Module> => {
    const response = await fetch(new URL(DESKBELL_FINDER, scope.location.href));
    if (!response.ok) throw new Error(`${DESKBELL_FINDER}: ${response.status}`);
    return WebAssembly.compile(await response.arrayBuffer());
  };
  compiling ??= compile();
  compiling.catch(() => { compiling = null; });
  return compiling;
}

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
    else if (data.kind === 'post') device.post(data);
    else if (data.kind === 'file') void device.file(data.tag, data.id, data.message);
    else if (data.kind === 'pause') device.pause(data.because);
    else if (data.kind === 'resume') device.resume();
    else if (data.kind === 'find') device.find();
    else if (data.kind === 'suggest') void device.suggest(data.tag, data.text, data.language);
    else device.carryOut(data).catch(fail);
  }, () => undefined);
};
