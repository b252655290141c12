// For the panel's own tests: a hub that serves the real loader, panel and service worker under the
// policy of a real one, but with a worker that says what a test tells it to; and a shop page on
// another origin. The story test runs against the real parts.

import { createServer } from 'node:http';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { laterOptions } from '../../web/later.mjs';
import { launch, noteComplaints } from '../support/browser.mjs';
import { loadModule } from '../support/module.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const source = (path) => join(root, 'web/src', path);

const kPanelPolicy = [
  "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'",
  "require-trusted-types-for 'script'", 'trusted-types deskbell', "connect-src 'self'",
  "worker-src 'self'", "img-src 'self' data: https:", "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The strictest policy that a site can have and still embed a widget. */
export const strictPolicy = (hub) =>
  `default-src 'none'; script-src ${hub}; style-src 'none'; frame-src ${hub}; ` +
  "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'";

/** The panel's words by language, and those of the pseudo-locale `en-XA`. */
export async function readWords() {
  const folder = source('panel/locales');
  const words = {};
  for (const file of await readdir(folder)) {
    words[basename(file, '.json')] = JSON.parse(await readFile(join(folder, file), 'utf8'));
  }
  words['en-XA'] = pseudo(await englishWords());
  return words;
}

export const englishWords = async () => (await loadModule('panel/words.ts')).kEnglish;

const kLoaderWords = { chat: 'Chat', failed: 'The chat cannot be opened just now.', tryAgain: 'Try again' };

/** Every sentence in brackets and with marks, longer than it was: what is without is hard-coded. */
function pseudo(words) {
  const dress = (text) => `⟦${text.replace(/\{\w+\}|[a-z]/gi, (one) =>
    (one.length > 1 ? one : one + '\u0301'))} ~~~⟧`;
  return Object.fromEntries(Object.entries(words).map(([name, entry]) => [name,
    typeof entry === 'string' ? dress(entry)
      : Object.fromEntries(Object.entries(entry).map(([form, text]) => [form, dress(text)]))]));
}

async function bundle(entry, define = {}, options = { format: 'iife' }) {
  const result = await build({
    entryPoints: [source(entry)], bundle: true, minify: true, write: false, charset: 'utf8',
    jsx: 'automatic', jsxImportSource: 'preact', target: ['chrome95', 'firefox100', 'safari15.4'],
    define: Object.fromEntries(Object.entries(define).map(([k, v]) => [k, JSON.stringify(v)])),
    logLevel: 'error', ...options,
  });
  return result.outputFiles[0].text;
}

/**
 * The worker of these tests. It shows `scenario.panel`, lists the commands that it was given, and
 * carries out a few of them as the core would; all else comes from the test, over a channel.
 */
const kScriptedWorker = `
  importScripts('/scenario.js');
  let panel = scenario.panel;
  const channel = new BroadcastChannel('script');
  const say = (message) => postMessage(message);
  const changed = () => say({ kind: 'changes', changes: [{ subject: 'conversation', id: '' }] });
  const carryOut = {
    panel: ({ conversation }) => {
      if (!conversation || conversation === panel.conversation?.id) return panel;
      const other = panel.conversations.find(({ id }) => id === conversation) ?? null;
      return { ...panel, conversation: other, messages: scenario.talks?.[conversation] ?? [] };
    },
    transcript: () => scenario.transcript ?? [],
    'answer.read': ({ id }) => scenario.articles?.[id] ?? null,
    'message.undo': ({ id }) => {
      if (scenario.hasLeft) {
        panel = { ...panel, messages: panel.messages.map((one) => ({ ...one, undo: false, state: 'sent' })) };
        return { error: { code: 'not_found', message: 'it has left' } };
      }
      panel = { ...panel, messages: panel.messages.filter((one) => one.id !== id) };
      return null;
    },
    'message.post': ({ text, id }) => {
      if (scenario.refuseToSave) return { error: { code: 'storage_full', message: 'the storage is full' } };
      const conversation = { ...(panel.conversation ?? scenario.conversation), resolved: false };
      panel = { ...panel, conversation,
        conversations: [conversation, ...panel.conversations.filter((one) => one.id !== conversation.id)],
        messages: [...panel.messages, { id, author: 'customer', author_name: '', own: true, at: Date.now(),
          text, replies: null, cards: null, attachments: [], state: 'saved', undo: scenario.undo, error: null }] };
      return { id, conversation: panel.conversation.id };
    },
    'survey.answer': ({ stars, kind, score, comment, tags }) => {
      const survey = { open: false, kind: kind ?? 'stars', score: stars ?? score, stars: stars ?? null,
        tags: tags ?? null, comment };
      panel = { ...panel, conversation: { ...panel.conversation, survey } };
      return null;
    },
    'transcript.request': ({ email }) => {
      if (scenario.refuses) return { error: { code: scenario.refuses, message: 'no' } };
      panel = { ...panel, transcript: { email, sent: false, error: null } };
      return null;
    },
    'customer.update': ({ name, email, attributes }) => {
      const { customer } = panel;
      panel = { ...panel, customer: { id: 'c', name: name ?? customer.name, email: email ?? customer.email,
        attributes: { ...customer.attributes, ...attributes } } };
      return null;
    },
  };
  const held = [];
  channel.onmessage = ({ data }) => {
    if (data.say) say(data.say);
    if (data.release) { scenario.slow = data.release; held.splice(0).forEach((one) => onmessage({ data: one })); }
    if (data.panel) { panel = { ...panel, ...data.panel }; changed(); }
  };
  onmessage = ({ data }) => {
    channel.postMessage({ heard: data });
    if (data.kind === 'open') {
      if (scenario.never) return;
      say({ kind: 'storage', storage: scenario.storage ?? { state: 'durable' } });
      say({ kind: 'opened' });
      say({ kind: 'connection', connection: scenario.connection ?? 'live' });
    }
    if (data.kind === 'post') {
      const { id, text, conversation } = data;
      const result = carryOut['message.post']({ id, text, conversation });
      if (!result.error) {
        const last = panel.messages.at(-1);
        data.files.forEach(({ blob, name }, i) => { scenario.blobs = { ...scenario.blobs, [last.id + i]: blob }; });
        last.attachments = data.files.map(({ blob, name, width, height }, i) => ({ id: last.id + i, name, type: blob.type,
          size: blob.size, width, height, state: scenario.uploads ?? 'ready', sent: blob.size / 2 }));
      }
      say({ kind: 'answer', tag: data.tag, answer: result.error ? result : { result } });
      changed();
      return;
    }
    if (data.kind === 'file') {
      const kept = scenario.blobs?.[data.id];
      const text = scenario.files?.[data.id];
      const found = kept ? Promise.resolve(kept)
        : text === undefined ? Promise.resolve(null) : fetch(text).then((answer) => answer.blob());
      found.then((blob) => say(blob ? { kind: 'file', tag: data.tag, blob: new Blob([blob]) }
        : { kind: 'file', tag: data.tag, error: { code: 'network_failed', message: 'out of reach' } }));
      return;
    }
    if (data.kind === 'suggest') say({ kind: 'suggested', tag: data.tag, answers: scenario.suggested ?? [] });
    if (data.command?.command === 'message.post' && ['every', data.command.text].includes(scenario.slow)) held.push(data);
    else if (data.kind === 'command' && !scenario.never) {
      const result = carryOut[data.command.command]?.(data.command) ?? null;
      say({ kind: 'answer', tag: data.tag, answer: result?.error ? result : { result } });
      if (data.command.command !== 'panel' && !result?.error) changed();
    }
  };
  channel.postMessage({ started: true });
`;

function listen(handler) {
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      Promise.resolve(handler(request, response)).catch((error) => {
        response.writeHead(500).end(String(error));
      });
    });
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

