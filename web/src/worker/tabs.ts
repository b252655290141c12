/**
 * What the tabs of one site tell each other. Nothing here has to arrive or to exclude anybody: the
 * page log alone decides, all this saves time and traffic.
 *
 * No Web Lock, however short: a page whose worker holds one while it is left loses its place in
 * Firefox's back/forward cache.
 */

/** How long to wait for another tab that does the same just now; it may have died over it. */
const kTurnMs = 2_000;

/** How often to look whether it is done. */
const kLookMs = 100;

/** The head's number is a hint to look; the others say what is done in turn. */
type Word = number | 'begin' | 'end';

/** A line to the other tabs: hints that something was written, and who does what just now. */
export class Tabs {
  readonly #name: string;
  readonly #onHint: (head: number) => void;
  #channel: BroadcastChannel | null = null;
  /** When another tab began with what is done in turn; 0 when none is at it. */
  #busySince = 0;

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
      else if (data === 'begin') this.#busySince = Date.now();
      else if (data === 'end') this.#busySince = 0;
    };
  }

  /** An open channel would keep the page out of the back/forward cache. */
  close(): void {
    this.#channel?.close();
    this.#channel = null;
    this.#busySince = 0;
  }

  hint(head: number): void {
    this.#say(head);
  }

  /**
   * Runs `run` when no other tab says that it does the same; when one goes on for long, it is not
   * waited for any more. Two that begin at the same time both go ahead.
   */
  async inTurn<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + kTurnMs;
    while (Date.now() < deadline && Date.now() - this.#busySince < kTurnMs) {
      await new Promise((resolve) => setTimeout(resolve, kLookMs));
      signal.throwIfAborted();
    }
    this.#say('begin');
    try {
      return await run();
    } finally {
      this.#say('end');
    }
  }

  #say(word: Word): void {
    this.#channel?.postMessage(word);
  }
}
