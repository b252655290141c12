import type { MessageView } from '../shared/border.ts';
import { initial } from './header.tsx';
import {
  AlertIcon, DeliveredIcon, ReadIcon, SavedIcon, SavingIcon, SentIcon,
} from './icons.tsx';
import type { Pending } from './model.ts';
import { Text } from './text.tsx';
import { machineTime, timeOfDay } from './time.ts';
import { words } from './words.ts';

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
}

function State({ state }: { state: keyof typeof kIcons }) {
  const Icon = kIcons[state];
  return <span class="state"><Icon />{words.state[state]}</span>;
}

function Time({ at }: { at: number }) {
  return <time dateTime={machineTime(at)}>{timeOfDay(at)}</time>;
}

function Failure(props: { text: string; onAgain: () => void; onDiscard: () => void }) {
  return (
    <div class="failure">
      <span class="state"><AlertIcon /><bdi>{props.text}</bdi></span>
      <span class="choices">
        <button type="button" class="small-button" onClick={props.onAgain}>{words.tryAgain}</button>
        <button type="button" class="small-button" onClick={props.onDiscard}>{words.discard}</button>
      </span>
    </div>
  );
}

export function Message(props: {
  row: Row;
  /** This device keeps what is written on it; otherwise it must not say so. */
  durable: boolean;
  onResend: (id: string) => void;
  onDiscard: (id: string) => void;
}) {
  const { message, first, last, telling } = props.row;
  const { id, own, author, at, text } = message;
  const state = message.state === 'saved' && !props.durable ? 'waiting' : message.state;
  if (author === 'system') {
    return <li class="system" data-id={id}><Text text={text} /> <Time at={at} /></li>;
  }
  const name = message.author_name || words.someone;
  const side = `message ${own ? 'own' : 'other'}${first ? ' first' : ''}${last ? ' last' : ''}`;
  return (
    <li class={side} data-id={id} data-state={own ? state : undefined}>
      {!own && last && <span class="face" aria-hidden="true">{initial(name)}</span>}
      {!own && first && <p class="name" aria-hidden="true"><bdi>{name}</bdi></p>}
      <div class="bubble" dir="auto">
        <span class="hidden-words">{words.says(own ? words.you : name)}</span>
        <Text text={text} />
      </div>
      {state === 'refused' ? (
        <Failure
          text={words.notSent(message.error?.message ?? '')}
          onAgain={() => props.onResend(id)}
          onDiscard={() => props.onDiscard(id)}
        />
      ) : (
        <p class={last || (own && telling) ? 'meta' : 'meta hidden-words'}>
          <Time at={at} />
          {own && <State state={state} />}
        </p>
      )}
    </li>
  );
}

/** A message that is on its way to this device's store, or did not get there. */
export function PendingMessage(props: {
  one: Pending;
  onAgain: () => void;
  onDiscard: () => void;
}) {
  const { one } = props;
  return (
    <li class="message own first last" data-state={one.failure === null ? 'saving' : 'unsaved'}>
      <div class="bubble" dir="auto">
        <span class="hidden-words">{words.says(words.you)}</span>
        <Text text={one.text} />
      </div>
      {one.failure === null ? (
        <p class="meta"><Time at={one.at} /><State state="saving" /></p>
      ) : (
        <Failure
          text={words.notSaved(one.failure)} onAgain={props.onAgain} onDiscard={props.onDiscard}
        />
      )}
    </li>
  );
}
