/**
 * Builds the widget: `node web/build.mjs [--wasm-dir DIR] [--out DIR] [--generate]`.
 *
 *   web/src/loader/main.ts          -> deskbell.js (what a site embeds)
 *   web/src/panel/main.tsx, .css    -> assets/panel-HASH.js, assets/panel-HASH.css
 *   web/src/panel/later.ts          -> assets/later-HASH.js (later.mjs)
 *   web/src/panel/locales/*.json    -> assets/words-LANGUAGE-HASH.json
 *   web/src/worker/main.ts          -> assets/worker-HASH.js, with Emscripten's glue in it
 *   WASM-DIR/deskbell.wasm          -> assets/deskbell-HASH.wasm
 *   WASM-DIR/finder.wasm            -> assets/finder-HASH.wasm
 *   web/src/panel/panel.html        -> panel.html; {{panel.js}} and {{panel.css}} become the paths
 *   web/src/service-worker/main.ts  -> service-worker.js
 *   web/src/notify/main.ts          -> notify.js, for the site's page
 *   web/src/proactive/main.ts       -> proactive.js, which the hub puts a site's rules in front of
 *   web/src/loader/module.ts        -> npm/deskbell.js, with the rest of web/npm: the npm package
 *
 * each with a `.br` and a `.gz` beside it, which the hub serves as they are. Names with a hash may
 * be cached for ever. `--generate` only writes web/generated/, which the type check needs.
 */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { brotliCompress, constants, gzipSync } from 'node:zlib';
import { laterOptions } from './later.mjs';

const web = dirname(fileURLToPath(import.meta.url));
const root = dirname(web);

/** The first browsers that have exceptions in WebAssembly, which the core needs. */
const kTarget = ['chrome95', 'firefox100', 'safari15.4'];

/** What is wrong with the caller's side: printed without a stack. */
class Complaint extends Error {}

async function version() {
  const cmake = await readFile(join(root, 'CMakeLists.txt'), 'utf8');
  const found = /project\(deskbell VERSION ([0-9.]+)/.exec(cmake);
  if (!found) throw new Complaint('CMakeLists.txt names no version.');
  return found[1];
}

/** The union of all error codes, from the table that C++ is compiled from. */
async function generate() {
  const table = await readFile(join(root, 'core/base/error_codes.def'), 'utf8');
  const codes = [...table.matchAll(/^DESKBELL_ERROR\((\w+),\s*(\d+),\s*"(.*)"\)$/gm)];
  if (codes.length === 0) throw new Complaint('core/base/error_codes.def names no code.');
  const lines = codes.map(([, name, , meaning]) => `  /** ${meaning} */\n  | '${name}'`);
  await mkdir(join(web, 'generated'), { recursive: true });
  await writeFile(
    join(web, 'generated/error_codes.ts'),
    `// Made by web/build.mjs from core/base/error_codes.def.\nexport type ErrorCode =\n${lines.join('\n')};\n`,
  );
}

function need(path, hint) {
  if (!existsSync(path)) throw new Complaint(`${path} is missing. ${hint}`);
  return path;
}

/** Above so many bytes other ways make no difference that is worth the time. */
const kSmall = 64 * 1024;
/** How brotli may write distances: `NPOSTFIX` and `NDIRECT` of RFC 7932, section 4. */
const kUsualWay = [0, 10];
const kOtherWays = [[0, 0], [1, 0], [2, 0], [3, 0]];

/**
 * With brotli at its best. How a small file's distances are best written shows only when all ways
 * have been tried; otherwise its size leaps by some bytes with each word that is changed.
 */
async function packed(bytes) {
  const ways = bytes.length < kSmall ? [kUsualWay, ...kOtherWays] : [kUsualWay];
  const all = await Promise.all(ways.map(([postfix, direct]) => promisify(brotliCompress)(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      [constants.BROTLI_PARAM_NPOSTFIX]: postfix,
      [constants.BROTLI_PARAM_NDIRECT]: direct,
    },
  })));
  return all.reduce((best, one) => (one.length < best.length ? one : best));
}

