import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killAgainAndAgain, killsWanted } from './kill.mjs';

test('a hub that is killed again and again under load loses nothing and doubles nothing', async () => {
  const kills = killsWanted();
  const seed = Number(process.env['DESKBELL_SEED'] ?? 1);
  const { line, wrong, acknowledged, lost, doubled } = await killAgainAndAgain({ kills, seed });
  console.log(line);
  assert.deepEqual(wrong, [], `seed ${seed}`);
  assert.equal(lost + doubled, 0);
  assert.ok(acknowledged > kills, 'there was load');
});
