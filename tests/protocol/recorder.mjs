/**
 * A small reverse proxy that stands between devices and a hub and holds every exchange that passes
 * against docs/openapi.yaml, event streams event by event.
 *
 *     const recorder = await Recorder.open('http://127.0.0.1:8080');
 *     … devices speak with recorder.url …
 *     assert.deepEqual(recorder.complaints, []);
 *     await recorder.close();
 *
 * It changes nothing that passes but the fields that belong to a connection, and the wish for
 * compression.
 */

import { createServer, request as httpRequest } from 'node:http';
import { Description } from './description.mjs';

const kOfOneConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer']);
// Nobody is to compress what is read here.
const kHeldBack = new Set([...kOfOneConnection, 'accept-encoding']);

function passedOn(rawHeaders) {
  const kept = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (!kHeldBack.has(rawHeaders[i].toLowerCase())) kept.push(rawHeaders[i], rawHeaders[i + 1]);
  }
  return kept;
}

async function readAll(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

export class Recorder {
  /** All that was not as described, in words. */
  complaints = [];
  /** How many exchanges were checked, and how many events of streams. */
  exchanges = 0;
  streamed = 0;
  #hub;
  #server;
  #description;

  constructor(hub, description) {
    this.#hub = new URL(hub);
    this.#description = description;
    this.#server = createServer((incoming, outgoing) => {
      this.#pass(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  /** Listens on this machine, on `port` or a free one, for the hub at that address. */
  static async open(hub, { port = 0, description = new Description() } = {}) {
    const recorder = new Recorder(hub, description);
    await new Promise((resolve, reject) => {
      recorder.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return recorder;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  get description() {
    return this.#description;
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(incoming, outgoing) {
    const body = await readAll(incoming);
    const exchange = {
      method: incoming.method,
      target: incoming.url,
      request: { headers: incoming.headers, body: body.toString() },
    };
    const upstream = httpRequest({
      host: this.#hub.hostname, port: this.#hub.port, method: incoming.method, path: incoming.url,
      headers: passedOn(incoming.rawHeaders), setHost: false, agent: false,
    });
    // Whoever leaves, the other end is told.
    outgoing.on('close', () => upstream.destroy());
    // A hub may answer and close before it has read a body that is too long for it.
    let answered = false;
    upstream.on('error', () => { if (!answered) outgoing.destroy(); });
    upstream.on('response', (answer) => {
      answered = true;
      this.#answer(exchange, answer, outgoing).catch(() => outgoing.destroy());
    });
    upstream.end(body);
  }

  async #answer(exchange, answer, outgoing) {
    outgoing.sendDate = false;
    outgoing.writeHead(answer.statusCode, answer.statusMessage, passedOn(answer.rawHeaders));
    outgoing.flushHeaders();
    const { method, target } = exchange;
    const head = { status: answer.statusCode, headers: answer.headers };
    const stream = this.#description.stream(method, target, head.status, head.headers['content-type']);
    if (stream) {
      this.#note(this.#description.check({ ...exchange, response: { ...head, body: '' } }));
      await this.#passStream(answer, outgoing, stream);
      return;
    }
    const body = await readAll(answer);
    // First the complaint, then the answer: who has seen the answer can see the complaint.
    this.#note(this.#description.check({ ...exchange, response: { ...head, body: body.toString() } }));
    outgoing.end(body);
  }

  async #passStream(answer, outgoing, stream) {
    answer.setEncoding('utf8');
    try {
      for await (const text of answer) {
        this.streamed += text.split('\n\n').length - 1;
        this.#complain(stream.take(text));
        outgoing.write(text);
      }
    } catch {
      outgoing.destroy(); // it broke off: what had come was checked
      return;
    }
    this.#complain(stream.end());
    outgoing.end();
  }

  #note(complaints) {
    ++this.exchanges;
    this.#complain(complaints);
  }

  #complain(complaints) {
    this.complaints.push(...complaints);
  }
}
