/**
 * The panel's one Trusted Types policy: the only scripts that it starts by address are its own.
 * Where browsers do not have Trusted Types, the policy of the page (`script-src 'self'`) is left.
 */

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): {
    createScriptURL(address: string): string;
  };
}

function own(address: string): string {
  if (/^\/(assets\/[\w.-]+|service-worker)\.js$/.test(address)) return address;
  throw new TypeError(`${address} is none of the panel's scripts`);
}

const policy = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes?.createPolicy(
  'deskbell', { createScriptURL: own });

/** For a worker's or service worker's address. */
export function trustedAddress(address: string): string {
  return policy?.createScriptURL(address) ?? own(address);
}
