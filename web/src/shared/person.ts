/**
 * How a panel and its worker make somebody of a customer, and nobody again. The customer of a device
 * is unnamed until the site's server says who it is (docs/identity.md).
 */

import type { CoreError } from './border.ts';
import type { AttachedFile } from './protocol.ts';

/** What a device shows to a hub, to be let in as that customer. */
export interface Credentials {
  id: string;
  secret: string;
}

/** Which store a worker opens. Without `person` an empty one becomes a new, unnamed customer's. */
export interface Opening {
  site: string;
  /** In the name of its database, behind `deskbell/`. */
  store: string;
  person?: Credentials;
}

/** Each is answered once, with its tag. */
export type PersonWork =
  /**
   * Show the site's proof of who this is to the hub, as soon as it can be reached and all that was
   * written here has arrived there.
   */
  | { kind: 'introduce'; tag: number; token: string }
  /** Let what was written go out, for a moment; then end the session and everything else. */
  | { kind: 'forget'; tag: number };

/** A message of the customer's own that only this device has. */
export interface LeftMessage {
  id: string;
  text: string;
  at: number;
  /** With their bytes. */
  files: AttachedFile[];
}

export type Introduced =
  /** The hub knows this customer under that name now. */
  | { outcome: 'same' }
  /**
   * The person is another customer, who has got all that was written here. `left` was written while
   * the hub answered, and is nowhere else.
   */
  | { outcome: 'moved'; left: LeftMessage[] }
  | { outcome: 'refused'; error: CoreError };

export type PersonDone =
  | { kind: 'introduced'; tag: number; introduced: Introduced }
  /** How many events only this device had, which are lost with it. */
  | { kind: 'forgotten'; tag: number; lost: number };

/** What the hub answers to a token. */
export type HubAnswer = { customer: string } | { error: CoreError } | 'unreachable';

/** 32 random bytes in hexadecimal. */
export function newSecret(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)),
    (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Once. `secret` is the one that this device will have; `before` proves who it was. */
export async function introduce(
  site: string, token: string, secret: string, before?: Credentials,
): Promise<HubAnswer> {
  try {
    const response = await fetch(`/v1/sites/${site}/identify`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token, secret, ...(before ? { before } : {}) }),
      cache: 'no-store', credentials: 'omit', redirect: 'error',
      signal: timeOut(8_000),
    });
    const answer = (await response.json()) as { customer?: string; type?: string; detail?: string };
    if (response.ok && answer.customer) return { customer: answer.customer };
    const code = /^\/problems\/(\w+)$/.exec(answer.type ?? '')?.[1];
    // Too many, too much, out of order: later it may go.
    if (!code || response.status === 429 || response.status >= 500) return 'unreachable';
    return { error: { code: code as CoreError['code'], message: answer.detail ?? '' } };
  } catch {
    return 'unreachable';
  }
}

/** Ends the session of these credentials; best effort, for the secret is forgotten anyway. */
export async function endSession(site: string, { id, secret }: Credentials): Promise<void> {
  await fetch(`/v1/sites/${site}/logout`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ actor: 'customer', id, secret }),
    keepalive: true, cache: 'no-store', credentials: 'omit', redirect: 'error',
    signal: timeOut(2_000),
  }).catch(() => undefined);
}

/** As AbortSignal.timeout(), which Safari has had only since 16. */
function timeOut(ms: number): AbortSignal {
  const control = new AbortController();
  setTimeout(() => control.abort(), ms);
  return control.signal;
}
