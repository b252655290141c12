// What is replicated and reopened: the same conversations for Deskbell and for its peers.

import { createHash } from 'node:crypto';

const kBegin = 1763770000000;
const kBetweenMs = 20_000;

export const timeOf = (number) => kBegin + number * kBetweenMs;

/** A UUIDv7 as a device would have made it at that message's time; the same name, the same id. */
export function idAt(number, name) {
  const time = timeOf(number).toString(16).padStart(12, '0');
  const random = createHash('sha256').update(`${name} ${number}`).digest('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

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
export const conversationOf = (number) => idAt(number - (number % kPerConversation), 'conversation');

/** Whether this message opens its conversation. */
export const opens = (number) => number % kPerConversation === 0;
