// What runs on this machine, from /proc: only processes that a test started are looked at.

import { readdirSync, readFileSync } from 'node:fs';

/** Null for one that has just ended. */
function processAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [, parent] = /^\d+ \(.*\) \S+ (\d+)/s.exec(stat);
    return { pid, parent: Number(parent) };
  } catch {
    return null;
  }
}

/** Some programs write their arguments anew, in one piece. */
export function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** All processes that `pid` started, and those that they started. */
export function descendants(pid) {
  const all = readdirSync('/proc').map(Number).filter(Boolean).map(processAt).filter(Boolean);
  const found = [];
  for (let parents = [pid]; parents.length > 0;) {
    const children = all.filter(({ parent }) => parents.includes(parent)).map((child) => child.pid);
    found.push(...children);
    parents = children;
  }
  return found;
}

/** As `kill -9`; one that has just ended by itself is no harm. */
export function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
