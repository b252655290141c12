// A TCP proxy that counts what passes.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class CountingProxy {
  bytes = 0;
  #server;

  static async before(target) {
    const proxy = new CountingProxy();
    const { hostname, port } = new URL(target);
    proxy.#server = createServer((client) => {
      const server = connect(Number(port), hostname);
      for (const [from, to] of [[client, server], [server, client]]) {
        from.on('data', (bytes) => { proxy.bytes += bytes.length; });
        from.pipe(to);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
      }
    }).listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.url = `http://127.0.0.1:${proxy.#server.address().port}`;
    return proxy;
  }

  close() {
    this.#server.close();
  }
}
