import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { MessageView } from '../shared/border.ts';
import { Ending } from './ending.tsx';
import { Form } from './form.tsx';
import { missingFields } from './form_fields.ts';
import { DownIcon } from './icons.tsx';
import { keep, recall } from './keepsake.ts';
import { Message, OpenerMessage, PendingMessage, Replies, type Row } from './message.tsx';
import type { Model } from './model.ts';
import type { Pending, State } from './state.ts';
import { RobotGreeting } from './robot.tsx';
import { awayText, robotWorks } from './desk.ts';
import { dayName, sameDay } from './time.ts';
import { say } from './words.ts';

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
      newest: after === undefined,
    };
  });
}

/** Keeps the end in sight while the reader is there, and counts what comes while he is not. */
function useEnd(
  ending: string | undefined, count: number, ownCount: number, wanted: string | undefined,
  onSeen: () => void,
) {
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
  // A message that was looked for is shown, and stays in sight.
  useLayoutEffect(() => {
    const found = wanted && content.current?.querySelector(`[data-id="${CSS.escape(wanted)}"]`);
    if (!found) return;
    stick.current = false;
    found.scrollIntoView({ block: 'center' });
    found.classList.add('found');
  }, [wanted, count > 0]);
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

function Messages(props: { state: State; model: Model; pending: readonly Pending[]; messages: readonly MessageView[] }) {
  const { state, model, pending, messages } = props;
  return (
    <ol class="messages">
      {rowsOf(messages, Date.now()).flatMap((row) => [
        row.day !== null &&
          <li class="day" key={row.day + row.message.id}><span>{row.day}</span></li>,
        <Message
          key={row.message.id} model={model} durable={state.storage.state !== 'memory'}
          row={{ ...row, newest: row.newest && pending.length === 0 }}
        />,
      ])}
      {pending.map((one) => <PendingMessage key={one.id} one={one} model={model} />)}
      {pending.length === 0 && !messages.at(-1)?.own && <Replies replies={messages.at(-1)?.replies} model={model} />}
    </ol>
  );
}

/** Not spoken: it comes and goes, and what is written is announced when it is there. */
function Typing({ name }: { name: string }) {
  return (
    <p class="typing">
      <span class="bubble" aria-hidden="true"><span /><span /><span /></span>
      <span>{say('typing', { name: name || say('someone') })}</span>
    </p>
  );
}

/** Asks who is writing: what a site must know before the first message, all else after it. */
function Asking({ site, state, model }: { site: string; state: State; model: Model }) {
  const [asked, setAsked] = useState(() => recall(site, 'introduction') !== '');
  const { view, held } = state;
  if (!view) return null;
  const save = (update: Parameters<Model['updateCustomer']>[0]) => model.updateCustomer(update);
  if (held !== null) {
    return (
      <Form
        key="before" focus title={say('formTitle')} more={say('formMore')} fields={missingFields(view, true)}
        done={say('send')} notNow={say('back')} onSave={save}
        onClose={(saved) => { model.releaseHeld(saved); model.callField(); }}
      />
    );
  }
  if (!state.current) return null;
  const fields = missingFields(view, false);
  // Where a site asks nothing of its own, one of the two is enough to go by.
  const enough = !view.site.form && (view.customer.name !== '' || view.customer.email !== '');
  const { conversation } = model;
  if (asked || enough || fields.length === 0 || !conversation || conversation.resolved) return null;
  if (view.messages.length === 0) return null;
  return (
    <Form
      key="after" title={say('introduce')} more={say('introduceMore')} fields={fields}
      done={say('save')} notNow={say('notNow')} onSave={save}
      onClose={() => { keep(site, 'introduction', 'asked'); setAsked(true); model.callField(); }}
    />
  );
}

export function Conversation(props: { site: string; state: State; model: Model }) {
  const { site, state, model } = props;
  const { view, screen } = state;
  const { conversation } = model;
  const id = screen.at === 'talk' ? screen.id : '';
  const messages = conversation ? view?.messages ?? [] : [];
  const pending = state.pending.filter((one) =>
    one.conversation === id && !messages.some((message) => message.id === one.id));
  const own = messages.filter((message) => message.own).length + pending.length;
  const wanted = screen.at === 'talk' ? screen.message : undefined;
  const end = useEnd(messages.at(-1)?.id, messages.length, own, wanted, () => model.markRead());
  const canLoad = state.failure === null && state.storage.state !== 'newer';
  const empty = messages.length === 0 && pending.length === 0;
  const { opener } = model;
  const typist = state.current && conversation ? view?.typing[0] : undefined;
  const away = view?.site.desk && !view.site.desk.open ? view.site.desk : null;

  return (
    <div class="middle">
      <div
        class="scroller" ref={end.scroller} onScroll={end.onScroll} tabIndex={0} role="region"
        aria-label={say('conversation')}
      >
        <div class="content" ref={end.content}>
          {empty && !opener && state.held === null && (id !== 'new' && canLoad
            ? <p class="loading" role="status">{say('loading')}</p>
            : <div class="greeting">
              <p class="hello" dir="auto">{view?.site.greeting || say('greeting')}</p>
              <p class="more">{say('greetingMore')}</p>
              {view && robotWorks(view.site) && <RobotGreeting site={view.site} />}
            </div>)}
          {away && <p class="away lamp">{awayText(away)} {say('awayMore')}</p>}
          {opener && (
            <OpenerMessage opener={opener} from={view?.site.name || say('chat')} alone={empty} model={model} />
          )}
          {!empty && <Messages state={state} model={model} pending={pending} messages={messages} />}
          {typist !== undefined && <Typing name={typist} />}
          <Asking site={site} state={state} model={model} />
          {conversation && view && (
            <Ending
              key={conversation.id} conversation={conversation} site={view.site}
              onAnswer={(...answer) => model.answerSurvey(conversation.id, ...answer)}
            />
          )}
        </div>
      </div>
      {end.missed > 0 && (
        <button type="button" class="newer" onClick={end.jump}>
          <DownIcon />{say('newMessages', { n: end.missed })}
        </button>
      )}
    </div>
  );
}
