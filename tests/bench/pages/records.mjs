// What the peers keep: the messages, in the shape that an application would give them.

export const kShown = 50;

export function record(number, text) {
  return {
    id: crypto.randomUUID(), conversation: '00000000-0000-7000-8000-0000000000c1', position: number,
    author: { kind: number % 2 ? 'agent' : 'customer', id: '00000000-0000-7000-8000-000000000001' },
    at: Date.now(), text, state: 'saved',
  };
}

export const sizes = { transaction: 1000 };
