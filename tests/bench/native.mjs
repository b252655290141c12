// The native halves of the benches.

import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const folder = process.env['DESKBELL_BENCH_BIN'];

/** The path of a program of this folder, built now unless DESKBELL_BENCH_BIN says where it is. */
export async function binary(name) {
  if (folder) return join(folder, name);
  const built = spawnSync(join(root, 'tools/build'), ['native', name], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`${name} cannot be built:\n${built.stdout}${built.stderr}`);
  return join(root, 'build/native/bin', name);
}
