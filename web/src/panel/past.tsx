import { useState } from 'preact/hooks';
import type { PastMessage } from '../shared/border.ts';
import { ConversationButton } from './home.tsx';
import { SearchIcon } from './icons.tsx';
import { plainText } from './markdown.ts';
import type { Model } from './model.ts';
import type { State } from './state.ts';
import { machineTime, shortWhen } from './time.ts';
import { say, spoken } from './words.ts';

/** More are found by writing more. */
const kMostFound = 50;
/** What is shown before a word that was found far behind in a long message. */
const kBefore = 30;

/** Letters without their case and marks: "Cafe" finds "café", each at its place in the text. */
function folded(text: string): string[] {
  return [...text].map((one) => one.normalize('NFKD').replace(/\p{M}/gu, '')
    .toLocaleLowerCase(spoken()));
}

interface Found {
  message: PastMessage;
  before: string;
  hit: string;
  after: string;
}

/** Where `wanted` stands in the text, by its letters. */
function find(text: string, wanted: string): { from: number; to: number } | null {
  const letters = folded(text);
  const at = letters.join('').indexOf(wanted);
  if (at < 0) return null;
  let passed = 0, from = -1, to = letters.length;
  for (let i = 0; i < letters.length; ++i) {
    if (from < 0 && passed + letters[i]!.length > at) from = i;
    passed += letters[i]!.length;
    if (from >= 0 && passed >= at + wanted.length) {
      to = i + 1;
      break;
    }
  }
  return { from, to };
}

/** The messages that hold all of the words, newest first; the first word is what is marked. */
export function search(past: readonly PastMessage[], words: string): Found[] {
  const wanted = words.trim().split(/\s+/).map((word) => folded(word).join('')).filter(Boolean);
  const [first] = wanted;
  if (!first) return [];
  const found: Found[] = [];
  for (let i = past.length - 1; i >= 0 && found.length < kMostFound; --i) {
    const message = past[i]!;
    const text = plainText(message.text);
    const place = find(text, first);
    if (!place || !wanted.every((word) => find(text, word))) continue;
    const letters = [...text];
    const start = Math.max(0, place.from - kBefore);
    found.push({
      message,
      before: (start > 0 ? '…' : '') + letters.slice(start, place.from).join(''),
      hit: letters.slice(place.from, place.to).join(''),
      after: letters.slice(place.to).join(''),
    });
  }
  return found;
}

/** Everything that was ever said: by conversation, or by a word in it. */
export function Past({ state, model }: { state: State; model: Model }) {
  const [words, setWords] = useState('');
  const conversations = state.view?.conversations ?? [];
  const found = search(state.past ?? [], words);
  const asks = words.trim() !== '';
  return (
    <div class="past">
      <form class="search" role="search" onSubmit={(event) => event.preventDefault()}>
        <SearchIcon />
        <input
          type="search" value={words} placeholder={say('search')} aria-label={say('search')} dir="auto"
          onInput={(event) => setWords(event.currentTarget.value)}
        />
      </form>
      <p class="hidden-words" role="status">
        {asks && state.past ? (found.length > 0 ? say('found', { n: found.length }) : say('nothingFound')) : ''}
      </p>
      <div class="scroller" tabIndex={0} role="region" aria-label={say('conversations')}>
        <ul class="plain-list rows">
          {!asks && conversations.map((one) => (
            <li key={one.id}>
              <ConversationButton one={one} onOpen={() => model.go({ at: 'talk', id: one.id })} />
            </li>
          ))}
          {asks && found.map(({ message, before, hit, after }) => (
            <li key={message.id}>
              <button type="button" class="row" onClick={() =>
                model.go({ at: 'talk', id: message.conversation, message: message.id })}>
                <span class="row-words">
                  <span class="row-name">
                    <bdi>{message.own ? say('you') : message.author_name || say('someone')}</bdi>
                  </span>
                  <span class="row-text" dir="auto">{before}<mark>{hit}</mark>{after}</span>
                </span>
                <time class="row-end" dateTime={machineTime(message.at)}>
                  {shortWhen(message.at, Date.now())}
                </time>
              </button>
            </li>
          ))}
        </ul>
        {asks && state.past && found.length === 0 && <p class="loading">{say('nothingFound')}</p>}
        {!asks && conversations.length === 0 && <p class="loading">{say('noConversations')}</p>}
      </div>
    </div>
  );
}
