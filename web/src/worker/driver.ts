/**
 * Turns the core's wishes into I/O: requests with fetch, and waking up. It holds no rule; every
 * outcome goes back to the core as an input.
 */

import type { Effects, HubRequest, Input } from '../shared/border.ts';
import type { Tabs } from './tabs.ts';

export interface DriverListener {
  /** Resolves when the core has taken it in: what arrives faster waits in the network. */
  input(input: Input): Promise<void>;
  /** A piece of an attachment, to be sent; null when this device does not have it any more. */
  piece(attachment: string, offset: number, length: number): Promise<Blob | null>;
  /** The time that the core asked for has come. */
  wake(): void;
}

/** More than any page of the hub's: something else answers in its place. */
const kMaxBodyBytes = 8 * 1024 * 1024;

/** Longest delay that setTimeout takes. */
const kMaxDelayMs = 2 ** 31 - 1;

/** More than any hub means; the core bounds it much tighter. */
const kMaxRetryAfterMs = 24 * 60 * 60 * 1000;

/**
 * `Retry-After`, in seconds or as a date. The date counts from the answer's own `Date`: the hub's
 * clock and ours may differ.
 */
function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('Retry-After')?.trim();
  if (!value) return undefined;
  const ms = /^\d+$/.test(value)
    ? Number(value) * 1000
    : Date.parse(value) - Date.parse(headers.get('Date') ?? '');
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), kMaxRetryAfterMs);
}

function headersFor(request: HubRequest): Headers {
  const headers = new Headers({ Accept: request.stream ? 'text/event-stream' : 'application/json' });
  if (request.token) headers.set('Authorization', `Bearer ${request.token}`);
  if (request.body) headers.set('Content-Type', 'application/json');
  for (const [name, value] of Object.entries(request.fields)) headers.set(name, value);
  return headers;
}

/**
 * Hands over the body's text as it arrives, piece by piece as it is taken; false when it is longer
 * than `limit` bytes, which are counted as they are after unpacking.
 */
async function readText(
  response: Response, limit: number, take: (text: string) => void | Promise<void>,
): Promise<boolean> {
  const reader = response.body?.getReader();
  if (!reader) return true;
  const decoder = new TextDecoder();
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    bytes += value?.length ?? 0;
    if (bytes > limit) {
      await reader.cancel();
      return false;
    }
    const text = decoder.decode(value, { stream: !done });
    if (text) await take(text);
    if (done) return true;
  }
}

export class Driver {
  readonly #base: string;
  readonly #tabs: Tabs;
  readonly #listener: DriverListener;
  readonly #flights = new Map<number, AbortController>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `base`: the hub's origin. `tabs`: those of the same store, which take turns. */
  constructor(base: string, tabs: Tabs, listener: DriverListener) {
    this.#base = base;
    this.#tabs = tabs;
    this.#listener = listener;
  }

  carryOut(effects: Effects): void {
    for (const id of effects.cancelled) this.#cancel(id);
    for (const request of effects.requests) void this.#make(request);
    clearTimeout(this.#timer);
    if (effects.wake_at === null) return;
    const delay = Math.min(Math.max(0, effects.wake_at - Date.now()), kMaxDelayMs);
    this.#timer = setTimeout(() => this.#listener.wake(), delay);
  }

  /** Ends everything at once, without telling the core: it is told to stop as well. */
  cancelAll(): void {
    clearTimeout(this.#timer);
    for (const id of [...this.#flights.keys()]) this.#cancel(id);
  }

  #cancel(id: number): void {
    this.#flights.get(id)?.abort();
    this.#flights.delete(id);
  }

  async #make(request: HubRequest): Promise<void> {
    const control = new AbortController();
    this.#flights.set(request.id, control);
    // What was cancelled is not wanted any more, whatever comes of it.
    const tell = async (input: Input) => {
      if (this.#flights.get(request.id) === control) await this.#listener.input(input);
    };
    const timer = setTimeout(() => control.abort(), request.timeout_ms);
    let goesOn = false;
    try {
      // Two tabs that push the same do no harm, only work for nothing.
      const pushes = request.method === 'POST' && !request.path.includes('/uploads');
      const fetched = () => this.#fetch(request, control.signal, () => clearTimeout(timer), tell);
      goesOn = await (pushes ? this.#tabs.inTurn(control.signal, fetched) : fetched());
    } catch {
      goesOn = true;
    }
    clearTimeout(timer);
    // It broke off, or it was a stream, which ends so.
    if (goesOn) void tell({ failure: { request: request.id } });
    if (this.#flights.get(request.id) === control) this.#flights.delete(request.id);
  }

  /** True when the request is not over for the core: a stream that ended. */
  async #fetch(
    request: HubRequest, signal: AbortSignal, onHead: () => void,
    tell: (input: Input) => Promise<void>,
  ): Promise<boolean> {
    const { upload } = request;
    const piece = upload
      ? await this.#listener.piece(upload.attachment, upload.offset, upload.length)
      : null;
    if (upload && !piece) {
      void tell({ failure: { request: request.id, gone: true } });
      return false;
    }
    const response = await fetch(this.#base + request.path, {
      method: request.method,
      headers: headersFor(request),
      body: piece ?? (request.body || null),
      signal,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    const wait = retryAfterMs(response.headers);
    const head = {
      request: request.id,
      status: response.status,
      content_type: response.headers.get('Content-Type') ?? '',
      ...(wait === undefined ? {} : { retry_after_ms: wait }),
      upload_offset: response.headers.get('Upload-Offset') ?? '',
      upload_complete: response.headers.get('Upload-Complete') ?? '',
    };
    if (request.stream && response.ok) {
      onHead();
      await tell({ response: { ...head, body: '' } });
      await readText(response, Infinity, (text) => tell({ chunk: { request: request.id, text } }));
      return true;
    }
    let body = '';
    if (!(await readText(response, kMaxBodyBytes, (text) => void (body += text)))) {
      throw new Error('the answer is too long');
    }
    void tell({ response: { ...head, body } });
    return false;
  }
}
