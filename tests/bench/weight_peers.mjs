// The widgets that are weighed, each on a page of its own: `open()` gives `{ scale, url, close }`,
// `click(page)` does what a customer does to get at the field.

import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Shop } from '../support/shop.mjs';
import { Scale } from './weight_scale.mjs';

const kPackages = join(dirname(fileURLToPath(import.meta.url)), 'widgets/node_modules');
const kTypes = { '.js': 'text/javascript', '.css': 'text/css', '.png': 'image/png' };

const pageWith = (head, body = '') => '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
  '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">' +
  `<title>Shop</title>${head}</head><body><h1>A shop</h1><p>Ferns and pots.</p>${body}</body></html>`;

async function clickLauncher(page) {
  const { width, height } = page.viewportSize();
  await page.mouse.click(width - 48, height - 48);
}

/** A page at `/`, and the content of other paths as `find(path)` gives it. */
async function serve(page, find) {
  const scale = await Scale.serving(async (path) => {
    if (path === '/') return ['text/html', page];
    const content = await find(path);
    return content ? [kTypes[extname(path)] ?? 'text/html', content] : null;
  });
  return { scale, url: scale.url, close: async () => undefined };
}

/** The page alone, to see what is not any widget's. */
const nothing = {
  name: 'the page without any',
  open: () => serve(pageWith(''), async () => null),
  click: null,
};

const deskbell = {
  name: 'Deskbell',
  async open() {
    const shop = await Shop.open();
    const scale = await Scale.before(shop.hubUrl);
    shop.page = () => pageWith(`<script async src="${scale.url}/deskbell.js" data-site="fern"></script>`);
    return { scale, url: shop.url, close: () => shop.close() };
  },
  click: clickLauncher,
};

/** What it takes to write and have it saved: the rest may come later. */
const withoutCore = { ...deskbell, name: 'Deskbell, its core held back', heldBack: /\.wasm$/ };

/** Its server's part is the least that lets it show its field. */
const rocketChat = {
  name: 'Rocket.Chat livechat 1.13.3',
  open() {
    const built = join(kPackages, '@rocket.chat/livechat/build');
    const settings = { enabled: true, online: true, settings: {}, theme: {}, messages: {}, departments: [],
      triggers: [], resources: {}, customFields: [] };
    const page = pageWith('', '<script>window.RocketChat=function(c){RocketChat._.push(c)};RocketChat._=[];' +
      'RocketChat.url="/livechat";</script><script async src="/livechat/rocketchat-livechat.min.js"></script>');
    return serve(page, async (path) => {
      if (path.startsWith('/api/')) return JSON.stringify({ success: true, config: settings });
      if (path !== '/livechat') return readFile(join(built, path.slice('/livechat/'.length)));
      const frame = await readFile(join(built, 'index.html'), 'utf8');
      return frame.replace('<body>', '<body><script>SERVER_URL=location.origin</script>');
    });
  },
  click: clickLauncher,
};

const deepChat = {
  name: 'deep-chat 2.4.2 (interface only, no launcher)',
  open() {
    const page = pageWith('<script type="module" src="/deepChat.bundle.js"></script>', '<deep-chat></deep-chat>');
    return serve(page, (path) => readFile(join(kPackages, 'deep-chat/dist', path)));
  },
  click: async () => undefined,
};

/** As its package is used in React; its field is shown, but its service is not reached. */
const botpress = {
  name: 'Botpress webchat 4.5.2 (with React 19)',
  async open() {
    const { outputFiles } = await build({
      stdin: {
        contents: `
          import { createRoot } from 'react-dom/client';
          import { createElement, useState } from 'react';
          import { Fab, Webchat } from '@botpress/webchat';
          import ${JSON.stringify(join(kPackages, '@botpress/webchat/dist/style.css'))};
          const clientId = '00000000-0000-4000-8000-000000000000';
          function Widget() {
            const [open, setOpen] = useState(false);
            const chat = createElement('div', { style: { width: 380, height: 600 } }, createElement(Webchat, { clientId }));
            return createElement('div', { style: { position: 'fixed', right: 16, bottom: 16 } }, open ? chat : null,
              createElement(Fab, { onClick: () => setOpen(!open), style: { float: 'right', width: 64, height: 64 } }));
          }
          createRoot(document.getElementById('root')).render(createElement(Widget));`,
        resolveDir: dirname(kPackages),
      },
      bundle: true, minify: true, write: false, outdir: '/', format: 'esm', logLevel: 'error',
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    const page = pageWith('<link rel="stylesheet" href="/stdin.css"><script type="module" src="/stdin.js"></script>',
      '<div id="root"></div>');
    return serve(page, async (path) => outputFiles.find((file) => file.path === path)?.contents);
  },
  click: clickLauncher,
};

export { botpress, deepChat, deskbell, nothing, rocketChat, withoutCore };
