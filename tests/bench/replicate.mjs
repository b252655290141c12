// A whole site to an empty agent's device: the real hub and the SDK, beside PouchDB and its server.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Device, Hub, kPassword, kSite } from '../protocol/hub.mjs';
import { Program } from '../support/programs.mjs';
import { CountingProxy } from './counting_proxy.mjs';
import { printGoal, printTable, short } from './figures.mjs';
import { binary } from './native.mjs';
import { kDatabase } from './pouch.mjs';
import { conversationOf, idAt, opens, textOf, timeOf } from './site.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const kBatch = 500;

async function finished(program, pattern) {
  const found = await program.says(pattern, 0);
  const { code } = await program.ended;
  if (code !== 0) throw new Error(`it ended with ${code}:\n${program.output}`);
  return found;
}

/** Fills the hub with so many messages, by a customer and an agent in turn; answers all events. */
async function fill(hub, messages) {
  const people = [await Device.customer(hub.url, 'customer'), await Device.agent(hub.url)];
  let placed = 0;
  const push = async (person, events) => {
    const results = await person.push(...events);
    const bad = results.find(({ outcome }) => outcome !== 'placed');
    if (bad) throw new Error(`an event was not placed: ${JSON.stringify(bad)}`);
    placed += results.length;
  };
  const kGroup = 2 * (kBatch - 20);
  for (let start = 0; start < messages; start += kGroup) {
    const numbers = Array.from({ length: Math.min(kGroup, messages - start) }, (_, i) => start + i);
    const [customer, agent] = people;
    const event = ({ author }, number, type, data) => ({
      id: idAt(number, type), type, conversation: conversationOf(number), author, at: timeOf(number), data });
    const post = (person, number) => event(person, number, 'message.posted', { text: textOf(number) });
    await push(customer, numbers.flatMap((number) => [
      ...(opens(number) ? [event(customer, number, 'conversation.started', {})] : []),
      ...(number % 2 === 0 ? [post(customer, number)] : []),
    ]));
    const odd = numbers.filter((number) => number % 2);
    if (odd.length > 0) await push(agent, odd.map((number) => post(agent, number)));
  }
  return placed;
}

/** A filled hub behind a counting proxy; `replicate` brings all of it to a device that is empty. */
async function withDeskbell(messages, use) {
  const hub = await Hub.start();
  try {
    const events = await fill(hub, messages);
    return await use(async (folder) => {
      const proxy = await CountingProxy.before(hub.url);
      const client = new Program(await binary('bench-replicate'),
        [proxy.url, kSite, join(folder, 'device.db'), 'ana', kPassword]);
      const [, seconds] = await finished(client, /^(\d+\.\d+)$/m);
      proxy.close();
      return { events, seconds: Number(seconds), bytes: proxy.bytes };
    });
  } finally {
    await hub.remove();
  }
}

/** The same with PouchDB's server and as many documents. */
async function withPouchdb(docs, folder, use) {
  const server = new Program(process.execPath, [join(here, 'pouch_server.mjs'), folder, String(docs)]);
  try {
    const [, url] = await server.says(/listening on (http:\S+)/);
    return await use(async (clientFolder) => {
      const proxy = await CountingProxy.before(url);
      const client = new Program(process.execPath, [join(here, 'pouch_client.mjs'),
        `${proxy.url}/${kDatabase}`, join(clientFolder, 'client'), String(kBatch)]);
      const [, written, seconds] = await finished(client, /replicated (\d+) in (\S+)/);
      proxy.close();
      return { events: Number(written), seconds: Number(seconds), bytes: proxy.bytes };
    });
  } finally {
    await server.kill();
  }
}

/** The round of the median time. */
function middle(rounds) {
  return rounds.slice().sort((left, right) => left.seconds - right.seconds)[Math.floor(rounds.length / 2)];
}

export async function replicate({ quick }) {
  const count = quick ? 1_000 : 100_000;
  const rounds = quick ? 1 : 5;
  const folder = await mkdtemp(join(tmpdir(), 'deskbell-bench-'));
  const fresh = () => mkdtemp(join(folder, 'device-'));
  try {
    await mkdir(join(folder, 'server'));
    const [ours, theirs] = await withDeskbell(count, (toSdk) => (
      withPouchdb(count, join(folder, 'server'), async (toLevelDb) => {
        // In turn, so that whatever else the machine does reaches both.
        const taken = [[], []];
        for (let round = 0; round < rounds; ++round) {
          taken[0].push(await toSdk(await fresh()));
          taken[1].push(await toLevelDb(await fresh()));
        }
        return taken.map(middle);
      })));
    const rate = ({ events, seconds }) => events / seconds;
    const weight = ({ events, bytes }) => bytes / events;
    const row = (name, figures) => [name, figures.events.toLocaleString('en-US'),
      figures.seconds.toFixed(1), short(rate(figures)), short(figures.bytes / 1e6),
      short(weight(figures)), short(rate(figures) / rate(theirs)),
      short(weight(figures) / weight(theirs))];
    printTable(`Replicating to an empty device (median of ${rounds})`,
      ['', 'events', 'seconds', 'a second', 'MB on the wire', 'bytes each', 'rate / PouchDB', 'bytes / PouchDB'],
      [row('Deskbell: hub to SDK', ours), row('PouchDB: its server to LevelDB', theirs)]);
    printGoal('at least 10 times the rate of PouchDB', rate(ours) >= 10 * rate(theirs));
    printGoal('a third of its bytes', weight(ours) <= weight(theirs) / 3);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
