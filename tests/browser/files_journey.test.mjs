// A file's way in each engine, with the real worker, core and hub, and the agent's real program at the
// other end: chosen where there is no network, kept over reloads before and after it is sent, cut off
// in the middle of the upload, and the same bytes at the agent; and a file that comes back from him.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openBrowser } from '../support/browsers.mjs';
import { Hands } from '../support/hands.mjs';
import { isKeptForOffline } from '../support/offline.mjs';
import { Agent } from '../support/programs.mjs';
import { Shop, site } from '../support/shop.mjs';
import { until } from '../support/until.mjs';

const kMegabyte = 1024 * 1024;
/** Several pieces, so that there is a middle. */
const kBytes = 3 * kMegabyte;
const kName = 'fern & frost.bin';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Chooses a file of random bytes, as the browser's dialog would; answers the bytes' SHA-256. */
function choose(tab, name, size) {
  return tab.evaluate(async (called, length) => {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i += 65_536) crypto.getRandomValues(bytes.subarray(i, Math.min(length, i + 65_536)));
    const chosen = new DataTransfer();
    chosen.items.add(new File([bytes], called, { type: 'application/x-plants' }));
    const input = document.querySelector('input[type=file]');
    input.files = chosen.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }, name, size);
}

const namesIn = (tab, list) => tab.evaluate((wanted) =>
  [...document.querySelectorAll(`${wanted} .file-name`)].map((one) => one.innerText).join(), list);
const draftIn = (tab) => tab.evaluate(() => document.querySelector('.composer textarea')?.value);

/** The bytes that the panel hands to the browser to be saved when that file is clicked, as SHA-256. */
async function save(hands, name) {
  const { tab } = hands;
  await tab.evaluate(() => {
    const { createObjectURL } = URL;
    URL.createObjectURL = (blob) => {
      window.saved = blob;
      return createObjectURL.call(URL, blob);
    };
    // The browser's own saving is its own affair.
    HTMLAnchorElement.prototype.click = function () { window.savedAs = this.download; };
  });
  await hands.click(name);
  await until(`${name} is saved`, () => tab.evaluate(() => window.saved !== undefined && window.savedAs));
  return tab.evaluate(async () => {
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await window.saved.arrayBuffer()));
    return [window.savedAs, Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')];
  });
}

async function travel(engine) {
  const shop = await Shop.open();
  let browser, agent;
  try {
    browser = await openBrowser(engine, { profile: join(shop.folder, 'profile') });
    const tab = await browser.openWindow();
    const hands = new Hands(tab);
    await hands.goto(`${shop.hubUrl}/panel/${site}`);
    await hands.click('Write a message');
    await hands.write('Hello');
    await hands.reaches('Hello', 'sent', 'delivered', 'read');
    await isKeptForOffline(tab);

    // Chosen with no network, and not sent yet: it is there again after a reload, with the words.
    await shop.network.cut();
    const hash = await choose(tab, kName, kBytes);
    await hands.click('Write a message');
    await tab.type('See the damage');
    await until('the file is kept', () => tab.evaluate(() => localStorage.getItem('deskbell:chosen:fern') !== null));
    await hands.reload();
    await until('the file is there again', async () => (await namesIn(tab, '.chosen')) === kName);
    assert.equal(await draftIn(tab), 'See the damage');

    // Sent with no network, and there after a reload as well.
    await hands.click('Write a message');
    await tab.press('Enter');
    await hands.reaches('See the damage', 'saved');
    assert.equal(await namesIn(tab, '.chosen'), '');
    await hands.reload();
    await hands.reaches('See the damage', 'saved');
    assert.equal(await namesIn(tab, '.own'), kName);
    assert.equal(await namesIn(tab, '.chosen'), '');

    // Cut off in the middle, it goes on there.
    const before = shop.network.sent;
    const broken = shop.network.breakAfterSent(1.5 * kMegabyte);
    await shop.network.restore();
    await broken;
    await hands.reaches('See the damage', 'sent', 'delivered', 'read');
    const sent = shop.network.sent - before;
    assert.ok(sent < kBytes + 1.5 * kMegabyte, `${sent} bytes were sent for ${kBytes}`);

    agent = new Agent({
      hubUrl: shop.direct, site, login: 'ana', password: 'correct horse battery', store: join(shop.folder, 'agent.db'),
    });
    await agent.run('wait message damage');
    await agent.run('open 1');
    assert.match(await agent.run(`save 1 ${shop.folder}`), /saved: /);
    assert.equal(sha256(await readFile(join(shop.folder, kName))), hash);

    // And back.
    const label = randomBytes(300_000);
    await writeFile(join(shop.folder, 'label.pdf'), label);
    await agent.run(`attach ${join(shop.folder, 'label.pdf')} Print this`);
    await hands.sees('Print this');
    assert.deepEqual(await save(hands, 'File: label.pdf'), ['label.pdf', sha256(label)]);
    await agent.quit();
    agent = null;
    const left = await tab.evaluate(() => localStorage.getItem('deskbell:chosen:fern'));
    assert.equal(left, null, 'nothing is kept that was sent');
  } finally {
    await agent?.program.kill();
    await browser?.close();
    await shop.close();
  }
}

describe('A file travels', () => {
  for (const engine of ['chromium', 'firefox', 'webkit']) test(engine, () => travel(engine));
});
