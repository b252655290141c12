/**
 * How web/src/panel/later.ts is built: a module whose default export makes its parts out of what the
 * panel lends it (web/src/panel/lent.ts). Two copies of Preact would not know each other, and a
 * bundler's own splitting would part the panel in two files that compress worse than one.
 */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const panel = join(dirname(fileURLToPath(import.meta.url)), 'src/panel');
/** The files that are in it; whatever else they import is lent. */
const kOwn = /^\.\/(emoji_grid|mail_transcript|past|scales|survey|transcript)\.tsx?$/;

/** The names in lent.ts, so that the build fails where one is missing. */
function lentNames() {
  const [, names] = /export const lent = \{([^}]*)\}/.exec(readFileSync(join(panel, 'lent.ts'), 'utf8'));
  return names;
}

const borrow = {
  name: 'borrow',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) =>
      (kind === 'entry-point' || kOwn.test(path) ? undefined : { path, namespace: 'lent', sideEffects: false }));
    build.onLoad({ filter: /./, namespace: 'lent' }, () => ({ contents: `export const {${lentNames()}} = lent;` }));
  },
};

/** For esbuild, beside what the other scripts of the panel are built with. */
export const laterOptions = {
  format: 'iife',
  globalName: 'later',
  banner: { js: 'export default (lent) => {' },
  footer: { js: 'return later; };' },
  plugins: [borrow],
};
