// Deskbell: the kept view and the worker as the panel uses them. Its times begin with the page's
// navigation.

import { newEventId } from '../../../web/src/shared/event_id.ts';
import { lastView } from '../../../web/src/panel/last_view.ts';
import { Sending } from '../../../web/src/panel/sending.ts';

const kShown = 50;
const kSite = 'bench';
const kept = lastView(kSite).then((view) => ({ at: performance.now(), count: view?.messages.length }));
const sending = new Sending(kSite);
const worker = new Worker('/assets/worker.js');
const waiting = new Map();
const heard = new Map();
const wishes = [];
let tag = 0;

function hear(kind, like = () => true) {
  return new Promise((resolve) => {
    if (heard.has(kind) && like(heard.get(kind).data)) return resolve(heard.get(kind));
    wishes.push({ kind, like, resolve });
  });
}

worker.onmessage = ({ data }) => {
  if (data.kind === 'answer') return waiting.get(data.tag)(data.answer);
  const news = { at: performance.now(), data };
  heard.set(data.kind, news);
  for (const wish of [...wishes]) {
    if (wish.kind !== data.kind || !wish.like(data)) continue;
    wishes.splice(wishes.indexOf(wish), 1);
    wish.resolve(news);
  }
};

function send(command, given = {}) {
  return new Promise((resolve, reject) => {
    waiting.set(++tag, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result)));
    worker.postMessage({ kind: 'command', tag, command: { command, ...given } });
  });
}

const panel = () => send('panel', { limit: kShown });

/** When the view of the last messages has been kept for the next visit, which nobody is told. */
async function viewKept() {
  while ((await lastView(kSite))?.messages.length !== kShown) await new Promise((done) => setTimeout(done, 20));
}

window.bench = {
  /** Fills the store from the hub and waits until it is up to date and kept. */
  async fill() {
    await hear('connection', ({ connection }) => connection === 'live');
    await panel();
    await viewKept();
  },
  /** When the kept view and when the store itself showed the last messages. */
  async reopen() {
    const live = panel().then((view) => ({ at: performance.now(), count: view.messages.length }));
    const { at, count } = await kept;
    return { kept: at, keptCount: count, ...(await live) };
  },
  /**
   * As the panel sends: how long until the message is on the disk and shown as saved, until the
   * core's own store has it as durably, and until the core's view of it is there.
   */
  async send(text) {
    const start = performance.now();
    const id = newEventId();
    if (!await sending.keep({ id, text, files: [], conversation: 'new', at: Date.now() })) throw new Error('it was not kept');
    const durable = performance.now() - start;
    await send('message.post', { id, text });
    const stored = performance.now() - start;
    void sending.forget(id);
    const { messages } = await panel();
    if (messages.find((message) => message.id === id)?.state !== 'saved') throw new Error('it is not shown');
    return { durable, stored, shown: performance.now() - start };
  },
};
worker.postMessage({ kind: 'open', site: kSite });
