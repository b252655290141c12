// A store of many messages, opened by a page that has just been loaded: how long until the last ones
// can be shown, counted from the navigation.

import { withBrowser } from './browser_page.mjs';
import { median, printGoal, printTable, quantile, short } from './figures.mjs';
import { textOf } from './site.mjs';

const kShown = 50;

export async function reopen({ quick }) {
  const messages = quick ? 200 : 10_000;
  const rounds = quick ? 2 : 15;
  const texts = Array.from({ length: messages }, (_, number) => textOf(number));
  const taken = new Map();
  const take = (name, ms) => taken.set(name, [...(taken.get(name) ?? []), ms]);
  await withBrowser(messages, async ({ open, hub, peers }) => {
    hub.away = false;
    for (const peer of peers) {
      const page = await open(peer);
      await page.evaluate((all) => window.bench.fill(all), texts);
      await page.close();
    }
    hub.away = true;
    for (let round = -1; round < rounds; ++round) {
      for (const peer of peers) {
        const page = await open(peer);
        const { at, count, kept, keptCount } = await page.evaluate(() => window.bench.reopen());
        if (count !== kShown) throw new Error(`${peer} shows ${count} messages`);
        if (kept && keptCount !== kShown) throw new Error(`the kept view has ${keptCount} messages`);
        await page.close();
        if (round < 0) continue;
        take(peer, at);
        if (kept) take('kept', kept);
      }
    }
  });
  const row = (label, name) => [label, short(median(taken.get(name))), short(quantile(taken.get(name), 0.9)),
    short(median(taken.get(name)) / median(taken.get('dexie')))];
  printTable(`Reopening ${messages.toLocaleString('en-US')} messages and showing the last ${kShown}, ms`,
    ['', 'median', 'p90', 'median / Dexie'],
    [row('Deskbell: shown', 'kept'), row('Deskbell: and the whole store is open', 'deskbell'),
      row('Dexie', 'dexie'), row('plain IndexedDB', 'plain'), row('PouchDB', 'pouchdb')]);
  printGoal('shown no later than by Dexie', median(taken.get('kept')) <= median(taken.get('dexie')));
}
