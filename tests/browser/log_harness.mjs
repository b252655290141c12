// For the tests of the page log and the worker: a small server, and a browser that can be killed.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { chromiumFlags, chromiumPath, patienceMs } from '../support/browser.mjs';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A browser with a profile that outlives it, and that can be killed like a power cut. */
export class MortalBrowser {
  static async make() {
    const browser = new MortalBrowser();
    browser.profile = await mkdtemp(join(tmpdir(), 'deskbell-profile-'));
    return browser;
  }

  async start() {
    this.process = spawn(chromiumPath,
      [...chromiumFlags, '--remote-debugging-port=0', `--user-data-dir=${this.profile}`],
      { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    const address = await new Promise((resolve, reject) => {
      let text = '';
      this.process.stderr.on('data', (chunk) => {
        text += chunk;
        const found = /DevTools listening on (ws:\S+)/.exec(text);
        if (found) resolve(found[1]);
      });
      this.process.once('exit', () => reject(new Error(`the browser ended: ${text}`)));
    });
    this.browser = await chromium.connectOverCDP(address, { timeout: patienceMs });
    const context = this.browser.contexts()[0];
    context.setDefaultTimeout(patienceMs);
    return context.newPage();
  }

  /** Its processes form a group of their own. */
  async kill() {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    process.kill(-this.process.pid, 'SIGKILL');
    await gone;
    await this.browser?.close().catch(() => undefined);
  }

  async remove() {
    await this.kill();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** A server on a port of the system's; `answer(request, body)` gives [status, type, body]. */
export async function serve(answer) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const [status, type, content, headers] = await answer(request, body);
    response.writeHead(status, { 'Content-Type': type, ...headers });
    if (typeof content === 'function') content(response);
    else response.end(content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The page log, and the panel's look beside it, as a script that leaves them on `window`. */
export async function bundlePageLog() {
  const result = await build({
    stdin: {
      contents: "import * as log from './worker/page_log.ts'; import * as view from './panel/last_view.ts';"
        + 'Object.assign(window, log, view);',
      resolveDir: join(root, 'web/src'), loader: 'ts',
    },
    bundle: true, write: false, format: 'iife',
  });
  return result.outputFiles[0].text;
}

/** The worker with the core that was built last; null where there is none. */
export async function bundleWorker() {
  const folder = process.env.DESKBELL_WASM_DIR ?? join(root, 'build/wasm/bin');
  const wasm = await readFile(join(folder, 'deskbell.wasm')).catch(() => null);
  if (!wasm) return null;
  const result = await build({
    entryPoints: [join(root, 'web/src/worker/main.ts')], bundle: true, write: false, format: 'iife',
    alias: { 'deskbell-core': join(folder, 'deskbell.mjs') }, logLevel: 'error',
    define: { DESKBELL_WASM: '"deskbell.wasm"', 'import.meta.url': 'self.location.href' },
  });
  return { script: result.outputFiles[0].text, wasm, folder };
}
