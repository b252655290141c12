// A hub that cannot start says why and what to do, and touches nothing.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Program, addAccount, deskbell } from '../support/programs.mjs';

let folder;
let sound;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deskbell-trouble-'));
  chmodSync(folder, 0o755);
  sound = join(folder, 'sound');
  await addAccount(sound, 'fern', 'ada', 'Ada', 'correct horse');
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the data folder, in which `spoil` has spoilt the database. */
function spoilt(name, spoil) {
  const data = join(folder, name);
  cpSync(sound, data, { recursive: true });
  const database = join(data, 'sites/fern/hub.db');
  const file = openSync(database, 'r+');
  spoil(file);
  closeSync(file);
  return { data, database };
}

async function startsInVain(data, options = {}) {
  const hub = new Program(deskbell, ['serve', '--data', data, '--port', '0'], options);
  const { code } = await hub.ended;
  assert.equal(code, 1, hub.output);
  assert.doesNotMatch(hub.output, /listening/);
  return hub.output;
}

test('a damaged database: where it is, and how to look at it and to put a backup in its place', async () => {
  const { data, database } = spoilt('damaged', (file) => writeSync(file, Buffer.alloc(64, 0x5a), 0, 64, 0));
  const before = readFileSync(database);
  const output = await startsInVain(data);
  assert.match(output, /hub\.db: file is not a database/);
  assert.match(output, /deskbell doctor/);
  assert.match(output, /deskbell restore/);
  assert.deepEqual(readFileSync(database), before);
  const doctor = new Program(deskbell, ['doctor', '--data', data]);
  assert.equal((await doctor.ended).code, 1);
  assert.match(doctor.output, /is not sound:\n +SQLite cannot read the file/);
});

test('a database of a newer version: update the program; it is left as it was', async () => {
  // `user_version` stands in the header.
  const { data, database } = spoilt('newer', (file) => writeSync(file, Buffer.from([0, 0, 0, 99]), 0, 4, 60));
  const before = readFileSync(database);
  const output = await startsInVain(data);
  assert.match(output, /written by a newer Deskbell .*update this program/);
  assert.deepEqual(readFileSync(database), before);
});

test('a folder of somebody else: whose it must be', { skip: process.getuid() !== 0 && 'needs root to be somebody else' }, async () => {
  const output = await startsInVain(sound, { uid: 65534, gid: 65534, cwd: '/' });
  assert.match(output, /Permission denied/);
  assert.match(output, /must belong to the user/);
});

test('a database that may not be written: whose it must be', async () => {
  const { data, database } = spoilt('read-only', () => {});
  const options = {};
  if (process.getuid() === 0) {
    execFileSync('chown', ['-R', '65534:65534', data]);
    Object.assign(options, { uid: 65534, gid: 65534, cwd: '/' });
  }
  chmodSync(database, 0o400);
  const output = await startsInVain(data, options);
  assert.match(output, /hub\.db/);
  assert.match(output, /must belong to the user/);
});
