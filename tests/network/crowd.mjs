// A thousand devices, real engines with real connections, and a hub that is killed and stopped.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../support/random.mjs';
import { World } from './world.mjs';

const kDevices = Number(process.env['NETWORK_DEVICES'] ?? 1_000);
/** Two requests bring a device back. A hub serves many times as many. */
const kMostPerSecond = kDevices * 1.3;

export function crowd() {
  test(`${kDevices} devices find a hub again that was killed, and one that was stopped`, async (t) => {
    const world = await World.open(new Random());
    const devices = world.crowd(kDevices);
    try {
      const all = new RegExp(`^live ${kDevices}$`, 'm');
      await devices.says(all);
      for (const how of ['kill', 'stop']) {
        const from = devices.output.length;
        await world.hub[how]();
        await devices.says(/^live 0$/m, from);
        await world.hub.start();
        devices.write('mark\n');
        await devices.says(all, from);
        devices.write('report\n');
        const report = JSON.parse((await devices.says(/^\{.*\}$/m, from))[0]);
        assert.equal(report.signed_out, 0);
        assert.deepEqual(Object.keys(report.failures).filter((reason) => !/connect to server/.test(reason)), [],
          'the hub was there, but did not serve everybody');
        t.diagnostic(`${how}: ${report.requests} requests, at most ${report.peak_per_second} in a second`);
        assert.ok(report.peak_per_second <= kMostPerSecond);
      }
      await world.hub.stop(); // with a good exit code
    } finally {
      await devices.kill();
      await world.close();
    }
  });
}
