/**
 * The store of this device: runs what comes in as batches on the core, and makes each batch durable
 * before anybody hears of it.
 *
 * A batch is all that waits. It runs in memory; its changed pages become one record of the page
 * log. If another tab was first, everything is put back, the other's records are applied and the
 * batch runs again. Answers are given, requests sent and other tabs told only when the record is as
 * durable as the core asked for.
 *
 * Where the log fails, the store goes on in memory and says so. What the log cannot take for now (it
 * is full) is held, and tried again as one record: that is sound as long as no other tab has written
 * meanwhile, and where one has, the store stays in memory until the page is loaded anew. Where the
 * stored data are not ours to write to (of a newer version, damaged, deleted), nothing is written.
 */

import type { CoreError, Effects } from '../shared/border.ts';
import type { StorageFailure, StorageState } from '../shared/protocol.ts';
import type { Core } from './core.ts';
import { type Appended, LogFailure, type News, type PageLog } from './page_log.ts';

/** One thing to be done on the core. It may run more than once, before it is finished once. */
export interface Work {
  run(): void;
  /** What `run` did last is durable. */
  finish?(): void;
  /** It was put back for good. */
  refuse?(error: CoreError): void;
}

/** Whom the store tells. */
export interface StoreListener {
  /** To be carried out now. */
  effects(effects: Effects): void;
  storage(state: StorageState): void;
  /** Another tab wrote: anything may have changed. */
  overtaken(): void;
  /** This tab wrote; the log's head is there now. */
  wrote(head: number): void;
  /** The core is beyond repair. Nothing is run any more. */
  failed(error: unknown): void;
}

const kNoEffects: Effects = {
  durability: 'none', requests: [], cancelled: [], wake_at: null, changes: [], connection: null,
  storage_error: null,
};

/** A core that cannot say what it wants is asked again, or it would sleep until somebody writes. */
const kAskAgainMs = 5_000;

const kNewer: CoreError = {
  code: 'store_too_new',
  message: 'A newer version of this chat is open in this browser. Reload the page to go on.',
};

/** How long to wait before a log that was full is tried again: doubled from the first to the last. */
const kFirstRetryMs = 1_000;
const kLastRetryMs = 60_000;

export class Store {
  readonly #core: Core;
  readonly #log: PageLog;
  readonly #listener: StoreListener;
  #state: StorageState = { state: 'durable' };
  #queue: Work[] = [];
  #looks = false;
  #running = false;
  #dead = false;
  /** Ends when there is nothing more to do. */
  #drained: Promise<void> = Promise.resolve();
  #screen: string | null = null;
  /** In memory: what is not stored is held for another try. */
  #holding = false;
  #returns = false;
  #retryMs = kFirstRetryMs;

  constructor(core: Core, log: PageLog, listener: StoreListener) {
    this.#core = core;
    this.#log = log;
    this.#listener = listener;
  }

