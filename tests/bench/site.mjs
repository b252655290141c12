// What is replicated and reopened: the same conversations for Deskbell and for its peers.

import { idOf } from '../protocol/hub.mjs';

const kSentences = [
  'Where is my parcel? The shop said that it would be here by Tuesday.',
  'I have looked it up: it left our house yesterday and should reach you tomorrow.',
  'Thank you!',
  'Could I still change the address? We moved last week, and the old house is empty now.',
  'Of course. Which address should it go to?',
  'The plant has brown leaves on one side. Is that too much water, or too little?',
  'Brown and dry means too little, brown and soft too much. Could you send us a picture?',
];

export const textOf = (number) => `${kSentences[number % kSentences.length]} (${number})`;

const kPerConversation = 50;
export const conversationOf = (number) => idOf(`conversation ${Math.floor(number / kPerConversation)}`);

/** Whether this message opens its conversation. */
export const opens = (number) => number % kPerConversation === 0;
