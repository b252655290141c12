/**
 * What the customer has sent and the core has not taken in yet, and the files that he has chosen and
 * not sent: kept on this device by the panel itself, so that a message is safe as soon as it is
 * written, also while the core is still on its way over a slow network, at work, or broken. It has a
 * database of its own beside the store's, for nobody must wait for the other.
 *
 * A message is kept under its own id, which it has in the history as well: handing it to the core
 * once more does nothing (`message.post`, `id`). So it is handed over whenever the panel opens and
 * finds it, and is forgotten when the core's own store has it.
 *
 * A file is kept once: when it is sent, the message names it, and it goes with the message.
 */

import { sendingName } from '../shared/page_store.ts';
import type { AttachedFile } from '../shared/protocol.ts';
import { blobOf, bytesOf, type StoredBlob } from '../shared/stored_blob.ts';

/** A file beside the text that is being written, or of a message. Its key tells when it was chosen. */
export interface HeldFile extends AttachedFile {
  key: string;
  /** What it was chosen for: an id, or `new`. */
  conversation: string;
  /** It is on the disk. */
  kept: boolean;
}

export interface Sent {
  id: string;
  text: string;
  files: HeldFile[];
  /** An id, or `new`. */
  conversation: string;
  /** Where one is to begin: as in `Pending`. */
  beside?: readonly string[];
  /** The site's proactive message that a conversation begun by it answers. */
  proactive?: string;
  /** The answer that the customer chose himself while he wrote. */
  answer?: string;
  at: number;
}

/** Messages in the order in which they were written, and files that were chosen and not sent. */
export interface Unsent {
  sent: Sent[];
  chosen: HeldFile[];
}

/** As they lie there. Older panels kept no message with files. */
interface FileRecord extends Omit<HeldFile, 'blob'> {
  blob: StoredBlob;
}
interface SentRecord extends Omit<Sent, 'files'> {
  /** Their keys. */
  files?: string[];
}

const kSent = 'sent';
const kFiles = 'files';
/** Older panels had no files. */
const kVersion = 2;

/** One panel's hold on it. Nothing rejects: what cannot be kept is not, and says so. */
export class Sending {
  readonly #name: string;
  #database: Promise<IDBDatabase | null> | null = null;
  #over = false;
  readonly #underWay = new Set<IDBTransaction>();

  constructor(store: string) {
    this.#name = sendingName(store);
  }

  /** Whether it has reached the disk. */
  keep({ files, ...one }: Sent): Promise<boolean> {
    const record: SentRecord = { ...one, files: files.map(({ key }) => key) };
    return this.#keep(files.filter(({ kept }) => !kept), (sent) => sent.put(record, one.id));
  }

  /** Whether it has reached the disk. */
  keepFile(file: HeldFile): Promise<boolean> {
    return this.#keep([file], () => undefined);
  }

  async forget(id: string): Promise<void> {
    await this.#write('relaxed', false, (sent, held) => {
      const request = sent.get(id) as IDBRequest<SentRecord | undefined>;
      request.onsuccess = () => {
        for (const key of request.result?.files ?? []) held.delete(key);
        sent.delete(id);
      };
    });
  }

  async forgetFiles(keys: readonly string[]): Promise<void> {
    await this.#write('relaxed', false, (_, held) => keys.forEach((key) => held.delete(key)));
  }

  /** All that was not forgotten. */
  async recall(): Promise<Unsent> {
    const database = await this.#open(false);
    return new Promise((resolve) => {
      const nothing = (): void => resolve({ sent: [], chosen: [] });
      try {
        const transaction = database?.transaction([kSent, kFiles]);
        if (!transaction) return nothing();
        const records = transaction.objectStore(kSent).getAll() as IDBRequest<SentRecord[]>;
        const files = transaction.objectStore(kFiles).getAll() as IDBRequest<FileRecord[]>;
        void this.#ended(transaction).then((whole) => {
          if (!whole) return nothing();
          const left = new Map(files.result.map((file) => [file.key, { ...file, blob: blobOf(file.blob), kept: true }]));
          const take = (key: string): HeldFile[] => {
            const file = left.get(key);
            left.delete(key);
            return file ? [file] : [];
          };
          const sent = records.result.map((one) => ({ ...one, files: (one.files ?? []).flatMap(take) }));
          resolve({ sent, chosen: [...left.values()] });
        });
      } catch {
        nothing();
      }
    });
  }

  /** Nothing is opened any more: whoever removes it would wait for us. */
  end(): void {
    this.#over = true;
    this.#close();
  }

  /** As `end`, and what is under way is undone at once. */
  abandon(): void {
    this.end();
    for (const transaction of this.#underWay) {
      try {
        transaction.abort();
      } catch {
        // It has just come to its end.
      }
    }
  }

  /** Settles with the transaction: whether it did what it was to do. Call in the turn that made it. */
  #ended(transaction: IDBTransaction): Promise<boolean> {
    this.#underWay.add(transaction);
    return new Promise<boolean>((resolve) => {
      transaction.oncomplete = () => resolve(true);
      transaction.onabort = () => resolve(false);
    }).finally(() => this.#underWay.delete(transaction));
  }

  #close(): void {
    void this.#database?.then((database) => database?.close());
    this.#database = null;
  }

  async #keep(files: readonly HeldFile[], more: (sent: IDBObjectStore) => void): Promise<boolean> {
    const write = (records: readonly FileRecord[]): Promise<boolean> => this.#write('strict', true, (sent, held) => {
      for (const record of records) held.put(record, record.key);
      more(sent);
    });
    if (await write(files)) return true;
    if (files.length === 0) return false;
    try {
      return await write(await Promise.all(files.map(async (file) => ({ ...file, blob: await bytesOf(file.blob) }))));
    } catch {
      return false; // the file is not there any more
    }
  }

  /** Whether what `work` has written is on the disk. */
  async #write(
    durability: IDBTransactionDurability, make: boolean,
    work: (sent: IDBObjectStore, files: IDBObjectStore) => void,
  ): Promise<boolean> {
    const database = await this.#open(make);
    try {
      const transaction = database?.transaction([kSent, kFiles], 'readwrite', { durability });
      if (!transaction) return false;
      const end = this.#ended(transaction);
      work(transaction.objectStore(kSent), transaction.objectStore(kFiles));
      return await end;
    } catch {
      this.#close(); // the browser has closed it, or cannot keep such a thing
      return false;
    }
  }

  /** Makes none where nothing is to be kept. */
  async #open(make: boolean): Promise<IDBDatabase | null> {
    if (this.#over) return null;
    const asked = this.#database;
    this.#database ??= new Promise((resolve) => {
      try {
        const request = indexedDB.open(this.#name, kVersion);
        request.onupgradeneeded = ({ oldVersion }) => {
          if (!make && oldVersion === 0) request.transaction?.abort();
          else if (oldVersion === 0) request.result.createObjectStore(kSent);
          if (make || oldVersion > 0) request.result.createObjectStore(kFiles);
        };
        request.onsuccess = () => {
          // Who wants to delete it need not wait.
          request.result.onversionchange = () => this.#close();
          request.result.onclose = () => (this.#database = null);
          resolve(request.result);
        };
        request.onerror = (event) => {
          event.preventDefault(); // Firefox would report it as the page's own
          resolve(null);
        };
      } catch {
        resolve(null);
      }
    });
    const database = await this.#database;
    if (!database) this.#database = null;
    // Who only looked made none.
    return !database && make && asked ? this.#open(make) : database;
  }
}