  /** Opens the core on what is `stored`: all that the log has. First, and once. */
  async open(stored: Promise<News>): Promise<void> {
    try {
      this.#give(await stored);
      this.#check(this.#core.open());
    } catch (error) {
      // What was given by halves is no store: begin with an empty one, in memory.
      this.#core.reset();
      this.#giveUp(error);
      const failed = this.#core.open();
      if (failed) throw new Error(failed.message);
    }
    // What opening wrote (a new store's tables, a migration) is a batch as well.
    await this.#batch([]);
    if (this.#state.state === 'durable') this.#listener.storage(this.#state);
  }

  submit(work: Work): void {
    this.#queue.push(work);
    this.#drain();
  }

  /** Looks what other tabs have written: after a hint, or a long sleep. */
  look(head: number = Infinity): void {
    if (head <= this.#log.head) return;
    this.#looks = true;
    this.#drain();
  }

  /** Keeps a view to be shown first next time; written when there is nothing else to do. */
  keepScreen(view: string): void {
    this.#screen = view;
    this.#drain();
  }

  /** Finishes what is under way and begins nothing more; then nobody holds the log any more. */
  async end(): Promise<void> {
    this.#dead = true;
    await this.#drained;
    this.#log.close();
  }

  #drain(): void {
    if (this.#running || this.#dead) return;
    this.#running = true;
    this.#drained = this.#runAll();
  }

  async #runAll(): Promise<void> {
    try {
      while (!this.#dead) {
        if (this.#looks) await this.#lookNow();
        else if (this.#returns) await this.#comeBack();
        else if (this.#queue.length > 0) await this.#batch(this.#next());
        else if (this.#screen !== null) await this.#writeScreen();
        else break;
      }
    } catch (error) {
      this.#dead = true;
      this.#listener.failed(error);
    } finally {
      // In the same breath as the last look: what comes now is not overlooked.
      this.#running = false;
    }
  }

  #next(): Work[] {
    // Where writing is refused, each is judged by itself, so that reading goes on.
    return this.#queue.splice(0, this.#state.state === 'newer' ? 1 : this.#queue.length);
  }

  async #lookNow(): Promise<void> {
    this.#looks = false;
    if (this.#state.state !== 'durable') return;
    try {
      this.#take(await this.#log.catchUp());
    } catch (error) {
      this.#giveUp(error);
    }
  }

  async #batch(works: Work[]): Promise<void> {
    for (;;) {
      for (const work of works) work.run();
      const effects = this.#effects();
      const outcome = await this.#keep(effects);
      if (outcome === 'again') continue;
      if (outcome === 'refused' && works.length > 1) {
        // One of them wrote; the others may go on.
        this.#queue.unshift(...works);
        return;
      }
      if (outcome === 'refused') {
        for (const work of works) work.refuse?.(kNewer);
        return;
      }
      for (const work of works) work.finish?.();
      this.#listener.effects(effects);
      return;
    }
  }

  /** Makes what the batch wrote as durable as it will be, or puts it back: it must run again, or not. */
  async #keep(effects: Effects): Promise<'kept' | 'again' | 'refused'> {
    // What is held is taken when there is room again.
    if (this.#holding) return 'kept';
    const record = this.#core.take();
    if (record && this.#isNewer()) {
      this.#core.settle(false);
      return 'refused';
    }
    if (record && this.#state.state === 'durable') return this.#append(record, effects);
    // Also where nothing was written: what the core knows of the network stands now.
    this.#core.settle(true);
    return 'kept';
  }

  #effects(): Effects {
    const effects = this.#core.effects();
    if (!('code' in effects)) return effects;
    console.error(`deskbell: ${effects.message}`);
    return { ...kNoEffects, wake_at: Date.now() + kAskAgainMs };
  }

  async #append(record: Uint8Array, effects: Effects): Promise<'kept' | 'again' | 'refused'> {
    const durability = effects.durability === 'strict' ? 'strict' : 'relaxed';
    let appended: Appended;
    try {
      appended = await this.#log.append(record, durability, () => this.#core.fold());
    } catch (error) {
      this.#giveUp(error);
      if (this.#holding) this.#core.hold();
      else this.#core.settle(!this.#isNewer());
      return this.#isNewer() ? 'refused' : 'kept';
    }
    this.#core.settle(appended.done);
    if (appended.done) this.#listener.wrote(this.#log.head);
    this.#take(appended.news);
    return appended.done ? 'kept' : 'again';
  }

  /** Writes all that was held, in the place where the log was left. */
  async #comeBack(): Promise<void> {
    this.#returns = false;
    if (!this.#holding) return;
    const record = this.#core.take();
    let appended: Appended;
    try {
      appended = record
        ? await this.#log.append(record, 'strict', () => this.#core.fold())
        : { done: true, news: await this.#log.catchUp() };
    } catch (error) {
      // Before a newer store nothing would be sent any more; what only we have must be.
      const newer = error instanceof LogFailure && error.reason === 'newer';
      this.#giveUp(newer && record ? new LogFailure('overtaken') : error);
      if (this.#holding) this.#core.hold();
      else this.#core.settle(true);
      return;
    }
    this.#holding = false;
    this.#core.settle(true);
    if (!appended.done) {
      // What both tabs wrote cannot be put together here: ours has been answered and sent.
      this.#giveUp(new LogFailure('overtaken'));
      return;
    }
    this.#retryMs = kFirstRetryMs;
    this.#state = { state: 'durable' };
    this.#listener.storage(this.#state);
    this.#listener.wrote(this.#log.head);
    this.#take(appended.news);
  }

  #isNewer(): boolean {
    return this.#state.state === 'newer';
  }

  #take(news: News): void {
    if (news.length === 0) return;
    try {
      this.#give(news);
    } catch (error) {
      this.#giveUp(error);
    }
    this.#listener.overtaken();
    // What the core wants to send may be another thing now.
    this.#queue.push({ run: () => undefined });
  }

  #give(news: News): void {
    for (const record of news) this.#check(this.#core.give(record));
  }

  #check(error: CoreError | null): void {
    if (error) throw new LogFailure(error.code === 'store_too_new' ? 'newer' : 'broken');
  }

  /** From now on in memory, or (before a newer store) not writing at all. */
  #giveUp(error: unknown): void {
    if (!(error instanceof LogFailure)) throw error;
    this.#log.close();
    const before = this.#state;
    this.#state =
      error.reason === 'newer' ? { state: 'newer' } : { state: 'memory', reason: error.reason };
    this.#holding = error.reason !== 'newer' && this.#mayReturn(error.reason);
    if (this.#holding) this.#tryLater();
    if (before.state === 'memory' && this.#holding) return;
    this.#listener.storage(this.#state);
  }

  /** A full store may have room again; and one that worked may be only out of order for a moment. */
  #mayReturn(reason: StorageFailure): boolean {
    return reason === 'full' || (reason === 'refused' && this.#log.head > 0);
  }

  #tryLater(): void {
    setTimeout(() => {
      this.#returns = true;
      this.#drain();
    }, this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, kLastRetryMs);
  }

  async #writeScreen(): Promise<void> {
    const view = this.#screen as string;
    this.#screen = null;
    if (this.#state.state !== 'durable') return;
    try {
      await this.#log.keepScreen(view);
    } catch (error) {
      this.#giveUp(error);
    }
  }
}
