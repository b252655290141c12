/**
 * The store's log in IndexedDB: batches of pages, appended by compare-and-append.
 *
 * Every batch has a position: 1, 2, 3, … An append is `add(record, head + 1)`; if another tab was
 * first, the key is there already, IndexedDB refuses with a ConstraintError, and this tab reads
 * what the other wrote. So all tabs agree on one history without a leader.
 *
 * Object stores:
 * - `log`: key [position, piece], values below 64 KB (browsers keep larger ones in files of their
 *   own); the pieces of a batch are written in one transaction.
 * - `chunks`: key [base, index], the whole file as it was after the batch `base`. Every 64th append
 *   writes them anew in its own transaction, and drops batches that are older still, so that the
 *   log does not grow. The last 64 stay, for tabs that lag behind.
 * - `meta`: one value: which store this is, `base`, and `gone`, the last position that was dropped.
 * - `screen`: the last view of the panel, which the panel reads itself and paints before anything
 *   else is there.
 *
 * Where batches were dropped, an old tab's `add` would succeed. Two things keep that from doing
 * harm. An append reads `meta` in its own transaction: at or below `gone` it does not count (nobody
 * reads there) and the tab starts from the chunks. And an append that folds, which would put
 * ancient chunks in the place of new ones, always meets a key: positions divisible by 64 are
 * emptied, never deleted.
 *
 * What browsers want: all requests of a transaction in one turn, and one read-write transaction at a
 * time (else WebKit can leave the reads of the next page hanging); the conflict read from the request
 * (Firefox does not put it on the transaction). `commit()` in Chromium alone. After it, Firefox lets a
 * conflict abort only if the last request met it, and all others are written (153; the standard has
 * it abort); so the request that compares is the last one, too. And WebKit takes a transaction that
 * was told to commit for one that ends by itself: where its worker is ended first it never does, and
 * holds up the store until the browser is closed (2.50).
 */

import { kIsChromium, kPageStoreVersion, kScreenKey, kScreenStore, pageStoreName } from '../shared/page_store.ts';
import type { StorageFailure } from '../shared/protocol.ts';
import { TimeOut, within } from './patience.ts';

export type Durability = 'relaxed' | 'strict';

/** Why the log cannot be used any more. */
export class LogFailure extends Error {
  constructor(readonly reason: StorageFailure | 'newer') {
    super(`the page log failed: ${reason}`);
  }
}

/** Records to be given to the core, in order; they lead to where the log's head is. */
export type News = Uint8Array[];

export interface Appended {
  /** Whether our record is in the log. If not, the news came first. */
  done: boolean;
  news: News;
}

interface Meta {
  /** Made with the store: another id means that ours was deleted. */
  id: string;
  base: number;
  gone: number;
}

const kFoldEvery = 64;
const kPieceBytes = 60_000;

/** A healthy disk answers within milliseconds; one that takes longer than this never does. */
const kPatienceMs = 5_000;

function failureFrom(error: unknown): LogFailure {
  if (error instanceof LogFailure) return error;
  if (error instanceof TimeOut) return new LogFailure('stuck');
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'VersionError') return new LogFailure('newer');
  if (name === 'QuotaExceededError') return new LogFailure('full');
  if (name === 'DataError' || name === 'NotFoundError') return new LogFailure('broken');
  return new LogFailure('refused');
}

/** All requests are made. Only Chromium is told: see above. */
function commit(transaction: IDBTransaction): void {
  if (kIsChromium) transaction.commit?.();
}

/** Settles with the transaction. Call in the turn that made it. */
function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () =>
      reject(transaction.error ?? new DOMException('the transaction was aborted', 'AbortError'));
  });
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function pieces(record: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < record.length; at += kPieceBytes) {
    parts.push(record.slice(at, at + kPieceBytes));
  }
  return parts;
}

function joined(parts: Uint8Array[]): Uint8Array {
  const only = parts[0];
  if (only && parts.length === 1) return only;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function newStoreId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(16)).join('');
}

function makeStores(database: IDBDatabase): void {
  for (const name of ['log', 'chunks', 'meta', kScreenStore]) database.createObjectStore(name);
}

