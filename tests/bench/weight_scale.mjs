// A server that weighs what it serves.

import { createServer, request as httpRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync } from 'node:zlib';
import { until } from '../support/until.mjs';

const kQuietMs = 1_500;

/**
 * Notes what the content of each address weighs, in bytes compressed with brotli at its best: once,
 * as a cache would keep it. The page at `/`, streams, and answers to what is sent are not weighed.
 */
export class Scale {
  #weights = new Map();
  #lastAt = performance.now();
  #server;

  /** Serves what `answer(path)` gives: `[type, content]`, or null where there is nothing. */
  static serving(answer) {
    return new Scale().#listen(async (request, response, note) => {
      const found = await answer(new URL(request.url, 'http://localhost').pathname);
      if (!found) return response.writeHead(404).end();
      const [type, content] = found;
      note(content);
      response.writeHead(200, { 'content-type': type }).end(content);
    });
  }

  /** Stands before another server and passes everything on. */
  static before(target) {
    return new Scale().#listen(async ({ url, method, headers, ...request }, response, note) => {
      const body = method === 'GET' ? undefined : await buffer(request);
      const passed = httpRequest(target + url, { method, headers: { ...headers, 'accept-encoding': 'identity' } });
      passed.on('response', async (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        if (answer.headers['content-type']?.startsWith('text/event-stream')) return answer.pipe(response);
        const content = await buffer(answer);
        if (method === 'GET') note(content);
        response.end(content);
      });
      passed.on('error', () => response.destroy());
      response.on('close', () => passed.destroy());
      passed.end(body);
    });
  }

  get bytes() {
    return [...this.#weights.values()].reduce((sum, weight) => sum + weight, 0);
  }

  get requests() {
    return this.#weights.size;
  }

  /** Waits until nothing was asked for during some time. */
  quiet() {
    this.#lastAt = performance.now();
    return until('nothing more is loaded', () => performance.now() - this.#lastAt > kQuietMs);
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #listen(serve) {
    this.#server = createServer((request, response) => {
      this.#lastAt = performance.now();
      const note = (content) => {
        if (request.url === '/' || this.#weights.has(request.url)) return;
        this.#weights.set(request.url, brotliCompressSync(content).length);
      };
      serve(request, response, note).catch(() => response.destroy());
    });
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://localhost:${this.#server.address().port}`;
    return this;
  }
}
