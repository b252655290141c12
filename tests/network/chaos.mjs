// A customer with the SDK, one with the widget and an agent write while the network does everything
// that networks do. Then it is well again: everything is there, once, everywhere, in order.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../support/random.mjs';
import { until } from '../support/until.mjs';
import { faults, streamFaults } from './proxy.mjs';
import { settled, widgetSkip, World } from './world.mjs';

const kMessagesEach = Number(process.env['NETWORK_MESSAGES'] ?? 80);
const kFaultPercent = 40;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The hub's messages of each conversation, as ids. */
function byConversation(messages) {
  const lists = {};
  for (const { id, conversation } of messages) (lists[conversation] ??= []).push(id);
  return lists;
}

const idsOf = (messages) => messages.filter(({ state }) => state !== 'refused').map(({ id }) => id);

export function chaos(browser) {
  test('under every fault at random nothing is lost, doubled or out of order', { skip: widgetSkip }, async (t) => {
    const random = new Random();
    t.diagnostic(`DESKBELL_SEED=${random.seed}`);
    const world = await World.open(random);
    try {
      const [native, widget, agent] = await Promise.all([
        world.customer(), world.widget(await browser()), world.agent(),
      ]);
      const used = new Map();
      const pick = (table, freshAlways) => {
        // What was not there yet comes first.
        const names = Object.keys(table);
        const fresh = names.filter((name) => !used.has(name));
        if (!(freshAlways && fresh.length > 0) && !random.chance(kFaultPercent)) return undefined;
        const name = random.pick(fresh.length > 0 ? fresh : names);
        used.set(name, (used.get(name) ?? 0) + 1);
        return table[name];
      };
      world.proxy.decide = () => pick(faults, false);
      // Where some streams fail, devices poll, and nobody asks for another one for minutes.
      world.proxy.decideStream = () => pick(streamFaults, true);

      const wanted = [...Object.keys(faults), ...Object.keys(streamFaults)];
      const missing = () => wanted.filter((name) => !used.has(name));
      const written = { native: [], widget: [], agent: [] };
      const customers = Object.entries({ native, widget });
      for (let i = 0; i < kMessagesEach || missing().length > 0; ++i) {
        assert.ok(i < 10 * kMessagesEach, `faults that never came: ${missing()}`);
        for (const [name, device] of customers) written[name].push(await device.post(`${name} ${i}`));
        for (const conversation of Object.keys((await agent.state()).conversations))
          written.agent.push(await agent.post(`agent ${written.agent.length}`, conversation));
        await pause(random.below(400));
        if (random.chance(10)) world.proxy.breakAll();
      }

      world.proxy.decide = () => undefined;
      world.proxy.decideStream = () => undefined;
      // An agent's reply to what was not the last word any more is held back: that is an answer, too.
      const refused = async () => Object.values((await agent.state()).conversations).flat()
        .filter(({ state }) => state === 'refused').map(({ id }) => id);
      await until('everybody has drained', async () => {
        const states = await Promise.all([native, widget, agent].map((device) => device.state()));
        return states.every(({ unsent }) => unsent === 0);
      });

      const placed = await world.messages();
      const heldBack = await refused();
      assert.equal(new Set(placed.map(({ id }) => id)).size, placed.length, 'something was placed twice');
      const all = Object.values(written).flat();
      assert.deepEqual(new Set([...placed.map(({ id }) => id), ...heldBack]), new Set(all));
      assert.equal(placed.length + heldBack.length, all.length);
      for (const [name, ids] of Object.entries(written)) {
        const own = placed.map(({ id }) => id).filter((id) => ids.includes(id));
        const conversations = byConversation(placed);
        for (const list of Object.values(conversations)) {
          const here = own.filter((id) => list.includes(id));
          assert.deepEqual(here, ids.filter((id) => here.includes(id)), `${name}'s messages changed places`);
        }
      }
      const truth = byConversation(placed);
      const agentState = await settled(agent, placed.length);
      for (const [conversation, ids] of Object.entries(truth))
        assert.deepEqual(idsOf(agentState.conversations[conversation]), ids);
      for (const [, device] of customers) {
        const [conversation] = Object.keys((await device.state()).conversations);
        const state = await settled(device, truth[conversation].length);
        assert.deepEqual(idsOf(state.conversations[conversation]), truth[conversation]);
      }
      t.diagnostic(`${placed.length} messages placed, ${heldBack.length} held back, ` +
        `${world.proxy.requests.length} requests, ${[...used.values()].reduce((a, b) => a + b)} faults of ${used.size} kinds`);
    } finally {
      await world.close();
    }
  });
}