/** Puts the pieces of batches together; the positions must follow `after` without a gap. */
function batchesFrom(keys: IDBValidKey[], values: Uint8Array[], after: number): News {
  const batches: Uint8Array[][] = [];
  keys.forEach((key, index) => {
    const [position, piece] = key as [number, number];
    const value = values[index];
    const batch = piece === 0 ? (batches[batches.push([]) - 1] as Uint8Array[]) : batches.at(-1);
    if (!value || batch?.length !== piece || position !== after + batches.length) {
      throw new LogFailure('broken');
    }
    batch.push(value);
  });
  return batches.map(joined);
}

/**
 * One tab's hold on the log. Its calls are made one after the other. Each rejects with a
 * LogFailure alone, and only after the store was closed, opened and tried once more.
 */
export class PageLog {
  readonly #name: string;
  #database: IDBDatabase | null = null;
  /** The connection was closed by the browser or for another tab; operations under way go on. */
  #stale = false;
  #storeId: string | null = null;
  #head = 0;
  #attempt = 0;

  /**
   * Called when the store may not be ours any more: it was deleted, or a newer version changes its
   * form. The next call tells which.
   */
  onStale: () => void = () => undefined;

  constructor(site: string) {
    this.#name = pageStoreName(site);
  }

  /** Position of the last batch that this tab knows of. */
  get head(): number {
    return this.#head;
  }

  /** All that was written behind `head`; for a new tab, the whole store. */
  catchUp(): Promise<News> {
    return this.#twice((database) => this.#read(database));
  }

