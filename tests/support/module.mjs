// A source of the widget's that needs no browser, to be called from a test.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'web/src');

export async function loadModule(file, define = {}) {
  const { outputFiles } = await build({
    entryPoints: [join(source, file)], bundle: true, write: false, format: 'esm', charset: 'utf8', logLevel: 'error',
    jsx: 'automatic', jsxImportSource: 'preact', target: ['chrome95', 'firefox100', 'safari15.4'], define,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
