// A network that tests can cut: a TCP proxy between real clients and a real server.

import { randomInt } from 'node:crypto';
import net from 'node:net';

/** The same bytes of a request, wishing for nothing compressed, so that what comes can be read. */
function wishingForPlainText(bytes) {
  const text = bytes.toString('latin1');
  return Buffer.from(text.replace(/^(accept-encoding:).*$/gim,
    (line, name) => name.padEnd(line.length)), 'latin1');
}

export class Network {
  #server;
  #connections = new Set();
  #target;
  #port = 0;
  #cut = false;
  #hold = null;
  #fromServer = [];
  #sent = 0;
  #breakAt = null;

  /** @param {number} target the port of the real server, on this machine */
  constructor(target) {
    this.#target = target;
  }

  get port() {
    return this.#port;
  }

  /** How many bytes have come from the clients. */
  get sent() {
    return this.#sent;
  }

  /** Whether these words ever came from the server, over whichever connection. */
  hasBrought(words) {
    return Buffer.concat(this.#fromServer).includes(words);
  }

  async open() {
    await this.#listen();
    return this;
  }

  /** Every connection breaks, and no new one can be made. */
  async cut() {
    this.#cut = true;
    for (const connection of this.#connections) connection.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async restore() {
    this.#cut = false;
    await this.#listen();
  }

  async close() {
    if (!this.#cut) await this.cut();
  }

  /**
   * The next request that begins with `start` ("POST /v1/…/events") reaches the server, but its
   * answer is kept back. Resolves when the server has answered: the work is done, and nobody has
   * been told. The connection then stays dead until the network is cut.
   */
  holdNextAnswer(start) {
    return new Promise((resolve) => {
      this.#hold = { start, resolve };
    });
  }

  /**
   * Every connection breaks, once, when so many more bytes have come from the clients; new ones can be
   * made. Resolves then.
   */
  breakAfterSent(bytes) {
    return new Promise((resolve) => {
      this.#breakAt = { sent: this.#sent + bytes, resolve };
    });
  }

  async #listen() {
    this.#server = net.createServer((client) => this.#connect(client));
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = this.#server.address().port;
  }

  #connect(client) {
    const server = net.connect(this.#target, '127.0.0.1');
    let held = null;
    for (const end of [client, server]) {
      this.#connections.add(end);
      end.on('error', () => end.destroy());
      end.on('close', () => {
        this.#connections.delete(end);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (this.#hold && bytes.toString('latin1').startsWith(this.#hold.start)) {
        held = this.#hold;
        this.#hold = null;
      }
      this.#sent += bytes.length;
      if (this.#breakAt && this.#sent >= this.#breakAt.sent) {
        this.#breakAt.resolve();
        this.#breakAt = null;
        for (const connection of this.#connections) connection.destroy();
        return;
      }
      server.write(wishingForPlainText(bytes));
    });
    server.on('data', (bytes) => {
      this.#fromServer.push(bytes);
      if (!held) return client.write(bytes);
      held.resolve();
      return undefined;
    });
  }
}

/**
 * A port that nothing listens on just now, and that the system gives to nobody by itself: those above
 * 32,767 may become another connection's before the one who asked listens.
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(12_000, 32_000);
    const server = net.createServer();
    const free = await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