  /**
   * Appends a record behind the head. `fold` makes the whole file's records; it is called only
   * when they are due. All bytes must have buffers of their own: IndexedDB stores whole buffers.
   */
  async append(
    record: Uint8Array, durability: Durability, fold: () => Uint8Array[],
  ): Promise<Appended> {
    let again = false;
    return this.#twice(async (database) => {
      // After a failure nobody knows whether the record was written: look first.
      const appended = !again && (await this.#add(database, record, durability, fold));
      again = true;
      if (appended) return { done: true, news: [] };
      return this.#afterConflict(database, record, durability, fold);
    });
  }

  /** Keeps a view of the panel, to be painted first when it is opened next. */
  keepScreen(view: string): Promise<void> {
    return this.#twice((database) => {
      const transaction = database.transaction(kScreenStore, 'readwrite', { durability: 'relaxed' });
      transaction.objectStore(kScreenStore).put(view, kScreenKey);
      commit(transaction);
      return ended(transaction);
    });
  }

  close(): void {
    ++this.#attempt;
    this.#database?.close();
    this.#database = null;
  }

  /** Reads what is behind the head; our own record may be the first of it. */
  async #afterConflict(
    database: IDBDatabase, record: Uint8Array, durability: Durability, fold: () => Uint8Array[],
  ): Promise<Appended> {
    const news = await this.#read(database);
    const first = news[0];
    if (first && equal(first, record)) return { done: true, news: news.slice(1) };
    if (first) return { done: false, news };
    if (await this.#add(database, record, durability, fold)) return { done: true, news: [] };
    return { done: false, news: await this.#read(database) };
  }

  /** False when the place is taken, or lies where nobody reads any more. */
  async #add(
    database: IDBDatabase, record: Uint8Array, durability: Durability, fold: () => Uint8Array[],
  ): Promise<boolean> {
    const position = this.#head + 1;
    const chunks = position % kFoldEvery === 0 ? fold() : null;
    let taken = false;
    const transaction = database.transaction(['log', 'chunks', 'meta'], 'readwrite', { durability });
    const end = ended(transaction);
    let fence: IDBRequest<Meta | undefined>;
    try {
      fence = transaction.objectStore('meta').get('store');
      if (chunks) this.#fold(transaction, position, chunks);
      const log = transaction.objectStore('log');
      for (const [index, piece] of [...pieces(record).entries()].reverse()) {
        const request = log.add(piece, [position, index]);
        request.onerror = () => {
          if (request.error?.name === 'ConstraintError') taken = true;
        };
      }
    } catch (error) {
      // Or half of it would be written.
      end.catch(() => undefined);
      transaction.abort();
      throw error;
    }
    commit(transaction);
    try {
      await end;
    } catch (error) {
      if (taken) return false;
      throw error;
    }
    // No browser may write on after a conflict: the store would be torn.
    if (taken) throw new LogFailure('broken');
    const meta = this.#checked(database, fence.result);
    if (meta.gone >= position) {
      await this.#remove(database, position);
      return false;
    }
    this.#head = position;
    return true;
  }

  /** A batch that went to where nobody reads; positions that must stay are never written again. */
  #remove(database: IDBDatabase, position: number): Promise<void> {
    const transaction = database.transaction('log', 'readwrite', { durability: 'relaxed' });
    const end = ended(transaction);
    transaction.objectStore('log').delete(IDBKeyRange.bound([position], [position + 1], false, true));
    commit(transaction);
    return end;
  }

  #fold(transaction: IDBTransaction, position: number, chunks: Uint8Array[]): void {
    const store = transaction.objectStore('chunks');
    store.clear();
    chunks.forEach((chunk, index) => store.add(chunk, [position, index]));
    const gone = position - kFoldEvery;
    const meta: Meta = { id: this.#storeId as string, base: position, gone };
    transaction.objectStore('meta').put(meta, 'store');
    if (gone === 0) return;
    const log = transaction.objectStore('log');
    const previous = gone - kFoldEvery;
    log.delete(IDBKeyRange.bound([previous + 1], [gone], false, true));
    log.delete(IDBKeyRange.bound([gone, 1], [gone + 1], false, true));
    log.put(new Uint8Array(0), [gone, 0]);
  }

  async #read(database: IDBDatabase): Promise<News> {
    const transaction = database.transaction(['log', 'chunks', 'meta']);
    const meta = await resultOf(transaction.objectStore('meta').get('store'));
    const { base, gone } = this.#checked(database, meta);
    const anew = this.#head < gone || this.#head === 0;
    const after = anew ? base : this.#head;
    const log = transaction.objectStore('log');
    const range = IDBKeyRange.lowerBound([after + 1]);
    const [chunks, keys, values] = await Promise.all([
      anew ? resultOf(transaction.objectStore('chunks').getAll()) : [],
      resultOf(log.getAllKeys(range)),
      resultOf(log.getAll(range)),
    ]);
    if (anew && base > 0 && chunks.length === 0) throw new LogFailure('broken');
    const batches = batchesFrom(keys, values as Uint8Array[], after);
    this.#checked(database, meta);
    this.#head = after + batches.length;
    return [...(chunks as Uint8Array[]), ...batches];
  }

  /** Nothing that was given up, or that belongs to another store, may move the head. */
  #checked(database: IDBDatabase, meta: Meta | undefined): Meta {
    if (this.#database !== database) throw new DOMException('it was given up', 'AbortError');
    if (!meta) throw new LogFailure('broken');
    this.#storeId ??= meta.id;
    if (meta.id !== this.#storeId) throw new LogFailure('evicted');
    return meta;
  }

  async #twice<T>(operate: (database: IDBDatabase) => Promise<T>): Promise<T> {
    const once = () => within(kPatienceMs, this.#open().then(operate));
    try {
      return await once();
    } catch (error) {
      this.close();
      if (error instanceof LogFailure) throw error;
    }
    try {
      return await once();
    } catch (error) {
      this.close();
      throw failureFrom(error);
    }
  }

  async #open(): Promise<IDBDatabase> {
    if (this.#database && !this.#stale) return this.#database;
    const attempt = ++this.#attempt;
    const request = indexedDB.open(this.#name, kPageStoreVersion);
    // A store that could not be made fails to open with an AbortError, whatever the reason was.
    let reason: DOMException | null = null;
    request.onupgradeneeded = () => {
      const upgrade = request.transaction as IDBTransaction;
      upgrade.onabort = () => (reason = upgrade.error);
      makeStores(request.result);
      const meta: Meta = { id: newStoreId(), base: 0, gone: 0 };
      upgrade.objectStore('meta').put(meta, 'store');
    };
    const database = await resultOf(request).catch((error: unknown) => {
      throw reason ?? error;
    });
    if (attempt !== this.#attempt) {
      database.close();
      throw new DOMException('it was given up', 'AbortError');
    }
    // The browser closed it (storage was cleared), or a newer version wants to change its form.
    // The next call opens it again and sees what became of it. What is under way comes to its end,
    // and counts: it has been written.
    const leave = () => {
      database.close();
      if (this.#database !== database) return;
      this.#stale = true;
      this.onStale();
    };
    database.onclose = leave;
    database.onversionchange = leave;
    this.#database = database;
    this.#stale = false;
    // Before anything is written: it may be a new store where ours was.
    const meta = database.transaction('meta').objectStore('meta').get('store');
    this.#checked(database, (await resultOf(meta)) as Meta | undefined);
    return database;
  }
}
