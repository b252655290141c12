/**
 * Finding answers in the widget, in Chromium: from 1,000 made entries with ten questions each, beside
 * MiniSearch in the same page. `tests/bench/run answers-widget`
 */

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { launch } from '../support/browser.mjs';
import { freePort } from '../support/network.mjs';
import { Hub, root } from '../support/programs.mjs';
import { makeBook } from './made_book.mjs';

const kEntries = 1_000;
const kAsked = 400;

export async function answersWidget() {
  const folder = await mkdtemp(join(tmpdir(), 'deskbell-bench-'));
  const book = makeBook(kEntries);
  const idOf = (n) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
  const siteFile = join(folder, 'site.json');
  await writeFile(siteFile, JSON.stringify({ site: 'bench', answers: book.map(({ title, questions }, n) =>
    ({ id: idOf(n), title, text: 'An answer.', keywords: questions })) }));
  const port = await freePort();
  const hub = new Hub({ data: join(folder, 'data'), port, siteFile });
  await hub.start();

  const address = `http://localhost:${port}/v1/sites/bench/finder`;
  const began = performance.now();
  const packed = await fetch(address, { headers: { 'accept-encoding': 'gzip' } });
  await packed.arrayBuffer();
  const learned = (performance.now() - began) / 1_000;
  const wire = Number(packed.headers.get('content-length'));
  const index = Buffer.from(await (await fetch(address, { headers: { 'accept-encoding': 'identity' } })).arrayBuffer());
  await hub.stop();

  const assets = join(root, 'web/dist/assets');
  const wasm = await readFile(join(assets, (await readdir(assets)).find((name) => /^finder-.*\.wasm$/.test(name))));
  // What the page measures is the worker's own code, bundled for it.
  const script = await build({
    stdin: { resolveDir: join(root, 'tests/bench'), contents: `
      export { Finder } from '../../web/src/worker/finder.ts';
      export { default as MiniSearch } from 'minisearch';` },
    bundle: true, write: false, format: 'esm', logLevel: 'error',
  });
  const server = createServer((request, response) => {
    const files = { '/': ['text/html', '<!doctype html><title>bench</title>'], '/code.js': ['text/javascript', script.outputFiles[0].contents],
      '/finder.wasm': ['application/wasm', wasm], '/index': ['application/octet-stream', index],
      '/book.json': ['application/json', JSON.stringify(book)] };
    const [type, body] = files[request.url] ?? ['text/plain', ''];
    // Two origins' worth of isolation makes clocks fine enough for microseconds.
    response.writeHead(200, { 'content-type': type, 'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp' }).end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launch();
  const page = await browser.newPage();
  await page.goto(`http://localhost:${server.address().port}/`);
  const figures = await page.evaluate(async (asked) => {
    const { Finder, MiniSearch } = await import('/code.js');
    const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
    const entries = await (await fetch('/book.json')).json();
    const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
    const timed = (work) => {
      const from = performance.now();
      work();
      return performance.now() - from;
    };
    const questions = Array.from({ length: asked }, (_, i) => {
      const { questions: all } = entries[(i * 37) % entries.length];
      return all[i % all.length].replace(/ the /, ' your ');
    });
    const beginnings = questions.map((text) => text.slice(0, Math.ceil(text.length / 2)));
    const module = await WebAssembly.compile(await bytes('/finder.wasm'));
    const index = await bytes('/index');
    const loads = [];
    let finder;
    for (let i = 0; i < 5; ++i) {
      const from = performance.now();
      finder = await Finder.load(module, index);
      loads.push(performance.now() - from);
    }
    const texts = entries.flatMap(({ title, questions: all }, entry) => [title, ...all].map((text, n) => ({ id: entry * 100 + n, text })));
    const search = new MiniSearch({ fields: ['text'] });
    const indexed = timed(() => search.addAll(texts));
    const saved = JSON.stringify(search);
    const options = { prefix: true, fuzzy: 0.2 };
    return {
      ours: { load: median(loads), ask: median(questions.map((text) => timed(() => finder.ask(text, 8)))),
        suggest: median(beginnings.map((text) => timed(() => finder.suggest(text, 4)))) },
      peer: { load: timed(() => MiniSearch.loadJSON(saved, { fields: ['text'] })), bytes: saved.length, indexed,
        ask: median(questions.map((text) => timed(() => search.search(text, options)))),
        suggest: median(beginnings.map((text) => timed(() => search.search(text, options)))) },
    };
  }, kAsked);
  await browser.close();
  server.close();
  await rm(folder, { recursive: true, force: true });

  const ms = (value) => `${value.toFixed(2)} ms`;
  const rows = [
    ['', 'Deskbell', 'MiniSearch', 'goal'],
    ['answering a question, median', ms(figures.ours.ask), ms(figures.peer.ask), '1 ms'],
    ['a suggestion, median', ms(figures.ours.suggest), ms(figures.peer.suggest), '0.5 ms'],
    ['loading the index', ms(figures.ours.load), ms(figures.peer.load), '50 ms'],
    ['the index on the wire, bytes', String(wire), `${figures.peer.bytes} (not packed)`, '600000'],
    ['the finder\'s module, bytes (brotli)', String((await readFile(join(assets, (await readdir(assets)).find((name) => /^finder-.*\.wasm\.br$/.test(name))))).length), '', ''],
    ['learning at the hub, s', learned.toFixed(1), `${(figures.peer.indexed / 1_000).toFixed(1)} (on the device)`, ''],
  ];
  for (const row of rows) console.log(row.map((cell, i) => cell.padEnd(i === 0 ? 38 : 24)).join(''));
}
