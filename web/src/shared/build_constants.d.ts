/**
 * What build.mjs fills in. All files named here lie in `/assets/`; a script there resolves them
 * against its own address.
 */

/** The worker's file name, for the panel: `worker-HASH.js`. */
declare const DESKBELL_WORKER: string;

/** The name of the script of what is seldom seen. */
declare const DESKBELL_LATER: string;

/** The files of the panel's words, by language; English is in the panel itself. */
declare const DESKBELL_LOCALES: Readonly<Record<string, string>>;

/** The core's file name, for the worker: `deskbell-HASH.wasm`. */
declare const DESKBELL_WASM: string;

/** The finder's file name, for the worker: `finder-HASH.wasm`. */
declare const DESKBELL_FINDER: string;

/** Paths of everything the panel needs offline, for the service worker: `/assets/…`. */
declare const DESKBELL_ASSETS: readonly string[];

/** What the loader says, in the language that it is built for. */
declare const DESKBELL_WORDS: { chat: string; failed: string; tryAgain: string };

/** Deskbell's version, as in CMakeLists.txt. */
declare const DESKBELL_VERSION: string;
