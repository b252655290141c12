// The site's messages as a CouchDB application would keep them: one document each.

import { idOf } from '../protocol/hub.mjs';
import { conversationOf, textOf } from './site.mjs';

export const kDatabase = 'desk';

export function pouchDocument(number) {
  return {
    _id: idOf(`message ${number}`), type: 'message.posted', conversation: conversationOf(number),
    author: { kind: number % 2 ? 'agent' : 'customer', id: idOf(number % 2 ? 'agent' : 'customer') },
    at: 1763770000000 + number, data: { text: textOf(number) },
  };
}
