import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { until } from '../support/until.mjs';
import { Scene } from './scene.mjs';

let scene;
before(async () => { scene = await Scene.open({ seed: 3, withDisk: true }); });
after(() => scene.close());

/** A customer's device in a few requests. */
class Customer {
  id = randomUUID();
  secret = randomBytes(32).toString('hex');

  async post(path, body) {
    const response = await fetch(`${scene.url}/v1/sites/fern${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(this.token && { authorization: `Bearer ${this.token}` }) },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  }

  async signIn() {
    const answer = await this.post('/tokens', { actor: 'customer', id: this.id, secret: this.secret });
    this.token = answer.body.token;
    return answer;
  }

  begin(conversation) {
    return this.post('/events', { events: [{ id: conversation, type: 'conversation.started', conversation,
      author: { kind: 'customer', id: this.id }, at: 1_763_770_000_000 }] });
  }
}

test('a hub on a full disk says so, loses nothing, and goes on when there is room', async () => {
  const customer = new Customer();
  assert.equal((await customer.signIn()).status, 200);
  scene.tellAll('write');
  await until('there is load', () => scene.acknowledged() > 30);

  scene.fillDisk();
  const refused = await customer.begin(randomUUID());
  assert.equal(refused.status, 507);
  assert.equal(refused.body.type, '/problems/storage_full');
  assert.equal((await new Customer().signIn()).status, 507);
  // Who only reads goes on.
  const page = await fetch(`${scene.url}/v1/sites/fern/events`, { headers: { authorization: `Bearer ${customer.token}` } });
  assert.equal(page.status, 200);
  // Devices go on writing for themselves; nothing that was saved is acknowledged.
  await until('what was on its way has been answered', async () => {
    const before = scene.acknowledged();
    const saved = scene.saved();
    await until('devices save', () => scene.saved() > saved + 20);
    return scene.acknowledged() === before;
  });
  assert.match(scene.hub.output, /a push failed: .*full/);

  scene.freeDisk();
  const placed = await customer.begin(randomUUID());
  assert.equal(placed.status, 200);
  assert.equal(placed.body.results[0].outcome, 'placed');
  await scene.drain();
  assert.equal((await scene.stop()).code, 0);
  const { wrong, lost, doubled } = await scene.judge();
  assert.deepEqual(wrong, []);
  assert.equal(lost + doubled, 0);
});

test('a backup for which there is no room leaves nothing behind, and the hub as it was', async () => {
  await scene.startHub();
  scene.fillDisk();
  const { code, output } = await scene.command('backup', `${scene.folder}/backup.db`, '--data', scene.data);
  assert.equal(code, 1);
  assert.match(output, /the disk is full/);
  scene.freeDisk();
  const again = await scene.command('backup', `${scene.folder}/backup.db`, '--data', scene.data);
  assert.equal(again.code, 0, again.output);
  assert.deepEqual(scene.filesBeside('backup.db'), ['backup.db']);

  await scene.stop();
  scene.fillDisk();
  const restore = await scene.command('restore', `${scene.folder}/backup.db`, '--data', scene.data);
  assert.equal(restore.code, 1);
  assert.match(restore.output, /the disk is full|No space left/);
  scene.freeDisk();
  assert.equal((await scene.command('doctor', '--data', scene.data)).code, 0);
});
