/** Emscripten's glue around the core; build.mjs puts the built file in its place. */
declare module 'deskbell-core' {
  import type { CoreModule } from './core.ts';

  /** Loads and starts the module; rejects when it cannot be fetched or compiled. */
  export default function makeCore(options: {
    locateFile?: (name: string) => string;
    wasmBinary?: Uint8Array;
    printErr?: (line: string) => void;
  }): Promise<CoreModule>;
}
