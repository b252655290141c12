// Durable pushes: the hub beside SQLite alone and beside the disk.

import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Device, Hub, kSite } from '../protocol/hub.mjs';
import { Program } from '../support/programs.mjs';
import { median, printGoal, printTable, short } from './figures.mjs';
import { binary } from './native.mjs';

const kBatches = [1, 10, 100];
const kGoal = 0.6;

/** Runs one measurement in an empty folder of its own. */
async function measure(program, mode, ...given) {
  const folder = await mkdtemp(join(tmpdir(), 'deskbell-bench-'));
  try {
    const run = spawnSync(program, [mode, folder, ...given.map(String)], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(run.stderr);
    return figures(run.stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function figures(text) {
  const [events, commits, seconds] = text.trim().split(' ').map(Number);
  return { events: events / seconds, commits: commits / seconds };
}

/** The real hub over HTTP, with so many clients that push at once. */
async function overHttp(program, seconds, batch, clients) {
  const hub = await Hub.start();
  try {
    const customer = await Device.customer(hub.url, 'customer');
    const run = new Program(program, ['http', seconds, batch, clients, new URL(hub.url).port, kSite,
      customer.token, customer.author.id].map(String));
    const { code } = await run.ended;
    if (code !== 0) throw new Error(run.output);
    return figures(run.output);
  } finally {
    await hub.remove();
  }
}

export async function hub({ quick }) {
  const seconds = quick ? 0.1 : 2;
  const rounds = quick ? 1 : 3;
  const program = await binary('bench-hub');
  const middle = (list, what) => median(list.map((figure) => figure[what]));

  const rows = [];
  const ratios = [];
  // Rounds of all, one after the other, so that the disk's moods reach everyone.
  const disk = [];
  const measured = new Map();
  for (let round = 0; round < rounds; ++round) {
    disk.push(await measure(program, 'disk', seconds));
    for (const batch of kBatches) {
      const found = measured.get(batch) ?? { sqlite: [], store: [], one: [], many: [] };
      measured.set(batch, found);
      found.sqlite.push(await measure(program, 'sqlite', seconds, batch));
      found.store.push(await measure(program, 'store', seconds, batch));
      found.one.push(await overHttp(program, seconds, batch, 1));
      found.many.push(await overHttp(program, seconds, batch, 16));
    }
  }
  const flushes = middle(disk, 'events');
  for (const [batch, found] of measured) {
    const sqlite = middle(found.sqlite, 'events');
    const row = (name, list) => [`${name}, ${batch} a push`, short(middle(list, 'events')),
      short(middle(list, 'commits')), short(middle(list, 'events') / sqlite),
      short(middle(list, 'commits') / flushes)];
    rows.push(row('SQLite alone', found.sqlite), row('hub: queue and store', found.store),
      row('hub over HTTP, one client', found.one), row('hub over HTTP, 16 clients', found.many));
    ratios.push(middle(found.store, 'events') / sqlite, middle(found.many, 'events') / sqlite);
  }
  printTable(`Durable pushes (the disk alone: ${short(flushes)} flushes a second)`,
    ['', 'events a second', 'pushes a second', 'events / SQLite', 'pushes / flushes'], rows);
  printGoal('at least 60 % of what SQLite alone reaches with the same commits',
    ratios.every((ratio) => ratio >= kGoal));
}
