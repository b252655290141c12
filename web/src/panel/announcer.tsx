import { useEffect, useRef, useState } from 'preact/hooks';
import type { PanelView } from '../shared/border.ts';
import { words } from './words.ts';

/** Spoken lines that stay in the document; older ones nobody is going to hear any more. */
const kKeptLines = 8;

interface Line {
  id: string;
  text: string;
}

/**
 * Says each incoming message once to those who listen. A log of its own beside the conversation,
 * because changes in that (own messages, states, times) are no news to speak of.
 */
export function Announcer({ view, current }: { view: PanelView | null; current: boolean }) {
  const heard = useRef<Set<string> | null>(null);
  const [lines, setLines] = useState<Line[]>([]);
  const messages = view?.messages;

  useEffect(() => {
    if (!current || !messages) return;
    if (heard.current === null) {
      // What was there at the beginning is read by looking through the conversation.
      heard.current = new Set(messages.map((message) => message.id));
      return;
    }
    const fresh: Line[] = [];
    for (const { id, own, author_name, text } of messages) {
      if (heard.current.has(id)) continue;
      heard.current.add(id);
      if (!own) fresh.push({ id, text: words.says(author_name || words.someone) + text });
    }
    if (fresh.length > 0) setLines((before) => [...before, ...fresh].slice(-kKeptLines));
  }, [messages, current]);

  return (
    <div class="hidden-words" role="log" aria-live="polite" aria-relevant="additions">
      {lines.map(({ id, text }) => <p key={id}>{text}</p>)}
    </div>
  );
}
