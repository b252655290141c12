import { useState } from 'preact/hooks';
import type { MessageView, ProactiveMessage } from '../shared/border.ts';
import { MessageCards } from './cards.tsx';
import { Files } from './files.tsx';
import { initial } from './header.tsx';
import {
  AlertIcon, DeliveredIcon, PageIcon, ReadIcon, SavedIcon, SavingIcon, SentIcon,
} from './icons.tsx';
import type { Model } from './model.ts';
import type { Pending } from './state.ts';
import { RobotStep } from './robot.tsx';
import { Text } from './text.tsx';
import { fileSize, machineTime, timeOfDay } from './time.ts';
import { say, sayError } from './words.ts';

const kIcons = {
  saving: SavingIcon, waiting: SavingIcon, saved: SavedIcon, sent: SentIcon, delivered: DeliveredIcon, read: ReadIcon,
};

/** A message and how it stands to its neighbours. */
export interface Row {
  message: MessageView;
  /** The day begins with it. */
  day: string | null;
  /** First and last of what one person wrote in one go. */
  first: boolean;
  last: boolean;
  /** Its state is worth ink: it is not the same as that of the next one. */
  telling: boolean;
  /** Nothing was said since: its ready answers can be given. */
  newest: boolean;
}

function State({ state }: { state: keyof typeof kIcons }) {
  const Icon = kIcons[state];
  return <span class="state"><Icon />{say(`state.${state}`)}</span>;
}

function Time({ at }: { at: number }) {
  return <time dateTime={machineTime(at)}>{timeOfDay(at)}</time>;
}

function Failure(props: { text: string; onAgain: () => void; onDiscard: () => void }) {
  return (
    <div class="failure">
      <span class="state"><AlertIcon /><bdi>{props.text}</bdi></span>
      <span class="choices">
        <button type="button" class="small-button" onClick={props.onAgain}>{say('tryAgain')}</button>
        <button type="button" class="small-button" onClick={props.onDiscard}>{say('discard')}</button>
      </span>
    </div>
  );
}

/** What somebody said, with who said it for those who listen. */
function Bubble({ name, text }: { name: string; text: string }) {
  if (!text) return <span class="hidden-words">{say('says', { name })}</span>;
  return (
    <div class="bubble">
      <span class="hidden-words">{say('says', { name })}</span>
      <div class="said" dir="auto"><Text text={text} /></div>
    </div>
  );
}

/** What the site said first, before there was a conversation. */
export function OpenerMessage({ opener, from, alone, model }: {
  opener: ProactiveMessage;
  from: string;
  /** Nobody has said anything since. */
  alone: boolean;
  model: Model;
}) {
  return (
    <ol class="messages">
      <li class="message other first last">
        <span class="face" aria-hidden="true">{initial(from)}</span>
        <p class="name" aria-hidden="true"><bdi>{from}</bdi></p>
        <Bubble name={from} text={opener.text} />
      </li>
      {alone && <Replies replies={opener.replies} model={model} />}
    </ol>
  );
}

/** The ready answers of the newest message. */
export function Replies({ replies, model }: { replies: string[] | null | undefined; model: Model }) {
  if (!replies?.length) return null;
  return (
    <li class="replies">
      <div role="group" aria-label={say('replies')}>
        {replies.map((text) => (
          <button type="button" key={text} onClick={() => { model.post(text); model.callField(); }}>
            <bdi>{text}</bdi>
          </button>
        ))}
      </div>
    </li>
  );
}

export function Message(props: {
  row: Row;
  /** This device keeps what is written on it; otherwise it must not say so. */
  durable: boolean;
  model: Model;
}) {
  const { model, row: { message, first, last, telling, newest } } = props;
  const { id, own, author, at, text, cards } = message;
  const [notUndone, setNotUndone] = useState<string | null>(null);
  const state = message.state === 'saved' && !props.durable ? 'waiting' : message.state;
  if (author === 'system') {
    return <li class="system" data-id={id}><Text text={text} /> <Time at={at} /></li>;
  }
  const site = model.state.view?.site;
  if (message.step && site) {
    return <RobotStep message={message} step={message.step} site={site} first={first} last={last} newest={newest} model={model} />;
  }
  const name = message.author_name || say('someone');
  const side = `message ${own ? 'own' : 'other'}${first ? ' first' : ''}${last ? ' last' : ''}`;
  return (
    <li class={side} data-id={id} data-state={own ? state : undefined}>
      {!own && last && <span class="face" aria-hidden="true">{initial(name)}</span>}
      {!own && first && <p class="name" aria-hidden="true"><bdi>{name}</bdi></p>}
      <Bubble name={own ? say('you') : name} text={text} />
      <Files message={message} model={model} />
      {!own && <MessageCards cards={cards} newest={newest} model={model} />}
      {state === 'refused' ? (
        <Failure
          text={say('notSent', { reason: sayError(message.error?.code ?? 'other') })}
          onAgain={() => model.resend(id)}
          onDiscard={() => model.discard(id)}
        />
      ) : (
        <p class={last || (own && telling) ? 'meta' : 'meta hidden-words'}>
          <Time at={at} />
          {own && <State state={state} />}
          {message.undo && (
            <button type="button" class="text-button" onClick={() => void model.undo(message).then(setNotUndone)}>
              {say('undo')}
            </button>
          )}
        </p>
      )}
      {notUndone !== null &&
        <p class="error" role="alert">{say('notUndone', { reason: sayError(notUndone) })}</p>}
    </li>
  );
}

/** A message that is on its way to this device's store, or did not get there. */
export function PendingMessage({ one, model }: { one: Pending; model: Model }) {
  const state = one.kept ? 'saved' : 'saving';
  return (
    <li class="message own first last" data-id={one.id} data-state={one.failure === null ? state : 'unsaved'}>
      <Bubble name={say('you')} text={one.text} />
      {one.files.length > 0 && (
        <ul class="files" aria-label={say('files')}>
          {one.files.map(({ name, blob }) => (
            <li><span class="file"><span class="file-line"><PageIcon />
              <span class="file-words"><bdi class="file-name">{name}</bdi><span class="soft">{fileSize(blob.size)}</span></span>
            </span></span></li>
          ))}
        </ul>
      )}
      {one.failure === null ? (
        <p class="meta"><Time at={one.at} /><State state={state} /></p>
      ) : (
        <Failure
          text={say('notSaved', { reason: sayError(one.failure) })}
          onAgain={() => model.retryPending(one.key)} onDiscard={() => model.dropPending(one.key)}
        />
      )}
    </li>
  );
}
