/** The loader for those who bundle it: `import { Deskbell } from 'deskbell'`. Types: web/npm. */

import { makeDeskbell, type Deskbell as Function } from './commands.ts';

let made: Function | undefined;

/** Made at the first call: importing does nothing, also where there is no document. */
export const Deskbell: Function = (command, ...args) => (made ??= makeDeskbell(''))(command, ...args);
