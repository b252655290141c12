// Replicates a database to an empty folder: pouch_client.mjs URL FOLDER BATCH. Prints documents and
// seconds.

import PouchDB from 'pouchdb';

const [url, folder, batch] = process.argv.slice(2);
const start = performance.now();
const local = new PouchDB(folder);
const { docs_written: written } = await local.replicate.from(url, { batch_size: Number(batch) });
console.log(`replicated ${written} in ${((performance.now() - start) / 1000).toFixed(3)}`);
await local.close();
