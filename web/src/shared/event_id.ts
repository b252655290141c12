let last = 0;

/**
 * A new event's id: UUIDv7 (RFC 9562), 48 bits of time and 74 of chance, as core/event/id.h makes them.
 * Each sorts behind the page's earlier ones, also within a millisecond: what is kept under its id comes
 * back in its order.
 */
export function newEventId(now: number = Date.now()): string {
  last = Math.max(now, last + 1);
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; ++i) bytes[i] = Math.floor(last / 2 ** (8 * (5 - i))) & 0xff;
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