export class Harness {
  /** What the scripted worker begins with; changed by a test before it opens the panel. */
  scenario = {};
  /** What the hub tells anybody of the site; null shows that a panel can do without. */
  site = null;
  /** The shop's page, and the policy that it is served with. */
  page = '';
  policy = null;
  /** Every request that reached the hub: method and path. */
  requests = [];

  static async start() {
    const harness = new Harness();
    const words = await readWords();
    const files = {
      '/deskbell.js': await bundle('loader/main.ts', { DESKBELL_VERSION: '0', DESKBELL_WORDS: kLoaderWords }),
      '/assets/panel.js': await bundle('panel/main.tsx', {
        DESKBELL_WORKER: 'worker.js', DESKBELL_LATER: 'later.js', DESKBELL_VERSION: '0',
        DESKBELL_LOCALES: Object.fromEntries(Object.keys(words).map((one) => [one, `words-${one}.json`])),
      }, { format: 'esm', external: ['/assets/*'] }),
      '/assets/later.js': await bundle('panel/later.ts', {}, laterOptions),
      '/assets/panel.css': await bundle('panel/panel.css'),
      '/assets/worker.js': kScriptedWorker,
      '/service-worker.js': await bundle('service-worker/main.ts', {
        DESKBELL_ASSETS: ['/assets/panel.js', '/assets/later.js', '/assets/panel.css', '/assets/worker.js'],
      }),
    };
    const html = (await readFile(source('panel/panel.html'), 'utf8'))
      .replace('{{panel.js}}', '/assets/panel.js').replace('{{panel.css}}', '/assets/panel.css');
    harness.hubServer = await listen(async (request, response) => {
      const { pathname } = new URL(request.url, 'http://hub');
      harness.requests.push(`${request.method} ${pathname}`);
      const headers = { 'cache-control': 'no-store' };
      if (pathname.startsWith('/panel/')) {
        const policy = `${kPanelPolicy}; frame-ancestors ${harness.shop}`;
        response.writeHead(200, {
          ...headers, 'content-type': 'text/html', 'content-security-policy': policy,
        }).end(html);
      } else if (pathname === '/scenario.js') {
        const script = `var scenario = ${JSON.stringify(harness.scenario)};`;
        response.writeHead(200, { ...headers, 'content-type': 'text/javascript' }).end(script);
      } else if (/^\/v1\/sites\/[\w-]+$/.test(pathname)) {
        response.writeHead(200, { ...headers, 'content-type': 'application/json' })
          .end(JSON.stringify({ site: harness.site }));
      } else if (/^\/assets\/words-[\w-]+\.json$/.test(pathname)) {
        const language = /words-([\w-]+)\.json/.exec(pathname)[1];
        response.writeHead(200, { ...headers, 'content-type': 'application/json' })
          .end(JSON.stringify(words[language]));
      } else if (pathname.endsWith('.svg')) {
        response.writeHead(200, { ...headers, 'content-type': 'image/svg+xml' })
          .end(await readFile(join(root, 'demo/shop/pictures', basename(pathname))));
      } else if (files[pathname]) {
        const type = pathname.endsWith('.css') ? 'text/css' : 'text/javascript';
        response.writeHead(200, { ...headers, 'content-type': type }).end(files[pathname]);
      } else if (pathname === '/favicon.ico') {
        response.writeHead(204).end();
      } else {
        response.writeHead(404).end();
      }
    });
    harness.shopServer = await listen((request, response) => {
      const headers = { 'content-type': 'text/html' };
      if (harness.policy) headers['content-security-policy'] = harness.policy;
      response.writeHead(200, headers).end(harness.page);
    });
    harness.hub = `http://localhost:${harness.hubServer.address().port}`;
    harness.shop = `http://localhost:${harness.shopServer.address().port}`;
    harness.browser = await launch();
    return harness;
  }

