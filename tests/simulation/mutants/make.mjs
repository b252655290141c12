/**
 * Writes copies of sources with the deliberate faults in them, each behind a question whether it is
 * the active one: make.mjs SOURCES OUTPUT FILE…
 *
 * The product's own sources stay as they are; only `deskbell-simulate-mutants` is built from these.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mutants } from './mutants.mjs';

const [sources, output, ...files] = process.argv.slice(2);

const kSpecial = /[.*+?^${}()|[\]\\]/g;

/** A pattern for a text whatever its line breaks. */
function pattern(text) {
  return text.trim().split(/\s+/).map((word) => word.replace(kSpecial, '\\$&')).join('\\s+')
    .replaceAll('\\(\\s+"', '\\(\\s*"');
}

function splice(source, mutant) {
  const after = mutant.after ? `(?<=${pattern(mutant.after)}\\s*)` : '';
  const before = mutant.before ? `(?=\\s*${pattern(mutant.before)})` : '';
  const places = new RegExp(after + pattern(mutant.find) + before, 'g');
  const found = source.match(places)?.length ?? 0;
  if (found !== 1)
    throw new Error(`${mutant.name}: "${mutant.find}" stands ${found} times in ${mutant.file}`);
  const asks = `::deskbell::test::is_mutant("${mutant.name}")`;
  return source.replace(places, (right) =>
    mutant.expression
      ? `(${asks} ? (${mutant.put}) : (${right}))`
      : `if (${asks}) { ${mutant.put} } else { ${right} }`);
}

for (const file of files) {
  let source = readFileSync(join(sources, file), 'utf8');
  for (const mutant of mutants.filter((one) => one.file === file)) source = splice(source, mutant);
  const target = join(output, file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `#include "tests/simulation/mutants/active.h"\n${source}`);
}
for (const mutant of mutants)
  if (!files.includes(mutant.file)) throw new Error(`${mutant.file} is not among the files`);
