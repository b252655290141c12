/** The worker's part in making somebody of its customer, and nobody again (shared/person.ts). */

import type { Answer, Command, CommandName, Connection, MessageView, ResultOf } from '../shared/border.ts';
import {
  endSession, introduce, newSecret, type Credentials, type Introduced, type LeftMessage,
} from '../shared/person.ts';
import type { AttachedFile } from '../shared/protocol.ts';

/** How often to look whether all has gone out. */
const kLookMs = 200;
/** How long a customer who logs out is waited for. */
const kGoodbyeMs = 3_000;
const kFirstRetryMs = 1_000;
const kLastRetryMs = 60_000;

/** What is needed of the device. */
export interface PersonDevice {
  readonly site: string;
  readonly connection: Connection;
  /** Resolves when all messages that were handed over so far are in the store, with their files. */
  written(): Promise<void>;
  /** A file of a message that is to be sent; null when this device does not have it any more. */
  bytesOf(id: string): Promise<Blob | null>;
  /** Resolves when what the command wrote is durable. */
  ask<Name extends CommandName>(command: Command<Name>): Promise<Answer<Name>>;
  /** Ends all connections. */
  stop(): void;
  /** Connects, with whatever the device has become. */
  start(): void;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function result<Name extends CommandName>(
  device: PersonDevice, command: Command<Name>,
): Promise<ResultOf<Name>> {
  const answer = await device.ask(command);
  if (answer.error) throw new Error(answer.error.message);
  return answer.result as ResultOf<Name>;
}

async function unsent(device: PersonDevice): Promise<number> {
  return (await result(device, { command: 'panel', limit: 1 })).unsent;
}

async function identity(device: PersonDevice): Promise<Credentials> {
  const { id, secret } = await result(device, { command: 'identity' });
  return { id, secret };
}

/** Without what is not on this device any more. */
async function filesOf(device: PersonDevice, message: MessageView): Promise<AttachedFile[]> {
  const files = await Promise.all(message.attachments.map(async ({ id, name, type, width = 0, height = 0 }) => {
    const bytes = await device.bytesOf(id);
    return bytes ? [{ blob: new Blob([bytes], { type }), name, width, height }] : [];
  }));
  return files.flat();
}

/** What was written while the hub took the rest over. */
async function leftBehind(device: PersonDevice): Promise<LeftMessage[]> {
  await device.written();
  const past = await result(device, { command: 'transcript' });
  return Promise.all(past.filter(({ own, state }) => own && state === 'saved').map(async (message) => {
    const { id, text, at } = message;
    return { id, text, at, files: await filesOf(device, message) };
  }));
}

export async function introduceDevice(device: PersonDevice, token: string): Promise<Introduced> {
  // A hub that does not know this device any more takes nothing from it either.
  while ((await unsent(device)) > 0 && device.connection !== 'signed_out') await pause(kLookMs);
  const before = await identity(device);
  const secret = newSecret();
  let answer = await introduce(device.site, token, secret, before);
  for (let wait = kFirstRetryMs; answer === 'unreachable'; wait = Math.min(2 * wait, kLastRetryMs)) {
    await pause(wait);
    answer = await introduce(device.site, token, secret, before);
  }
  if ('error' in answer) return { outcome: 'refused', error: answer.error };
  if (answer.customer !== before.id) return { outcome: 'moved', left: await leftBehind(device) };
  await result(device, {
    command: 'adopt', site: device.site, actor: 'customer', id: before.id, secret,
  });
  device.stop();
  device.start();
  return { outcome: 'same' };
}

/** Answers how many events are lost with this device. */
export async function forgetDevice(device: PersonDevice): Promise<number> {
  const end = Date.now() + kGoodbyeMs;
  let lost = await unsent(device);
  while (lost > 0 && device.connection !== 'signed_out' && Date.now() < end) {
    await pause(kLookMs);
    lost = await unsent(device);
  }
  const credentials = await identity(device);
  device.stop();
  await endSession(device.site, credentials);
  return lost;
}
