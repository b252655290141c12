/**
 * The finder's module (wasm/finder.cpp says what its functions do), with its bytes and JSON read.
 */

import type { FinderSays } from '../shared/border.ts';

interface FinderExports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  finder_room(size: number): number;
  finder_load(size: number): number;
  finder_ask(size: number, limit: number): void;
  finder_suggest(size: number, limit: number): void;
  finder_answer(): number;
  finder_answer_size(): number;
}

/** The core's limit for a message is 16 KiB; of a longer question the finder reads no more. */
const kMaxQuestionBytes = 16 * 1024;

/** What a module without glue asks of its host. */
const kImports: WebAssembly.Imports = {
  env: { emscripten_notify_memory_growth: () => undefined },
  wasi_snapshot_preview1: {
    proc_exit: () => {
      throw new Error('the finder broke');
    },
  },
};

/** A site's answers, ready to be found. Throws when the module breaks: then it is of no use. */
export class Finder {
  readonly #exports: FinderExports;

  private constructor(exports: FinderExports) {
    this.#exports = exports;
  }

  /** Null for bytes that are no finder of this version. */
  static async load(module: WebAssembly.Module, bytes: Uint8Array): Promise<Finder | null> {
    const instance = await WebAssembly.instantiate(module, kImports);
    const exports = instance.exports as unknown as FinderExports;
    exports._initialize();
    const finder = new Finder(exports);
    return exports.finder_load(finder.#put(bytes)) === 1 ? finder : null;
  }

  ask(question: string, limit: number): FinderSays {
    this.#exports.finder_ask(this.#putText(question), limit);
    return this.#answer();
  }

  /** As `ask`, while it is being typed. */
  suggest(beginning: string, limit: number): FinderSays {
    this.#exports.finder_suggest(this.#putText(beginning), limit);
    return this.#answer();
  }

  #putText(text: string): number {
    return this.#put(new TextEncoder().encode(text).subarray(0, kMaxQuestionBytes));
  }

  #put(bytes: Uint8Array): number {
    const at = this.#exports.finder_room(bytes.length);
    // The memory may have grown, and then its buffer is another.
    new Uint8Array(this.#exports.memory.buffer, at, bytes.length).set(bytes);
    return bytes.length;
  }

  #answer(): FinderSays {
    const { memory, finder_answer: at, finder_answer_size: size } = this.#exports;
    return JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, at(), size()))) as FinderSays;
  }
}
