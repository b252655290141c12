import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { MessageView } from '../shared/border.ts';
import { Ending } from './ending.tsx';
import { DownIcon } from './icons.tsx';
import { Introduction } from './introduction.tsx';
import { keep, recall } from './keepsake.ts';
import { Message, PendingMessage, type Row } from './message.tsx';
import type { Model, State } from './model.ts';
import { dayName, sameDay } from './time.ts';
import { words } from './words.ts';

/** What one person writes within this time is one go. */
const kOneGoMs = 5 * 60_000;
/** This close to the end counts as being there. */
const kAtEndPx = 48;

function sameGo(a: MessageView | undefined, b: MessageView | undefined): boolean {
  return a !== undefined && b !== undefined && a.author === b.author && a.own === b.own &&
    a.author_name === b.author_name && sameDay(a.at, b.at) && Math.abs(b.at - a.at) < kOneGoMs;
}

function rowsOf(messages: readonly MessageView[], now: number): Row[] {
  return messages.map((message, index) => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    const newDay = before === undefined || !sameDay(before.at, message.at);
    const last = !sameGo(message, after);
    return {
      message,
      day: newDay ? dayName(message.at, now) : null,
      first: !sameGo(before, message),
      last,
      // Unsent messages say so each; of placed ones the last of a kind speaks for all before it.
      telling: last || message.state === 'saved' || after?.state !== message.state,
    };
  });
}

function Greeting({ text, loading }: { text: string; loading: boolean }) {
  if (loading) return <p class="loading" role="status">{words.loading}</p>;
  return (
    <div class="greeting">
      <p class="hello" dir="auto">{text || words.greeting}</p>
      <p class="more">{words.greetingMore}</p>
    </div>
  );
}

/** Keeps the end in sight while the reader is there, and counts what comes while he is not. */
function useEnd(ending: string | undefined, count: number, ownCount: number, onSeen: () => void) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stick = useRef(true);
  const seenCount = useRef(count);
  const [missed, setMissed] = useState(0);

  function toEnd(): void {
    const { current } = scroller;
    if (current) current.scrollTop = current.scrollHeight;
  }
  function onScroll(): void {
    const { current } = scroller;
    if (!current) return;
    stick.current = current.scrollHeight - current.scrollTop - current.clientHeight < kAtEndPx;
    if (!stick.current) return;
    seenCount.current = count;
    setMissed(0);
    onSeen();
  }
  function jump(): void {
    stick.current = true;
    toEnd();
    setMissed(0);
    scroller.current?.focus(); // the button goes away under the keyboard's feet
  }

  // What the customer writes himself brings him to the end.
  useLayoutEffect(() => { stick.current = true; }, [ownCount]);
  useLayoutEffect(() => {
    if (stick.current) {
      toEnd();
      seenCount.current = count;
      setMissed(0);
    } else {
      setMissed(Math.max(0, count - seenCount.current));
    }
  }, [ending, count, ownCount]);
  useEffect(() => { if (stick.current) onSeen(); });
  useEffect(() => {
    // The window, the keyboard and the composer change what is seen; so do the cards.
    const observer = new ResizeObserver(() => { if (stick.current) toEnd(); });
    for (const { current } of [scroller, content]) if (current) observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return { scroller, content, missed, onScroll, jump };
}

export function Conversation(props: { site: string; state: State; model: Model }) {
  const { site, state, model } = props;
  const [asked, setAsked] = useState(() => recall(site, 'introduction') !== '');
  const { view, pending } = state;
  const conversation = view?.conversation ?? null;
  const messages = view?.messages ?? [];
  const own = messages.filter((message) => message.own).length + pending.length;
  const end = useEnd(messages.at(-1)?.id, messages.length, own, () => model.markRead());
  const canLoad = state.failure === null && state.storage.state !== 'newer';
  const empty = messages.length === 0 && pending.length === 0;
  const unknown = view?.customer.name === '' && view.customer.email === '';
  const ask = state.current && unknown && !asked && messages.length > 0 &&
    conversation !== null && !conversation.resolved;

  function closeIntroduction(): void {
    keep(site, 'introduction', 'asked');
    setAsked(true);
    model.callField();
  }

  return (
    <div class="middle">
      <div
        class="scroller" ref={end.scroller} onScroll={end.onScroll} tabIndex={0} role="region"
        aria-label={words.conversation}
      >
        <div class="content" ref={end.content}>
          <Greeting text={view?.site.greeting ?? ''} loading={view === null && empty && canLoad} />
          {!empty && (
            <ol class="messages">
              {rowsOf(messages, Date.now()).flatMap((row) => [
                row.day !== null &&
                  <li class="day" key={row.day + row.message.id}><span>{row.day}</span></li>,
                <Message
                  key={row.message.id} row={row} durable={state.storage.state !== 'memory'}
                  onResend={(id) => model.resend(id)}
                  onDiscard={(id) => model.discard(id)}
                />,
              ])}
              {pending.map((one) => (
                <PendingMessage
                  key={one.id ?? one.key} one={one}
                  onAgain={() => model.retryPending(one.key)}
                  onDiscard={() => model.dropPending(one.key)}
                />
              ))}
            </ol>
          )}
          {ask && (
            <Introduction
              onSave={(name, email) => model.updateCustomer(name, email)}
              onClose={closeIntroduction}
            />
          )}
          {conversation && (
            <Ending
              key={conversation.id} conversation={conversation}
              onAnswer={(stars, comment) => model.answerSurvey(conversation.id, stars, comment)}
            />
          )}
        </div>
      </div>
      {end.missed > 0 && (
        <button type="button" class="newer" onClick={end.jump}>
          <DownIcon />{words.newMessages(end.missed)}
        </button>
      )}
    </div>
  );
}