  /** The hub cannot be reached any more. */
  async cutHub() {
    this.hubServer.closeAllConnections();
    await new Promise((resolve) => this.hubServer.close(resolve));
  }

  async restoreHub() {
    const port = Number(new URL(this.hub).port);
    await new Promise((resolve) => this.hubServer.listen(port, '127.0.0.1', resolve));
  }

  async stop() {
    await this.browser.close();
    for (const server of [this.hubServer, this.shopServer]) {
      server.closeAllConnections();
      server.close();
    }
  }

  /** A shop's page with the widget's one line in it. */
  shopPage(head = '', attributes = 'data-site="fern"') {
    return `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
      `<meta name="viewport" content="width=device-width,initial-scale=1"><title>Shop</title>` +
      `<link rel="icon" href="data:,">${head}` +
      `<script async src="${this.hub}/deskbell.js" ${attributes}></script></head>` +
      `<body><h1>A shop</h1><p>Ferns and pots.</p></body></html>`;
  }

  /** Leaves a view for the panel, as the worker of an earlier visit would have. */
  async #keepScreen(page, view) {
    await page.goto(`${this.hub}/scenario.js`);
    await page.evaluate((json) => new Promise((resolve, reject) => {
      const request = indexedDB.open('deskbell/fern', 1);
      request.onupgradeneeded = () => request.result.createObjectStore('screen').put(json, 'panel');
      request.onerror = () => reject(request.error);
      request.onsuccess = () => resolve(request.result.close());
    }), JSON.stringify(view));
  }

  /** The panel in a tab of its own. Remembers what the page complained about and was told. */
  async openPanel(scenario, options = {}) {
    this.scenario = scenario;
    const context = await this.browser.newContext({ serviceWorkers: 'block', ...options });
    const page = await context.newPage();
    noteComplaints(page);
    page.on('dialog', (dialog) => {
      page.complaints.push('dialog: ' + dialog.message());
      void dialog.dismiss();
    });
    await page.addInitScript(() => {
      window.heard = [];
      window.channel = new BroadcastChannel('script');
      window.channel.onmessage = ({ data }) => {
        if (data.started) window.workerStarted = true;
        if (data.heard) window.heard.push(data.heard);
      };
    });
    if (scenario.screen) await this.#keepScreen(page, scenario.screen);
    await page.goto(`${this.hub}/panel/fern${options.fragment ?? ''}`);
    await page.locator('.composer').waitFor();
    // Before that, nobody hears what the test says.
    await page.waitForFunction(() => window.workerStarted);
    return page;
  }
}

/** What the worker is to say or show next. */
export function script(page, message) {
  return page.evaluate((data) => window.channel.postMessage(data), message);
}

/**
 * The commands that the worker was given, without the questions for the screen and who is writing,
 * and without the ids of what was posted, which are new each time. With `posts`, waits until the
 * worker was given so many messages: what is shown as saved is handed over only then.
 */
export async function commandsOf(page, posts = 0) {
  await page.waitForFunction((count) =>
    window.heard.filter(({ command }) => command?.command === 'message.post').length >= count, posts);
  return page.evaluate(() => window.heard
    .filter(({ kind, command }) => kind === 'command' && !['panel', 'conversation.typing'].includes(command.command))
    .map(({ command: { id, ...given } }) => (given.command === 'message.post' || !id ? given : { ...given, id })));
}

export const survey = (part) => ({
  open: false, kind: 'stars', score: part?.stars ?? null, stars: null, tags: null, comment: '', ...part,
});

/** Text and conversation of what the panel keeps on this device until the core has it: of `sent` or `files`. */
export function keptBy(page, store) {
  return page.evaluate(async (name) => {
    const asked = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const database = await asked(indexedDB.open('deskbell-sending/fern'));
    try {
      const records = await asked(database.transaction(name).objectStore(name).getAll());
      return records.map(({ text, conversation }) => ({ text, conversation }));
    } finally {
      database.close();
    }
  }, store);
}

export function conversation(part) {
  return {
    id: 'conversation', resolved: false, assignee_name: '', last_at: Date.now(), last_text: '',
    unread: 0, handled_by: 'nobody', survey: survey(), ...part,
  };
}

let lastId = 0;
export function message(part) {
  return {
    id: `m${++lastId}`, author: part.own ? 'customer' : 'agent', author_name: '', own: false,
    at: Date.now(), text: '', replies: null, cards: null, attachments: [], state: 'sent', error: null, step: null,
    ...part,
  };
}

export function panel({ site, customer, ...part }) {
  const shown = part.conversation === undefined && part.messages?.length ? conversation() : part.conversation ?? null;
  return {
    site: {
      name: 'Fern & Oak', greeting: 'Hello! How can we help your plants today?', desk: null,
      reply_minutes: 0, suggestions: null, form: null, survey: null, answers: false, robot: null, ...site,
    },
    customer: { id: 'c', name: 'Ada', email: '', attributes: {}, ...customer },
    connection: 'live', unsent: 0, unread: 0, conversations: shown ? [shown] : [], messages: [], typing: [],
    ...part, conversation: shown,
  };
}
