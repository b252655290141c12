// Something other than a hub answers: portals, and answers made to do harm.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Random } from '../support/random.mjs';
import { until } from '../support/until.mjs';
import { give } from './proxy.mjs';
import { settled, site, widgetSkip, World } from './world.mjs';

const kClients = {
  'a native device': { open: (world) => world.customer(), skip: false },
  'the widget': { open: async (world, browser) => world.widget(await browser()), skip: widgetSkip },
};

const kHtml = Buffer.from('<!doctype html><title>WLAN</title><p>Log in to the WLAN');
const portal = (status, headers, body) => ({ response }) => give(response, { status, headers, body });
const kPortals = {
  'a page': portal(200, { 'content-type': 'text/html' }, kHtml),
  'a page that says it is JSON': portal(200, { 'content-type': 'application/json' }, kHtml),
  'a redirect': portal(302, { location: 'http://127.0.0.1:9/login' }, kHtml),
  'network authentication': portal(511, { 'content-type': 'text/html' }, kHtml),
  'a login of its own': portal(401, { 'content-type': 'text/html', 'www-authenticate': 'Basic' }, kHtml),
  'JSON of its own': portal(200, { 'content-type': 'application/captive+json' }, Buffer.from('{"captive":true}')),
  'JSON of another API': portal(200, { 'content-type': 'application/json' }, Buffer.from('{"ok":true,"events":[]}')),
  'an event stream of its own': portal(200, { 'content-type': 'text/event-stream' }, Buffer.from('data: hi\n\n')),
};

const kBombBytes = 256 * 1024 * 1024;
const bomb = gzipSync(gzipSync(Buffer.alloc(kBombBytes, ' ')), { level: 0 });

async function withWorld(work) {
  const world = await World.open(new Random());
  try {
    await work(world);
  } finally {
    await world.close();
  }
}

/** Answers with a head and then the same bytes until the client has enough; counts them. */
function endless(sent, headers, block) {
  return ({ response }) => {
    response.writeHead(200, headers);
    const more = () => {
      while (!response.destroyed && response.write(block)) sent.bytes += block.length;
    };
    response.on('drain', more);
    response.on('close', () => { ++sent.given; });
    more();
  };
}

export function strangers(browser) {
  for (const [name, { open, skip }] of Object.entries(kClients)) {
    test(`${name} behind a captive portal waits, keeps everything and stays who it is`, { skip },
      () => withWorld(async (world) => {
        const device = await open(world, browser);
        await device.connects('live');
        const { id } = await device.state();
        let texts = 0;
        for (const [what, answer] of Object.entries(kPortals)) {
          world.proxy.decide = () => answer;
          world.proxy.breakAll();
          const before = world.proxy.requests.length;
          await device.post(`behind ${what}`);
          ++texts;
          await device.connects('offline');
          await until(`it has asked ${what} twice`, () => world.proxy.requests.length >= before + 2);
          const state = await device.state();
          assert.equal(state.id, id);
          assert.ok(state.unsent > 0, what);
          assert.notEqual(state.connection, 'signed_out');
          world.proxy.decide = () => undefined;
          await settled(device, texts);
        }
        const placed = await world.messages();
        assert.equal(new Set(placed.map((message) => message.id)).size, texts);
      }));

    test(`${name} that is new behind a captive portal is somebody when it has gone`, { skip },
      () => withWorld(async (world) => {
        world.proxy.decide = ({ kind }) => (kind ? kPortals['a page'] : undefined);
        const device = await open(world, browser);
        await device.post('hello?');
        await until('it has asked for a token twice', () => world.proxy.count('token') >= 2);
        await device.connects('offline');
        world.proxy.decide = () => undefined;
        await settled(device, 1);
      }));

    test(`${name} reads no more than a hub may say`, { skip }, () => withWorld(async (world) => {
      const kMost = 64 * 1024 * 1024;
      const json = { 'content-type': 'application/json' };
      const stream = { 'content-type': 'text/event-stream' };
      const block = Buffer.alloc(64 * 1024, ' ');
      const sent = { bytes: 0, given: 0 };
      const tricks = {
        'an answer that never ends': ['pull', endless(sent, json, block)],
        'an answer that swells': ['pull', (context) => {
          ++sent.given;
          give(context.response, { status: 200, headers: { ...json, 'content-encoding': 'gzip, gzip' }, body: bomb });
        }],
        'a line that never ends': ['stream', endless(sent, stream, block)],
        'comments without end': ['stream', endless(sent, stream, Buffer.from(': nothing to say\n'.repeat(4_000)))],
        'a stream that swells': ['stream', (context) => {
          ++sent.given;
          give(context.response, { status: 200, headers: { ...stream, 'content-encoding': 'gzip, gzip' }, body: bomb });
        }],
      };
      for (const [what, [kind, answer]] of Object.entries(tricks)) {
        Object.assign(sent, { bytes: 0, given: 0 });
        const device = await open(world, browser);
        await device.connects('live');
        world.proxy.decide = (context) => (context.kind === kind && sent.given === 0 ? answer : undefined);
        world.proxy.breakAll();
        await until(`${what} was left`, () => sent.given > 0);
        world.proxy.decide = () => undefined;
        assert.ok(sent.bytes <= kMost, `${what}: ${sent.bytes} bytes were taken`);
        await device.post(`after ${what}`);
        await settled(device, 1);
        await device.kill();
      }
    }));
  }

  test('the hub unpacks nothing, and the connection is closed with a reason', () => withWorld(async (world) => {
    const answer = await fetch(`${world.direct}/v1/sites/${site}/tokens`, {
      method: 'POST', headers: { 'content-encoding': 'gzip' }, body: bomb.subarray(0, 100_000),
    });
    assert.equal(answer.status, 415);
    assert.match((await answer.json()).detail, /Content-Encoding/);
    assert.equal((await fetch(`${world.direct}/v1/health`)).status, 200);
  }));

  test('whoever drips bytes is hung up on, and others are served meanwhile', () => withWorld(async (world) => {
    const kEach = 150;
    const start = [`GET /v1/health HTTP/1.1\r\nX: `,
      `POST /v1/sites/${site}/tokens HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n`];
    let open = 0;
    const drips = [];
    for (let i = 0; i < 2 * kEach; ++i) {
      const socket = connect(world.port, '127.0.0.1');
      ++open;
      socket.write(start[i % 2]);
      const drip = setInterval(() => socket.write('a'), 500);
      drips.push(drip);
      socket.on('error', () => {});
      socket.on('close', () => {
        --open;
        clearInterval(drip);
      });
      socket.resume();
    }
    const [customer, agent] = await Promise.all([world.customer(), world.agent()]);
    await customer.post('is there room?');
    const conversation = await until('the agent has it', async () => Object.keys((await agent.state()).conversations)[0]);
    await agent.post('there is', conversation);
    await settled(customer, 2);
    await until('heads are not waited for', () => open <= kEach);
    await until('nor bodies', () => open === 0, 240_000);
    for (const drip of drips) clearInterval(drip);
  }));
}
