// What runs on this machine, from /proc: only processes that a test started are looked at.

import { readdir, readFile } from 'node:fs/promises';

async function processAt(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
  const [, parent] = /^\d+ \(.*\) \S+ (\d+)/s.exec(stat);
  // Some programs write their arguments anew, in one piece.
  const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
  return { pid: Number(pid), parent: Number(parent), command };
}

/** All processes that `pid` started, and those that they started. */
export async function descendants(pid) {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = (await Promise.all(pids.map((each) => processAt(each).catch(() => null)))).filter(Boolean);
  const found = [];
  for (let parents = [pid]; parents.length > 0;) {
    const children = all.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents = children.map((child) => child.pid);
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
