/**
 * Runs the simulator with each deliberate fault and prints which invariant caught it, and when:
 * check.mjs PROGRAM [--seeds N] [NAME…]. Fails if one of them is not caught.
 */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { mutants } from './mutants.mjs';

const run = promisify(execFile);
const arguments_ = process.argv.slice(2);
const program = arguments_.shift();
const seeds = arguments_[0] === '--seeds' ? Number(arguments_.splice(0, 2)[1]) : 200;
const wanted = mutants.filter((one) => arguments_.length === 0 || arguments_.includes(one.name));

/** The first seed that fails, and what it says; nothing if none does. */
async function simulate(options) {
  try {
    await run(program, ['--jobs', '1', '--no-shrink', '--until-first', ...options],
      { maxBuffer: 1 << 26 });
    return null;
  } catch (error) {
    const found = /^seed (\d+) failed(?: at [\d:.]+)?: (.*)$/m.exec(error.stdout ?? '');
    if (!found) throw error;
    return { seed: Number(found[1]), invariant: found[2] };
  }
}

let missed = 0;

function tell(name, caught, says) {
  const where = caught ? `seed ${caught.seed}` : 'NOT CAUGHT';
  console.log(`${name.padEnd(34)} ${where.padEnd(10)} ${caught?.invariant ?? `(${says})`}`);
}

async function check(mutant) {
  const caught = await simulate(['--seeds', String(seeds), '--mutant', mutant.name]);
  if (!caught) missed += 1;
  tell(mutant.name, caught, mutant.says);
}

// Without any, nothing may fail: or what follows would prove nothing.
const innocent = await simulate(['--seeds', '20']);
if (innocent) {
  console.log(`Without a mutant, seed ${innocent.seed} fails: ${innocent.invariant}`);
  process.exit(1);
}
const queue = [...wanted];
await Promise.all(Array.from({ length: availableParallelism?.() ?? 2 }, async () => {
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) await check(mutant);
}));
console.log(`${wanted.length} mutants, ${wanted.length - missed} caught within ${seeds} seeds`);
process.exit(missed === 0 ? 0 : 1);
