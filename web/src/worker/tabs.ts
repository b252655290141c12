/**
 * What the tabs of one site tell each other. Nothing here has to arrive or to exclude anybody: the
 * page log alone decides, all this saves time and traffic.
 */

/** How long to wait for another tab that does the same just now. */
const kTurnMs = 2_000;

/** A line to the other tabs that carries the log's head, as a hint to look. */
export class Tabs {
  readonly #name: string;
  readonly #onHint: (head: number) => void;
  #channel: BroadcastChannel | null = null;

  constructor(name: string, onHint: (head: number) => void) {
    this.#name = name;
    this.#onHint = onHint;
  }

  open(): void {
    if (this.#channel || typeof BroadcastChannel === 'undefined') return;
    try {
      this.#channel = new BroadcastChannel(this.#name);
    } catch {
      return; // Firefox gives none where it gives no storage: there is nothing to hint at
    }
    this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'number') this.#onHint(data);
    };
  }

  /** An open channel would keep the page out of the back/forward cache. */
  close(): void {
    this.#channel?.close();
    this.#channel = null;
  }

  hint(head: number): void {
    this.#channel?.postMessage(head);
  }
}

/**
 * Runs `run`, alone if that can be had: when another tab holds the lock, it waits a moment for it
 * and then goes ahead all the same.
 */
export async function inTurn<T>(
  name: string, signal: AbortSignal, run: () => Promise<T>,
): Promise<T> {
  if (typeof navigator.locks === 'undefined') return run();
  const deadline = Date.now() + kTurnMs;
  for (;;) {
    let running: Promise<T> | null = null;
    try {
      await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
        if (lock) await (running = run());
      });
    } catch (error) {
      // Where there is no storage there are no locks, either. What `run` throws is the caller's.
      if (!running) return run();
      throw error;
    }
    if (running) return running;
    signal.throwIfAborted();
    if (Date.now() >= deadline) return run();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
