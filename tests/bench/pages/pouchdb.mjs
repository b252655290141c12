// PouchDB cannot be told to be strict: what it calls written may not have reached the disk.

import PouchDB from 'pouchdb/dist/pouchdb.js';
import { kShown, record, sizes } from './records.mjs';

const db = new PouchDB('pouchdb');
let next = 1_000_000;

function pouchDocument(number, text) {
  const { id, ...rest } = record(number, text);
  return { _id: `${String(number).padStart(8, '0')}-${id}`, ...rest };
}

window.bench = {
  async fill(texts) {
    for (let start = 0; start < texts.length; start += sizes.transaction) {
      await db.bulkDocs(texts.slice(start, start + sizes.transaction)
        .map((text, index) => pouchDocument(start + index, text)));
    }
  },
  async reopen() {
    const { rows } = await db.allDocs({ include_docs: true, descending: true, limit: kShown });
    return { at: performance.now(), count: rows.filter(({ doc }) => doc.text).length };
  },
  async send(text) {
    const start = performance.now();
    await db.put(pouchDocument(++next, text));
    return { durable: performance.now() - start };
  },
};
