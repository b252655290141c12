/**
 * Runs the same seeds natively and in WebAssembly and compares what all replicas have in the end:
 * same_hashes.mjs NATIVE WASM [SEEDS].
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const [native, wasm, seeds = '200'] = process.argv.slice(2);
const run = promisify(execFile);

/** The hash of each seed from `from` on. */
async function hashes(program, options, from, count) {
  const { stdout } = await run(program,
    [...options, '--hashes', '--no-shrink', '--from', String(from), '--seeds', String(count)],
    { maxBuffer: 1 << 26 }).catch((error) => {
    console.log(error.stdout ?? error.message);
    process.exit(1);
  });
  return [...stdout.matchAll(/^(\d+) ([0-9a-f]{16})$/gm)].map(([, seed, hash]) => [Number(seed), hash]);
}

const count = Number(seeds);
const half = Math.ceil(count / 2);
// WebAssembly has no processes of its own: two, for two cores.
const parts = await Promise.all([
  hashes(process.execPath, [wasm], 1, half),
  hashes(process.execPath, [wasm], half + 1, count - half),
]);
const inWasm = new Map(parts.flat());
const natively = new Map(await hashes(native, [], 1, count));
const different = [...natively].filter(([seed, hash]) => inWasm.get(seed) !== hash);
for (const [seed, hash] of different)
  console.log(`seed ${seed}: natively ${hash}, in WebAssembly ${inWasm.get(seed)}`);
const good = natively.size === count && inWasm.size === count && different.length === 0;
console.log(`${natively.size} seeds natively and ${inWasm.size} in WebAssembly, ${different.length} different`);
process.exit(good ? 0 : 1);
