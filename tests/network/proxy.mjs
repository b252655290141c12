// A middle box that does to HTTP what real ones do: it stands between real clients and the real
// hub, and a test tells it what to do with which request.

import http from 'node:http';

/** Which of the protocol's requests this is; '' for the widget's files. */
export function kindOf({ method, url }) {
  if (!url.startsWith('/v1/sites/')) return '';
  const path = url.replace(/\?.*/, '');
  if (path.endsWith('/tokens')) return 'token';
  if (path.endsWith('/stream')) return 'stream';
  if (path.endsWith('/events')) return method === 'POST' ? 'push' : 'pull';
  return '';
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const half = (body) => body.subarray(0, Math.floor(body.length / 2));

/**
 * What can be done with a request: `{ request, response, ask, random }` are the client's request
 * (with its `body`) and the answer to it, `ask()` puts the request to the hub and resolves with
 * `{ status, headers, body }`.
 */
export const faults = {
  /** The connection breaks before the hub hears of it. */
  async refuse({ response }) {
    response.socket.resetAndDestroy();
  },
  /** The hub does its work; nobody is told. */
  async swallow({ response, ask }) {
    await ask();
    response.socket.destroy();
  },
  async reset({ response, ask }) {
    await ask();
    response.socket.resetAndDestroy();
  },
  /** The head promises a body that never comes to its end. */
  async truncate({ response, ask }) {
    const { status, headers, body } = await ask();
    response.writeHead(status, { ...headers, 'content-length': body.length || 100 });
    response.write(half(body));
    await pause(5);
    response.socket?.destroy();
  },
  /** The same in chunks. */
  async truncateChunks({ response, ask }) {
    const { status, headers, body } = await ask();
    response.writeHead(status, { 'content-type': headers['content-type'] });
    response.write(half(body));
    await pause(5);
    response.socket?.destroy();
  },
  /** A shorter body that looks whole. */
  async shorten({ response, ask }) {
    const { status, headers, body } = await ask();
    response.writeHead(status, { ...headers, 'content-length': half(body).length });
    response.end(half(body));
  },
  async delay({ response, ask, random }) {
    await pause(random.below(1_500));
    give(response, await ask());
  },
  async delayAnswer({ response, ask, random }) {
    const answer = await ask();
    await pause(random.below(1_500));
    give(response, answer);
  },
  /** Bytes come slowly. */
  async throttle({ response, ask }) {
    const { status, headers, body } = await ask();
    response.writeHead(status, { ...headers, 'content-length': body.length });
    for (let at = 0; at < body.length; at += 200) {
      response.write(body.subarray(at, at + 200));
      await pause(10);
    }
    response.end();
  },
  /** The hub gets it twice, one after the other or both at once; either answer is passed on. */
  async replay({ response, ask, random }) {
    const first = ask();
    if (random.chance(50)) await first;
    const answers = await Promise.all([first, ask()]);
    give(response, random.pick(answers));
  },
  /** The hub gets it again when it is long over. */
  async replayLater({ response, ask, random }) {
    give(response, await ask());
    await pause(random.below(2_000));
    await ask();
  },
  async portal({ response }) {
    give(response, { status: 200, headers: { 'content-type': 'text/html' },
      body: Buffer.from('<html>Log in to the WLAN</html>') });
  },
  async overloaded({ response, random }) {
    give(response, { status: random.pick([429, 503]), headers: { 'retry-after': '1' }, body: Buffer.alloc(0) });
  },
};

export function give(response, { status, headers, body }) {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(body);
}

/** Faults of streams: the open answer of the hub and the client's response. */
export const streamFaults = {
  /** Some bytes, then nothing, not even an end. */
  async stall({ response, upstream, random }) {
    let left = random.below(2_000);
    upstream.on('data', (bytes) => {
      if (left <= 0) return;
      response.write(bytes.subarray(0, left));
      left -= bytes.length;
    });
    upstream.on('error', () => {});
    await pause(3_000);
    response.socket?.resetAndDestroy();
  },
  async cut({ response, upstream, random }) {
    upstream.pipe(response);
    await pause(random.below(1_500));
    response.socket?.resetAndDestroy();
  },
  /** Pieces of single bytes. */
  async crumble({ response, upstream }) {
    for await (const bytes of upstream) for (const byte of bytes) response.write(Buffer.of(byte));
    response.end();
  },
};

export class Proxy {
  /** What to do with a request: a function as in `faults`, or nothing to pass it on. */
  decide = () => undefined;
  /** The same for the answer to a stream. */
  decideStream = () => undefined;
  /** Every request of the protocol: `{ at, kind }`. */
  requests = [];
  #agent = new http.Agent({ keepAlive: false });
  #target;
  #server;
  #random;

  constructor(target, random) {
    this.#target = target;
    this.#random = random;
    this.#server = http.createServer((request, response) => {
      // Whoever leaves in the middle is no harm.
      void this.#handle(request, response).catch(() => response.socket?.destroy());
    });
  }

  async open() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.port = this.#server.address().port;
    return this;
  }

  /** Every connection breaks, streams among them; new ones can be made. */
  breakAll() {
    this.#server.closeAllConnections();
  }

  async close() {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  count(kind) {
    return this.requests.filter((request) => request.kind === kind).length;
  }

  async #handle(request, response) {
    const kind = kindOf(request);
    if (kind) this.requests.push({ at: Date.now(), kind, url: request.url });
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const ask = async () => {
      const answer = await this.#ask(request, body, response);
      const bytes = [];
      for await (const part of answer) bytes.push(part);
      const headers = { ...answer.headers };
      for (const name of ['connection', 'transfer-encoding', 'content-length']) delete headers[name];
      return { status: answer.statusCode, headers, body: Buffer.concat(bytes) };
    };
    const context = { kind, request, body, response, ask, random: this.#random };
    const fault = kind && this.decide(context);
    if (fault) return fault(context);
    const upstream = await this.#ask(request, body, response);
    const streamFault = kind === 'stream' && upstream.statusCode === 200 && this.decideStream(context);
    const { connection, ...headers } = upstream.headers;
    if (streamFault?.keepsHead) return streamFault({ ...context, upstream });
    response.writeHead(upstream.statusCode, headers);
    if (streamFault) return streamFault({ ...context, upstream });
    upstream.on('error', () => response.socket?.destroy());
    upstream.pipe(response);
    return undefined;
  }

  #ask({ method, url, headers }, body, response) {
    return new Promise((resolve, reject) => {
      const asked = http.request(
        { host: '127.0.0.1', port: this.#target, method, path: url, headers, agent: this.#agent }, resolve);
      asked.on('error', reject);
      // A client that left a stream or a long poll does not wait any longer.
      if (method === 'GET') response.on('close', () => asked.destroy());
      asked.end(body);
    });
  }
}
