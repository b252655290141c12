import Dexie from 'dexie';
import { kShown, record, sizes } from './records.mjs';

const db = new Dexie('dexie', { chromeTransactionDurability: 'strict' });
db.version(1).stores({ messages: 'id, position' });
let next = 1_000_000;

window.bench = {
  async fill(texts) {
    for (let start = 0; start < texts.length; start += sizes.transaction) {
      await db.messages.bulkAdd(texts.slice(start, start + sizes.transaction)
        .map((text, index) => record(start + index, text)));
    }
  },
  async reopen() {
    const shown = await db.messages.orderBy('position').reverse().limit(kShown).toArray();
    return { at: performance.now(), count: shown.length };
  },
  async send(text) {
    const start = performance.now();
    await db.messages.add(record(++next, text));
    return { durable: performance.now() - start };
  },
};
