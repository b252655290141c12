// The site's messages as a CouchDB application would keep them: one document each.

import { idOf } from '../protocol/hub.mjs';
import { conversationOf, idAt, textOf, timeOf } from './site.mjs';

export const kDatabase = 'desk';

export function pouchDocument(number) {
  return {
    _id: idAt(number, 'message'), type: 'message.posted', conversation: conversationOf(number),
    author: { kind: number % 2 ? 'agent' : 'customer', id: idOf(number % 2 ? 'agent' : 'customer') },
    at: timeOf(number), data: { text: textOf(number) },
  };
}
