// IndexedDB without anything around it: the floor.

import { kShown, record, sizes } from './records.mjs';

const opened = new Promise((resolve, reject) => {
  const request = indexedDB.open('plain', 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('messages', { keyPath: 'id' }).createIndex('position', 'position');
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
let next = 1_000_000;

async function add(records) {
  const transaction = (await opened).transaction('messages', 'readwrite', { durability: 'strict' });
  const store = transaction.objectStore('messages');
  for (const each of records) store.add(each);
  transaction.commit();
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
}

window.bench = {
  async fill(texts) {
    for (let start = 0; start < texts.length; start += sizes.transaction) {
      await add(texts.slice(start, start + sizes.transaction).map((text, index) => record(start + index, text)));
    }
  },
  async reopen() {
    const index = (await opened).transaction('messages').objectStore('messages').index('position');
    const shown = [];
    await new Promise((resolve, reject) => {
      const request = index.openCursor(null, 'prev');
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const cursor = request.result;
        if (cursor) shown.push(cursor.value);
        if (!cursor || shown.length === kShown) resolve();
        else cursor.continue();
      };
    });
    return { at: performance.now(), count: shown.length };
  },
  async send(text) {
    const start = performance.now();
    await add([record(++next, text)]);
    return { durable: performance.now() - start };
  },
};
