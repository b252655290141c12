/**
 * Keeps this site's finder: fetches it when the customer looks at the panel and the site has answers,
 * keeps it for when there is no network, and fetches it again when the book has changed.
 */

import { Finder } from './finder.ts';

/** The service worker clears caches whose names begin like its own. */
const kCache = 'finder';
/** A book that is being edited changes often: it is fetched when it has been quiet for so long. */
const kQuietMs = 3_000;
/** After a failure; what is kept serves meanwhile. */
const kRetryMs = 30_000;

async function kept(address: string): Promise<Response | undefined> {
  try {
    return await (await caches.open(kCache)).match(address);
  } catch {
    return undefined; // no storage here: it is fetched each time
  }
}

async function keep(address: string, response: Response): Promise<void> {
  try {
    await (await caches.open(kCache)).put(address, response);
  } catch {
    // As above.
  }
}

export class FinderKeeper {
  readonly #address: string;
  readonly #module: () => Promise<WebAssembly.Module>;
  #finder: Finder | null = null;
  #etag = '';
  #wanted = false;
  #busy = false;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasCome = (): void => undefined;
  /** Ends when it is there, or cannot be had soon. */
  readonly came = new Promise<void>((resolve) => { this.#hasCome = resolve; });

  /** `address`: the finder's at the hub; `module`: fetched when there is something to find. */
  constructor(address: string, module: () => Promise<WebAssembly.Module>) {
    this.#address = address;
    this.#module = module;
  }

  /** Null until it is there. */
  get finder(): Finder | null {
    return this.#finder;
  }

  /** Somebody is going to ask. */
  want(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#bring().then(() => this.#hasCome());
  }

  /** The book has changed, or the network is there again. */
  look(afterMs = kQuietMs): void {
    if (!this.#wanted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#bring(), afterMs);
  }

  /** What broke once is not asked again. */
  drop(): void {
    this.#finder = null;
    this.#wanted = false;
    clearTimeout(this.#timer);
  }

  async #bring(): Promise<void> {
    this.#again ||= this.#busy;
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    try {
      if (!this.#finder) await this.#useKept();
      await this.#fetch();
    } catch {
      this.look(kRetryMs);
    }
    this.#busy = false;
    if (this.#again) this.look();
    this.#again = false;
  }

  async #useKept(): Promise<void> {
    const response = await kept(this.#address);
    if (response) await this.#use(response);
  }

  async #fetch(): Promise<void> {
    const headers: HeadersInit = this.#etag ? { 'If-None-Match': this.#etag } : {};
    const response = await fetch(this.#address, {
      headers, credentials: 'omit', cache: 'no-store', redirect: 'error',
    });
    if (response.status === 304) return;
    if (response.status === 204) {
      this.#finder = null;
      this.#etag = '';
      return;
    }
    if (!response.ok) throw new Error(`the finder: ${response.status}`);
    const copy = response.clone();
    await this.#use(response);
    await keep(this.#address, copy);
  }

  async #use(response: Response): Promise<void> {
    const bytes = new Uint8Array(await response.arrayBuffer());
    const finder = await Finder.load(await this.#module(), bytes);
    if (!finder) return; // of another version; the hub's own replaces it
    this.#finder = finder;
    this.#etag = response.headers.get('ETag') ?? '';
    this.#hasCome();
  }
}
