/**
 * Serves the demo shop: `node demo/shop/serve.mjs --port 8081 --hub http://localhost:8080`.
 * Port 0 takes a free one. Prints the shop's address once it listens on this machine.
 */

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const kFolder = dirname(fileURLToPath(import.meta.url));
const kTypes = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Everything that the shop has; nothing else is read from the disk for anybody. */
const kFiles = new Map([
  ['/', 'index.html'],
  ...['shop.css', 'shop.js', 'service-worker.js'].map((name) => [`/${name}`, name]),
  ...['boston-fern', 'mark', 'monstera', 'oak-sapling', 'rubber-fig', 'shelf', 'snake-plant',
    'terracotta-pots'].map((name) => [`/pictures/${name}.svg`, `pictures/${name}.svg`]),
]);

function complain(message) {
  console.error(`demo/shop/serve.mjs: ${message}`);
  process.exit(1);
}

function readArguments() {
  const options = {
    port: { type: 'string', default: '8081' }, hub: { type: 'string', default: 'http://localhost:8080' },
  };
  try {
    const { port, hub } = parseArgs({ options }).values;
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) complain(`--port takes 0 to 65535, not "${port}".`);
    const { protocol, origin } = new URL(hub);
    if (!/^https?:$/.test(protocol)) complain(`--hub takes an http or https address, not "${hub}".`);
    return { port: Number(port), hub: origin };
  } catch (error) {
    return complain(`${error.message}. Try --port 8081 --hub http://localhost:8080.`);
  }
}

const { port, hub } = readArguments();

async function answer(request, response) {
  const path = request.url.split('?')[0];
  const file = kFiles.get(path);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
  } else if (!file) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('No such page.\n');
  } else {
    const text = (await readFile(join(kFolder, file), 'utf8')).replaceAll('__HUB__', hub);
    response.writeHead(200, {
      'content-type': kTypes[extname(file)],
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    }).end(request.method === 'HEAD' ? undefined : text);
  }
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
});
server.on('error', (error) => complain(error.message));
server.listen(port, '127.0.0.1', () => {
  console.log(`http://localhost:${server.address().port}`);
});
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.closeAllConnections();
    server.close(() => process.exit(0));
  });
}
