// A message on a device without a network: how long until it is on the disk.

import { withBrowser } from './browser_page.mjs';
import { printGoal, printTable, quantile, short } from './figures.mjs';
import { textOf } from './site.mjs';

export async function localSend({ quick }) {
  const rounds = quick ? 10 : 500;
  const taken = new Map();
  const take = (name, ms) => taken.set(name, [...(taken.get(name) ?? []), ms]);
  await withBrowser(0, async ({ open, peers }) => {
    const pages = new Map();
    for (const peer of peers) pages.set(peer, await open(peer));
    // One by one in turn, so that the disk's moods reach everyone; the first few are warming up.
    for (let round = -5; round < rounds; ++round) {
      for (const [peer, page] of pages) {
        const { durable, stored, shown } = await page.evaluate((text) => window.bench.send(text), textOf(round + 5));
        if (round < 0) continue;
        take(peer, durable);
        if (stored) take('stored', stored);
        if (shown) take('shown', shown);
      }
    }
  });
  const of = (name, share) => quantile(taken.get(name), share);
  const row = (label, name) => [label, short(of(name, 0.5)), short(of(name, 0.99)),
    short(of(name, 0.5) / of('dexie', 0.5)), short(of(name, 0.99) / of('dexie', 0.99))];
  printTable(`A message on its own device, ms (${rounds} messages)`,
    ['', 'median', 'p99', 'median / Dexie', 'p99 / Dexie'],
    [row('Deskbell: on the disk, shown as saved', 'deskbell'),
      row('Deskbell: and in the core\'s store', 'stored'), row('Deskbell: and in its view', 'shown'),
      row('Dexie, strict', 'dexie'), row('plain IndexedDB, strict', 'plain'),
      row('PouchDB, cannot be strict', 'pouchdb')]);
  printGoal('no slower than Dexie (median)', of('deskbell', 0.5) <= of('dexie', 0.5));
  printGoal('no slower than Dexie (p99)', of('deskbell', 0.99) <= of('dexie', 0.99));
}
