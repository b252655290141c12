import { useEffect, useRef, useState } from 'preact/hooks';
import type { PanelView } from '../shared/border.ts';
import { plainText } from './markdown.ts';
import { inWords } from './robot_words.ts';
import { say } from './words.ts';

/** Spoken lines that stay in the document; older ones nobody is going to hear any more. */
const kKeptLines = 8;

interface Line {
  id: string;
  text: string;
}

function line(id: string, name: string, text: string, files: readonly { name: string }[] = []): Line {
  const said = [plainText(text), ...files.map((file) => file.name)].filter(Boolean).join(', ');
  return { id, text: say('says', { name: name || say('someone') }) + said };
}

/** What came since: messages of the conversation that is shown, and of others the last one each. */
function news(before: PanelView, view: PanelView): Line[] {
  const heard = new Set(before.messages.map(({ id }) => id));
  const shownId = view.conversation?.id;
  // Of a conversation that has just begun: what follows the customer's own words.
  const begun = !before.conversations.some(({ id }) => id === shownId);
  const same = before.conversation?.id === shownId;
  const since = begun ? view.messages.map(({ own }) => own).lastIndexOf(true) : -1;
  const lines = !same && !begun ? []
    : view.messages.filter(({ id, own }, at) => at > since && !own && !heard.has(id))
    .map((message) => inWords(message, view.site))
    .map(({ id, author_name, text, attachments }) => line(id, author_name, text, attachments));
  for (const one of view.conversations) {
    const had = before.conversations.find(({ id }) => id === one.id);
    const shown = one.id === view.conversation?.id || one.id === before.conversation?.id;
    if (shown || one.unread <= (had?.unread ?? 0)) continue;
    lines.push(line(`${one.id} ${one.last_at}`, one.assignee_name, one.last_text));
  }
  return lines;
}

/**
 * Says each incoming message once to those who listen. A log of its own beside the conversation,
 * because changes in that (own messages, states, times) are no news to speak of.
 */
export function Announcer({ view, current }: { view: PanelView | null; current: boolean }) {
  const last = useRef<PanelView | null>(null);
  const said = useRef(new Set<string>());
  const [lines, setLines] = useState<Line[]>([]);

  useEffect(() => {
    if (!current || !view) return;
    // What was there at the beginning is read by looking through the conversation.
    const fresh = (last.current ? news(last.current, view) : []).filter(({ id }) => !said.current.has(id));
    last.current = view;
    for (const { id } of fresh) said.current.add(id);
    if (fresh.length > 0) setLines((before) => [...before, ...fresh].slice(-kKeptLines));
  }, [view, current]);

  return (
    <div class="hidden-words" role="log" aria-live="polite" aria-relevant="additions">
      {lines.map(({ id, text }) => <p key={id}>{text}</p>)}
    </div>
  );
}
