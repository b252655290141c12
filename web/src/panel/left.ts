/**
 * What was written while the hub made another customer of this one, and went out as neither's. It lies
 * beside the stores, which go with the customer who was, until the panel has begun again as the other.
 */

import { sendingName } from '../shared/page_store.ts';
import type { LeftMessage } from '../shared/person.ts';
import type { AttachedFile } from '../shared/protocol.ts';
import { oneTabAtATime } from './one_tab.ts';
import { Sending, type HeldFile } from './sending.ts';
import { isKept, leftStore, removeDatabase } from './stored.ts';

/** What they were for is another conversation now. */
function anew(files: readonly AttachedFile[], message = ''): HeldFile[] {
  return files.map((file, at) => ({ key: message + at, ...file, conversation: 'new', kept: false }));
}

/** Answers for each message, and then for each file that was chosen, whether it is on the disk. */
function carry(sent: readonly LeftMessage[], chosen: readonly HeldFile[], to: Sending): Promise<boolean[]> {
  return Promise.all([
    ...sent.map((one) => to.keep({ ...one, files: anew(one.files, one.id), conversation: 'new', beside: [] })),
    ...anew(chosen).map((file) => to.keepFile(file)),
  ]);
}

/** What one tab has taken over it removes, and what another leaves meanwhile would go with that. */
function withLeft<Result>(site: string, run: (left: Sending) => Promise<Result>): Promise<Result> {
  return oneTabAtATime(site, async () => {
    const left = new Sending(leftStore(site));
    try {
      return await run(left);
    } finally {
      left.end();
    }
  });
}

/** Answers the messages that this device could not keep. */
export function leave<Message extends LeftMessage>(
  site: string, sent: readonly Message[], chosen: readonly HeldFile[],
): Promise<Message[]> {
  return withLeft(site, async (left) => {
    const kept = await carry(sent, chosen, left);
    return sent.filter((_, at) => !kept[at]);
  });
}

/** Takes over what was left, as if it had been written here. */
export async function inherit(site: string, sending: Sending): Promise<void> {
  const lies = sendingName(leftStore(site));
  // Nearly always nothing was, and then no other tab need be waited for.
  if (!(await isKept(lies))) return;
  await withLeft(site, async (left) => {
    const { sent, chosen } = await left.recall();
    const kept = await carry(sent, chosen, sending);
    left.end();
    if (kept.length > 0 && kept.every(Boolean)) await removeDatabase(lies);
  });
}
