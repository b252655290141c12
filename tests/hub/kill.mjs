#!/usr/bin/env node
// Kills a real hub under load, again and again, and now and then a device; then looks whether
// anything that was acknowledged is lost, or anything is there twice.
//
//   node tests/hub/kill.mjs [--long] [--kills N] [--seed S]

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Scene, seededRandom } from './scene.mjs';

const kShortestLifeMs = 20;
const kLifeSpreadMs = 230;
const kDeviceDiesEvery = 12;
/** How long a message takes to its acknowledgement, about: where a kill hurts most. */
const kOnItsWayMs = 12;

/** Returns what `Scene.judge` finds, and the line that sums it up. */
export async function killAgainAndAgain({ kills, seed }) {
  const random = seededRandom(seed);
  const scene = await Scene.open({ seed });
  try {
    scene.tellAll('write');
    for (let kill = 1; kill <= kills; kill += 1) {
      await pause(kShortestLifeMs + random.below(kLifeSpreadMs));
      // Every other time, while a message is on its way.
      if (random.below(2) === 0) {
        await scene.nextSaved();
        await pause(random.below(kOnItsWayMs));
      }
      const dying = random.below(kDeviceDiesEvery) === 0
        ? scene.devices[random.below(scene.devices.length)] : undefined;
      // Both at once: neither has time to tell the other anything.
      await Promise.all([scene.killHub(), dying?.kill()]);
      await scene.startHub();
      await dying?.start();
    }
    const stuck = await scene.drain().catch((error) => error.message);
    await scene.stop();
    const verdict = await scene.judge();
    if (stuck) verdict.wrong.push(stuck);
    const { acknowledged, lost, doubled } = verdict;
    return { ...verdict,
      line: `${kills} kills, ${acknowledged} messages acknowledged, ${lost} lost, ${doubled} doubled` };
  } finally {
    await scene.close();
  }
}

/** The moment of a kill is what this is about: here time may pass. */
function pause(ms) {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}

export function killsWanted(fallback = 200) {
  return Number(process.env['DESKBELL_KILLS'] ?? fallback);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: {
    long: { type: 'boolean' }, kills: { type: 'string' }, seed: { type: 'string' } } });
  const kills = Number(values.kills ?? killsWanted(values.long ? 1000 : 200));
  const { line, wrong, lost, doubled } = await killAgainAndAgain({ kills, seed: Number(values.seed ?? 1) });
  for (const sentence of wrong) console.error(sentence);
  console.log(line);
  process.exitCode = wrong.length + lost + doubled === 0 ? 0 : 1;
}
