/**
 * The bytes of files on this device, by their SHA-256: of what is still to be sent, and the latest of
 * what was sent or looked at. They lie in a database of their own beside the page log, whose records
 * are to stay small; it begins with the store's name, so that it goes with it (panel/stored.ts).
 *
 * A file is one Blob, made of bytes that were read: not the customer's File, which may change or
 * disappear. All three engines keep a Blob's bytes outside the record, in a file of their own; in a
 * private window WebKit keeps none, and is given the bytes.
 * Where the browser gives no storage, files are held in memory, as everything else is then.
 */

import { pageStoreName } from '../shared/page_store.ts';
import { blobOf, bytesOf, type StoredBlob } from '../shared/stored_blob.ts';
import { within } from './patience.ts';

/** What is not needed any more is kept up to so many bytes; the oldest go first. */
const kCacheBytes = 32 * 1024 * 1024;

/** What was kept just now may be of a message that another tab is about to write. */
const kFreshMs = 60_000;

/** A healthy disk takes a file in this time. */
const kPatienceMs = 30_000;

/** The browser has no room for it. */
export class NoRoom extends Error {}

interface Kept {
  blob: StoredBlob;
  size: number;
  /** When it was kept, by this device's clock. */
  at: number;
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException('', 'AbortError'));
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

export class FileStore {
  readonly #name: string;
  readonly #memory = new Map<string, Blob>();
  #database: Promise<IDBDatabase> | null = null;

  constructor(store: string) {
    this.#name = `${pageStoreName(store)}/files`;
  }

  /** Resolves when it is on the disk, or where there is none, in memory. Rejects with NoRoom. */
  async keep(id: string, blob: Blob): Promise<void> {
    let database: IDBDatabase;
    try {
      database = await this.#open();
    } catch {
      this.#memory.set(id, blob);
      return;
    }
    try {
      await this.#put(database, id, blob, blob).catch(async (error: unknown) => {
        if (nameOf(error) !== 'UnknownError') throw error;
        await this.#put(database, id, blob, await bytesOf(blob));
      });
    } catch (error) {
      throw new NoRoom(`the browser does not keep the file: ${nameOf(error)}`);
    }
  }

  /** Null when this device does not have it. */
  async read(id: string): Promise<Blob | null> {
    const held = this.#memory.get(id);
    if (held) return held;
    try {
      const files = (await this.#open()).transaction('files').objectStore('files');
      const kept = (await resultOf(files.get(id))) as Kept | undefined;
      return kept ? blobOf(kept.blob) : null;
    } catch {
      return null;
    }
  }

  /** Drops what is neither needed nor among the latest. */
  async tidy(needed: ReadonlySet<string>): Promise<void> {
    for (const id of this.#memory.keys()) if (!needed.has(id)) this.#memory.delete(id);
    const transaction = (await this.#open()).transaction('files', 'readwrite');
    const end = ended(transaction);
    const old: { id: string; at: number; size: number }[] = [];
    const cursor = transaction.objectStore('files').openCursor();
    cursor.onsuccess = () => {
      const found = cursor.result;
      if (found) {
        const { size, at } = found.value as Kept;
        if (!needed.has(found.key as string) && Date.now() - at > kFreshMs) {
          old.push({ id: found.key as string, at, size });
        }
        found.continue();
        return;
      }
      let bytes = 0;
      for (const { id, size } of old.sort((left, right) => right.at - left.at)) {
        bytes += size;
        if (bytes > kCacheBytes) transaction.objectStore('files').delete(id);
      }
    };
    await end;
  }

  /** Lets go of the database, so that it can be deleted. */
  close(): void {
    void this.#database?.then((database) => database.close(), () => undefined);
    this.#database = null;
  }

  async #put(database: IDBDatabase, id: string, { size }: Blob, blob: StoredBlob): Promise<void> {
    const transaction = database.transaction('files', 'readwrite', { durability: 'strict' });
    const end = ended(transaction);
    transaction.objectStore('files').put({ blob, size, at: Date.now() } satisfies Kept, id);
    await within(kPatienceMs, end);
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= within(kPatienceMs, this.#begin()).catch((error: unknown) => {
      this.#database = null;
      throw error;
    });
    return this.#database;
  }

  async #begin(): Promise<IDBDatabase> {
    const opening = indexedDB.open(this.#name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('files');
    const database = await resultOf(opening);
    const leave = () => {
      database.close();
      this.#database = null;
    };
    database.onclose = leave;
    database.onversionchange = leave;
    return database;
  }
}
