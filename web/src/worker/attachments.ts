/** The worker's part in messages with files: keeps their bytes, and fetches those of others. */

import type { Answer, Attachment, Command, CommandName, CoreError } from '../shared/border.ts';
import { kMaxFileBytes, kMaxFiles, type AttachedFile, type FilePost } from '../shared/protocol.ts';
import { type FileStore, NoRoom } from './file_store.ts';

const kMaxNameBytes = 255;
const kMaxTypeBytes = 127;
const kFetchMs = 120_000;

/** What is needed of the device. */
export interface AttachmentDevice {
  /** The message with what the site's robot is to know of it. */
  heard(command: Command<'message.post'>): Promise<Command<'message.post'>>;
  /** Resolves when what the command wrote is durable. */
  ask<Name extends CommandName>(command: Command<Name>): Promise<Answer<Name>>;
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What a file may be called: no path, no controls, at most 255 bytes. */
function fileName(name: string): string {
  // eslint-disable-next-line no-control-regex
  let clean = name.replace(/[\u0000-\u001f\u007f/\\]/g, '_');
  while (new TextEncoder().encode(clean).length > kMaxNameBytes) {
    // From the middle, so that the ending stays.
    const letters = [...clean];
    letters.splice(Math.max(0, letters.length - 16), 1);
    clean = letters.join('');
  }
  return /^\.{0,2}$/.test(clean) ? 'file' : clean;
}

function mediaType(type: string): string {
  const plain = (type.split(';')[0] ?? '').trim().toLowerCase();
  const known = plain.length <= kMaxTypeBytes && /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(plain);
  return known ? plain : 'application/octet-stream';
}

function failure(code: CoreError['code'], message: string): { error: CoreError } {
  return { error: { code, message } };
}

const kTooLarge = `A message takes up to ${kMaxFiles} files of up to ${kMaxFileBytes / 1024 / 1024} MB each.`;

export class Attachments {
  readonly #device: AttachmentDevice;
  readonly #store: FileStore;
  readonly #base: string;
  readonly #fetches = new Map<string, Promise<{ blob: Blob } | { error: CoreError }>>();
  #tidying = false;

  /** `base`: the hub's origin. */
  constructor(device: AttachmentDevice, store: FileStore, base: string) {
    this.#device = device;
    this.#store = store;
    this.#base = base;
  }

  /** Keeps the files, then posts the message; when either fails, there is no message. */
  async post({ files, ...message }: FilePost): Promise<Answer<'message.post'>> {
    if (files.length > kMaxFiles || files.some(({ blob }) => blob.size > kMaxFileBytes)) {
      return failure('too_large', kTooLarge);
    }
    if (files.length > 0 && !globalThis.crypto?.subtle) {
      return failure('invalid_command', 'Files can be sent from pages with a secure connection only.');
    }
    try {
      const attachments: Attachment[] = [];
      for (const file of files) attachments.push(await this.#keep(file));
      return await this.#device.ask(await this.#device.heard({
        command: 'message.post', ...message, attachments,
      }));
    } catch (error) {
      if (error instanceof NoRoom) {
        return failure('storage_full', 'This browser has no room for the file; nothing was sent.');
      }
      return failure('invalid_command', 'The file cannot be read; attach it again.');
    }
  }

  async #keep({ blob, name, width = 0, height = 0 }: AttachedFile): Promise<Attachment> {
    const bytes = await blob.arrayBuffer();
    const id = await sha256(bytes);
    await this.#store.keep(id, new Blob([bytes]));
    const pixels = (count: number) => Math.min(1_000_000, Math.max(0, Math.round(count)));
    return {
      id, name: fileName(name), type: mediaType(blob.type), size: bytes.byteLength,
      width: pixels(width), height: pixels(height),
    };
  }

  /** A file that is to be sent; null when this device does not have it any more. */
  kept(id: string): Promise<Blob | null> {
    return this.#store.read(id);
  }

  /** A piece of it. */
  async piece(id: string, offset: number, length: number): Promise<Blob | null> {
    const blob = await this.kept(id);
    return blob && blob.size >= offset + length ? blob.slice(offset, offset + length) : null;
  }

  /** The file of a message, from here or from the hub. */
  file(id: string, message: string): Promise<{ blob: Blob } | { error: CoreError }> {
    let fetching = this.#fetches.get(id);
    if (!fetching) {
      fetching = this.#have(id, message).finally(() => this.#fetches.delete(id));
      this.#fetches.set(id, fetching);
    }
    return fetching;
  }

  async #have(id: string, message: string): Promise<{ blob: Blob } | { error: CoreError }> {
    const kept = await this.#store.read(id);
    if (kept) return { blob: kept };
    const source = await this.#device.ask({ command: 'attachment.source', id, message });
    if (source.error) return source;
    if (!source.result.token) return failure('network_failed', 'The file is at the hub, which is out of reach.');
    try {
      return await this.#fetch(id, source.result.path, source.result.token);
    } catch {
      return failure('network_failed', 'The file could not be fetched; try again.');
    }
  }

  async #fetch(
    id: string, path: string, token: string,
  ): Promise<{ blob: Blob } | { error: CoreError }> {
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), kFetchMs);
    try {
      const response = await fetch(this.#base + path, {
        headers: { Authorization: `Bearer ${token}` }, signal: control.signal,
        cache: 'no-store', credentials: 'omit', redirect: 'error',
      });
      if (!response.ok) {
        const problem = (await response.json()) as { type?: string; detail?: string };
        const code = /^\/problems\/(\w+)$/.exec(problem.type ?? '')?.[1] ?? 'network_failed';
        return failure(code as CoreError['code'], problem.detail ?? '');
      }
      const bytes = await response.arrayBuffer();
      if ((await sha256(bytes)) !== id) throw new Error('other bytes');
      const blob = new Blob([bytes], { type: 'application/octet-stream' });
      // To have it again without a network. Where there is no room, it is fetched again.
      await this.#store.keep(id, blob).catch(() => undefined);
      return { blob };
    } finally {
      clearTimeout(timer);
    }
  }

  /** What was sent is needed no more. Call it when the outbox has changed. */
  async tidy(): Promise<void> {
    if (this.#tidying) return;
    this.#tidying = true;
    try {
      const needed = await this.#device.ask({ command: 'attachments.needed' });
      if (needed.result) await this.#store.tidy(new Set(needed.result.ids));
    } catch {
      // Another time.
    } finally {
      this.#tidying = false;
    }
  }

  /** Lets go of the store, so that it can be removed. */
  close(): void {
    this.#store.close();
  }
}
