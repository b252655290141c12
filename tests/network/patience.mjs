// How devices wait: for a hub that is not there, that asks them to, or behind a box that holds
// streams back. What is measured at the middle box are lower bounds only.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../support/random.mjs';
import { until } from '../support/until.mjs';
import { faults, give } from './proxy.mjs';
import { settled, widgetSkip, World } from './world.mjs';

const kClients = {
  'a native device': { open: (world) => world.customer(), skip: false },
  'the widget': { open: async (world, browser) => world.widget(await browser()), skip: widgetSkip },
};

const kEmpty = Buffer.alloc(0);
const date = (ms) => new Date(ms).toUTCString();

async function withWorld(work) {
  const world = await World.open(new Random());
  try {
    await work(world);
  } finally {
    await world.close();
  }
}

/** Streams whose bytes (and head, if so wanted) wait in the middle until they end. */
const holdStreams = (withHead) => Object.assign(({ response, upstream }) => {
  upstream.resume();
  upstream.on('error', () => response.socket?.destroy());
  upstream.on('end', () => response.end());
  if (!withHead) response.flushHeaders();
}, { keepsHead: withHead });

export function patience(browser) {
  for (const [name, { open, skip }] of Object.entries(kClients)) {
    test(`${name} asks a hub that is not there with growing patience`, { skip }, () => withWorld(async (world) => {
      const device = await open(world, browser);
      await device.connects('live');
      world.proxy.decide = () => faults.refuse;
      world.proxy.breakAll();
      const from = Date.now();
      const tries = () => world.proxy.requests.filter(({ at }) => at >= from);
      await device.connects('offline');
      await until('it has tried six times', () => tries().length >= 6);
      const gaps = tries().slice(1).map(({ at }, i) => at - tries()[i].at);
      // Two requests that fail together count once; a browser repeats some by itself.
      const attempts = gaps.filter((gap) => gap > 50);
      attempts.forEach((gap, i) => assert.ok(gap >= 250 * 2 ** i * 0.9 || gap >= 30_000 * 0.9, `${attempts}`));
      world.proxy.decide = () => undefined;
      await device.post('after the storm');
      await settled(device, 1);
    }));

    test(`${name} honours Retry-After, in seconds and as a date of a hub whose clock is wrong`, { skip },
      () => withWorld(async (world) => {
        const device = await open(world, browser);
        await device.connects('live');
        const hubNow = Date.now() - 3_600_000;
        const rows = [
          { status: 503, headers: { 'retry-after': '3' }, least: 3_000 },
          { status: 429, headers: { date: date(hubNow), 'retry-after': date(hubNow + 4_000) }, least: 4_000 },
          { status: 503, headers: { 'retry-after': '-1' }, least: 200 },
        ];
        for (const { status, headers, least } of rows) {
          let told = 0;
          world.proxy.decide = ({ kind }) => (kind !== 'push' || told ? undefined : ({ response }) => {
            told = Date.now();
            give(response, { status, headers, body: kEmpty });
          });
          await device.post(`told to wait with ${JSON.stringify(headers)}`);
          await until('it has asked again', () =>
            told && world.proxy.requests.find(({ kind, at }) => kind === 'push' && at > told));
          const again = world.proxy.requests.find(({ kind, at }) => kind === 'push' && at > told);
          assert.ok(again.at - told >= least - 20, `asked again after ${again.at - told} ms`);
        }
        await settled(device, rows.length);
      }));

    test(`${name} falls back to long polls where streams are held back`, { skip }, () => withWorld(async (world) => {
      world.proxy.decideStream = () => holdStreams(/*withHead=*/true);
      const device = await open(world, browser);
      await until('it polls', () => world.proxy.requests.some(({ url }) => url.includes('wait=')));
      const agent = await world.agent(world.direct);
      await device.post('are you there?');
      const conversation = await until('the agent has it', async () =>
        Object.keys((await agent.state()).conversations)[0]);
      await agent.post('I am', conversation);
      await settled(device, 2);
    }));
  }

  test('a native device notices that a stream has a head and no body', () => withWorld(async (world) => {
    world.proxy.decideStream = () => holdStreams(/*withHead=*/false);
    const device = await world.customer();
    await until('it polls', () => world.proxy.requests.some(({ url }) => url.includes('wait=')), 240_000);
    assert.ok(world.proxy.count('stream') >= 2);
    await device.post('are you there?');
    await settled(device, 1);
  }));
}