/** Everything that was made, by path below the output folder. */
class Output {
  #files = new Map();

  add(path, bytes) {
    this.#files.set(path, Buffer.from(bytes));
    return path;
  }

  /** Adds it under a name with a hash of its content; answers the file's name. */
  addHashed(stem, extension, bytes) {
    const hash = createHash('sha256').update(bytes).digest('base64url').replace(/[-_]/g, '0');
    return basename(this.add(`assets/${stem}-${hash.slice(0, 10)}.${extension}`, bytes));
  }

  get assets() {
    return [...this.#files.keys()].filter((path) => path.startsWith('assets/')).map((path) => `/${path}`);
  }

  /** Writes beside the old output and swaps, so that a hub never serves half of a build. */
  async write(folder) {
    const fresh = `${folder}.new`;
    await rm(fresh, { recursive: true, force: true });
    for (const [path, bytes] of this.#files) {
      const target = join(fresh, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, bytes);
      await writeFile(`${target}.br`, await packed(bytes));
      await writeFile(`${target}.gz`, gzipSync(bytes, { level: 9 }));
    }
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  }
}

/** The panel's words in all languages but English, which is in the panel itself. */
async function readLocales() {
  const folder = join(web, 'src/panel/locales');
  const locales = {};
  for (const file of (await readdir(folder)).sort()) {
    locales[basename(file, '.json')] = JSON.parse(await readFile(join(folder, file), 'utf8'));
  }
  return locales;
}

/** The panel's words in English. */
async function readEnglish() {
  const code = Buffer.from(await bundle('panel/words.ts', { format: 'esm' })).toString('base64');
  return (await import(`data:text/javascript;base64,${code}`)).kEnglish;
}

/** The few words of the loader by language: some are the panel's, too. Each language has its own loader. */
async function readLoaderWords(locales) {
  const own = JSON.parse(await readFile(join(web, 'src/loader/words.json'), 'utf8'));
  const panel = { en: await readEnglish(), ...locales };
  return Object.entries(own).map(([language, words]) => {
    const { chat, tryAgain } = panel[language];
    const texts = Object.entries({ ...words, chat, tryAgain });
    return {
      file: language === 'en' ? 'deskbell.js' : `deskbell.${language}.js`,
      define: Object.fromEntries(texts.map(([name, text]) => [`DESKBELL_WORDS.${name}`, JSON.stringify(text)])),
    };
  });
}

async function bundle(entry, options) {
  const path = need(join(web, 'src', entry), 'It belongs to the sources of the widget.');
  const [{ build }, { minify }] = await Promise.all([import('esbuild'), import('terser')]);
  const result = await build({
    entryPoints: [path],
    bundle: true,
    minify: true,
    write: false,
    charset: 'utf8',
    legalComments: 'none',
    target: kTarget,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
    ...options,
  });
  const { contents, text } = result.outputFiles[0];
  if (!options.format) return contents; // a style sheet
  // esbuild bundles, and minifies at once; what Terser then finds is worth a tenth of the worker.
  const { code } = await minify(text, {
    module: options.format === 'esm' || options === laterOptions,
    compress: { passes: 3, ecma: 2020, lhs_constants: false },
    format: { comments: false, ecma: 2020 },
  });
  return Buffer.from(code);
}

function fill(html, names) {
  return html.replace(/\{\{([\w.]+)\}\}/g, (_, name) => {
    if (!(name in names)) throw new Complaint(`panel.html asks for {{${name}}}, which nobody makes.`);
    return names[name];
  });
}

/** What `npm publish` takes: the loader as a module, and its types. */
async function addPackage(output, loaders) {
  for (const { file, define } of loaders) {
    output.add(`npm/${file}`, await bundle('loader/module.ts', { format: 'esm', define }));
  }
  for (const name of ['package.json', 'deskbell.d.ts', 'README.md']) {
    const text = await readFile(need(join(web, 'npm', name), 'It belongs to the npm package.'), 'utf8');
    output.add(`npm/${name}`, name === 'package.json'
      ? text.replace(/"version": ".*"/, `"version": "${await version()}"`) : text);
  }
}

async function build(wasmFolder, out) {
  const hint = "Build it first: cmake --preset wasm && cmake --build --preset wasm --target deskbell_wasm, or name its folder with --wasm-dir.";
  const wasm = await readFile(need(join(wasmFolder, 'deskbell.wasm'), hint));
  const glue = need(join(wasmFolder, 'deskbell.mjs'), hint);
  const finderWasm = await readFile(need(join(wasmFolder, 'finder.wasm'), hint));
  const output = new Output();
  const define = (names) =>
    Object.fromEntries(Object.entries(names).map(([name, value]) => [name, JSON.stringify(value)]));
  const versionDefine = define({ DESKBELL_VERSION: await version() });

  const core = output.addHashed('deskbell', 'wasm', wasm);
  const finder = output.addHashed('finder', 'wasm', finderWasm);
  const worker = await bundle('worker/main.ts', {
    format: 'iife',
    alias: { 'deskbell-core': glue },
    // A classic worker has no import.meta; the glue only wants to know where it lies.
    define: { ...versionDefine, ...define({ DESKBELL_WASM: core, DESKBELL_FINDER: finder }), 'import.meta.url': 'self.location.href' },
  });
  const workerName = output.addHashed('worker', 'js', worker);
  const words = await readLocales();
  const loaders = await readLoaderWords(words);
  const locales = {};
  for (const [language, own] of Object.entries(words)) {
    locales[language] = output.addHashed(`words-${language}`, 'json', JSON.stringify(own));
  }
  const later = output.addHashed('later', 'js', await bundle('panel/later.ts', laterOptions));
  const panel = await bundle('panel/main.tsx', {
    format: 'esm',
    external: ['/assets/*'],
    define: { ...versionDefine,
      ...define({ DESKBELL_WORKER: workerName, DESKBELL_LATER: later, DESKBELL_LOCALES: locales }) },
  });
  const names = {
    'panel.js': `/assets/${output.addHashed('panel', 'js', panel)}`,
    'panel.css': `/assets/${output.addHashed('panel', 'css', await bundle('panel/panel.css', {}))}`,
  };
  const html = await readFile(need(join(web, 'src/panel/panel.html'), 'It is the page of the panel.'), 'utf8');
  output.add('panel.html', fill(html, names));
  output.add('service-worker.js', await bundle('service-worker/main.ts', {
    format: 'iife',
    // Each device keeps the words of its own language as it loads them, and the finder where there
    // is something to find.
    define: { ...versionDefine, ...define({ DESKBELL_ASSETS: output.assets.filter((path) => !/\.json$|finder-/.test(path)) }) },
  }));
  output.add('notify.js', await bundle('notify/main.ts', { format: 'esm' }));
  output.add('proactive.js', await bundle('proactive/main.ts', { format: 'esm' }));
  for (const { file, define: texts } of loaders) {
    output.add(file, await bundle('loader/main.ts', {
      format: 'iife',
      define: { ...versionDefine, ...texts },
      tsconfigRaw: { compilerOptions: { alwaysStrict: false } }, // two words that change nothing here
    }));
  }
  await addPackage(output, loaders);
  await output.write(out);
}

const { values } = parseArgs({
  options: {
    'wasm-dir': { type: 'string', default: join(root, 'build/wasm/bin') },
    out: { type: 'string', default: join(web, 'dist') },
    generate: { type: 'boolean', default: false },
  },
});

try {
  await generate();
  if (!values.generate) await build(resolve(values['wasm-dir']), resolve(values.out));
} catch (error) {
  if (!(error instanceof Complaint)) throw error;
  console.error(`web/build.mjs: ${error.message}`);
  process.exitCode = 1;
}
