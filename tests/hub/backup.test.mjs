import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from '../support/until.mjs';
import { Scene } from './scene.mjs';

/** What a restored hub and its devices have been through, step by step. */
let scene;
let backup;
let inBackup;
let acknowledgedSince;

before(async () => {
  scene = await Scene.open({ seed: 7 });
  backup = join(scene.folder, 'fern-backup.db');
});
after(() => scene.close());

/** Until so many more messages have been acknowledged. */
async function more(count) {
  const goal = scene.acknowledged() + count;
  await until(`${count} more messages are acknowledged`, () => scene.acknowledged() >= goal);
}

test('a backup is made while devices write', async () => {
  scene.tellAll('write');
  await more(60);
  const { code, output } = await scene.command('backup', backup, '--data', scene.data);
  assert.equal(code, 0, output);
  assert.match(output, /Backed up the site fern: \d+ events/);
  assert.equal(statSync(backup).mode & 0o777, 0o600);
  inBackup = new Set(scene.list(backup).log.map(({ id }) => id));
  assert.ok(inBackup.size > 60);
});

test('doctor finds a running hub and its backup sound', async () => {
  for (const args of [['--data', scene.data], [backup]]) {
    const { code, output } = await scene.command('doctor', ...args, '--json');
    assert.equal(code, 0, output);
    const answer = JSON.parse(output.slice(output.indexOf('{')));
    assert.equal(answer.sound, true);
  }
});

test('a running hub is not restored under its devices', async () => {
  await more(60);
  const { code, output } = await scene.command('restore', backup, '--data', scene.data);
  assert.equal(code, 1);
  assert.match(output, /in use by another deskbell process; stop that one first/);
});

test('devices give a restored hub back what it lost, once, and all are equal', async () => {
  await more(60);
  await scene.killHub();
  acknowledgedSince = scene.devices.flatMap(({ journal }) => [...journal.sent])
    .filter((id) => !inBackup.has(id));
  assert.ok(acknowledgedSince.length >= 60, 'much was acknowledged after the backup');

  const { code, output } = await scene.command('restore', backup, '--data', scene.data);
  assert.equal(code, 0, output);
  assert.match(output, /has a new name \(epoch [0-9a-f]{16}\)/);
  const [, kept] = /kept in (\S+);/.exec(output);
  const restored = scene.list(scene.database);
  assert.equal(restored.log.length, inBackup.size);
  assert.notEqual(restored.state.epoch, scene.list(join(kept, 'hub.db')).state.epoch);

  await scene.startHub();
  await more(30); // and life goes on meanwhile
  await scene.drain();
  await scene.stop();
  const { wrong, lost, doubled } = await scene.judge();
  assert.deepEqual(wrong, []);
  assert.equal(lost + doubled, 0);
  const healed = new Set(scene.log().map(({ id }) => id));
  assert.deepEqual(acknowledgedSince.filter((id) => !healed.has(id)), []);
  console.log(`${acknowledgedSince.length} messages acknowledged after the backup, all given back`);
});
