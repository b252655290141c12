// PouchDB's own server with DOCS messages in it: pouch_server.mjs FOLDER DOCS. Prints its address.

import express from 'express';
import expressPouchDB from 'express-pouchdb';
import PouchDB from 'pouchdb';
import { kDatabase, pouchDocument } from './pouch.mjs';

const [folder, docs] = process.argv.slice(2);
const Server = PouchDB.defaults({ prefix: `${folder}/` });
const database = new Server(kDatabase);
for (let start = 0; start < Number(docs); start += 1000) {
  const count = Math.min(1000, Number(docs) - start);
  await database.bulkDocs(Array.from({ length: count }, (_, index) => pouchDocument(start + index)));
}
const app = express();
app.use('/', expressPouchDB(Server, {
  mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: `${folder}/log.txt`,
}));
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
