// The npm package as an app bundles it, and the React and Vue examples around it: they mount, work
// and go without leaving anything behind, as often as one likes.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { build } from 'esbuild';
import { root } from '../support/programs.mjs';
import { browser, panelOf, shop, site, useShop } from '../support/shop.mjs';
import { until } from '../support/until.mjs';

const kRounds = 20;
const kPackage = join(root, 'web/dist/npm/deskbell.js');

useShop();

/** The example as its app would be bundled; `deskbell` is the package as it is built. */
async function bundle(entry) {
  const result = await build({
    entryPoints: [join(root, entry)], bundle: true, write: false, format: 'iife', globalName: 'app',
    jsx: 'automatic', logLevel: 'error', define: { 'process.env.NODE_ENV': '"production"' },
    alias: { deskbell: kPackage },
  });
  return result.outputFiles[0].text;
}

/** The app's page, from the shop's own server. */
async function openApp(script) {
  shop.page = () => '<!doctype html><title>App</title><div id="app"></div>';
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  await page.goto(shop.url);
  await page.addScriptTag({ content: script });
  return page;
}

describe('The npm package', () => {
  test('has types for all that it can do', async () => {
    const types = await readFile(join(root, 'web/npm/deskbell.d.ts'), 'utf8');
    const commands = await readFile(join(root, 'web/src/loader/commands.ts'), 'utf8');
    const table = commands.slice(commands.indexOf('const commands'), commands.indexOf('return (name'));
    const names = [...table.matchAll(/^ {4}(\w+)[(:]/gm)].map(([, name]) => name);
    assert.ok(names.length >= 15, names.join());
    for (const name of names) assert.match(types, new RegExp(`'${name}'`));
    const protocol = await readFile(join(root, 'web/src/shared/protocol.ts'), 'utf8');
    const events = [...protocol.slice(protocol.indexOf('PanelEvent')).matchAll(/'([a-z]+:[a-z]+)'/g)];
    assert.ok(events.length >= 8);
    for (const [, name] of events) assert.ok(types.includes(`'${name}'`), name);
  });

  test('does nothing when it is imported, where there is no document either', async () => {
    for (const file of [kPackage, kPackage.replace('.js', '.de.js')]) {
      const { Deskbell } = await import(`data:text/javascript;base64,${(await readFile(file)).toString('base64')}`);
      assert.equal(typeof Deskbell, 'function');
    }
  });
});

for (const [name, entry] of [['React', 'demo/react/app.jsx'], ['Vue', 'demo/vue/app.js']]) {
  describe(`The ${name} example`, () => {
    test(`shows the widget, and takes all of it away, ${kRounds} times`, async () => {
      const page = await openApp(await bundle(entry));
      const options = { hub: shop.hubUrl, site };
      await page.evaluate((given) => { window.unmount = app.mount(document.querySelector('#app'), given); }, options);
      await page.waitForFunction(() => document.querySelector('deskbell-widget'));
      await page.getByRole('button', { name: 'Ask us' }).click();
      await until('the panel is there', () => panelOf(page));
      const devtools = await page.context().newCDPSession(page);
      const listeners = async () => {
        const { result } = await devtools.send('Runtime.evaluate', { expression: 'window' });
        return (await devtools.send('DOMDebugger.getEventListeners', result)).listeners.length;
      };
      await page.evaluate(() => window.unmount());
      const nothing = await listeners();
      for (let round = 0; round < kRounds; ++round) {
        await page.evaluate((given) => { window.unmount = app.mount(document.querySelector('#app'), given); }, options);
        await page.waitForFunction(() => document.querySelector('deskbell-widget'));
        await page.evaluate(() => window.unmount());
        await page.waitForFunction(() => !document.querySelector('deskbell-widget'));
      }
      assert.equal(await listeners(), nothing);
      assert.equal(page.frames().length, 1);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });
  });
}
