// What the panel shows, and how it goes from one state to the next where nobody else is asked.

import type { AnswerView, PanelView, PastMessage, ProactiveMessage } from '../shared/border.ts';
import type { StorageState } from '../shared/protocol.ts';
import type { HeldFile } from './sending.ts';

/** A message between the key press and the worker's answer. */
export interface Pending {
  key: number;
  text: string;
  files: HeldFile[];
  /** The answer that the customer chose himself while he wrote. */
  answer?: string;
  at: number;
  /** An id, or `new`. */
  conversation: string;
  /** Where one is to begin: those that go on, and that it is none of. It goes into any that begins meanwhile. */
  beside?: readonly string[];
  /** The site's proactive message that a conversation begun by it answers. */
  proactive?: string;
  id: string;
  /** It is on this device's disk, though not in the core's store yet. */
  kept: boolean;
  /** The core has it, and the next view tells of it. */
  taken?: boolean;
  /** The code of why it could not be saved. */
  failure: string | null;
  /** The worker broke meanwhile, or knows nobody: it is handed to the next one that opens. */
  broke?: boolean;
}

/** A proactive message of the site's, and the conversation that answers it: an id, or `new`. */
export interface Opener extends ProactiveMessage {
  conversation: string;
}

/**
 * The way to the hub, as the customer is told of it. Calmer than `Connection`: trying again from
 * time to time is still `away`, and a short moment of connecting is still `fine`.
 */
export type Reach = 'fine' | 'slow' | 'away' | 'signed_out';

/** What the customer looks at. A conversation that is to begin is called `new`; for `beside`, see `Pending`. */
export type Screen =
  | { at: 'home' }
  | { at: 'past' }
  | { at: 'talk'; id: string; message?: string; beside?: readonly string[] }
  | { at: 'article'; id: string; from: Screen };

/** All that the screen shows. Replaced, never changed in place. */
export interface State {
  /** Null until there is anything to show. */
  view: PanelView | null;
  /** The view is the core's own, not one that is shown until there is a core. */
  current: boolean;
  screen: Screen;
  /** The article that is read; null while it is not there (yet). */
  article: AnswerView | null | 'loading';
  /** All that was ever written, for searching; null until somebody searches. */
  past: PastMessage[] | null;
  /** What the conversation that was begun here has become. */
  begun: string;
  /** A first message that waits for a form to be filled in; its files wait where they were chosen. */
  held: { text: string; answer: string } | null;
  pending: readonly Pending[];
  reach: Reach;
  /** What the browser says of its network. */
  online: boolean;
  storage: StorageState;
  /** Why there is no core. */
  failure: string | null;
  /** The customer looks at the panel: it is open, and its page is in front. */
  looking: boolean;
  /** It has been open in this page's life. */
  opened: boolean;
  /** Grows when the cursor belongs into the customer's field. */
  fieldCalls: number;
  /** Text that the page put forward for the customer's field. */
  proposed: string;
  /** What the site said first, which a new conversation answers. */
  opener: Opener | null;
  /** What it speaks. */
  language: string;
}

/** The customer looks at a conversation that is to begin. */
export const isBeginning = ({ screen }: State): boolean => screen.at === 'talk' && screen.id === 'new';

/** The conversation that was to begin in `place` can be this one. */
const becomes = (place: { beside?: readonly string[] }, conversation: string): boolean =>
  !place.beside?.includes(conversation);

/** A first message has begun this conversation, or joined it: all that was written there goes on in it. */
function begunBy(first: Pending, conversation: string, state: State): Partial<State> {
  const pending = state.pending.map((one) =>
    (one.conversation === 'new' && becomes(one, conversation) ? { ...one, conversation } : one));
  const { screen } = state;
  if (screen.at !== 'talk' || screen.id !== 'new' || !becomes(screen, conversation)) return { pending };
  const opener = state.opener && state.opener.id === first.proactive ? { ...state.opener, conversation } : state.opener;
  return { pending, screen: { at: 'talk', id: conversation }, begun: conversation, opener };
}

/** The core has this message, in that conversation. */
export function takenIn(one: Pending, conversation: string, state: State): Partial<State> {
  const led = one.conversation === 'new' ? begunBy(one, conversation, state) : {};
  const pending = (led.pending ?? state.pending).map((each) => (each.key === one.key ? { ...each, taken: true } : each));
  return { ...led, pending };
}

/**
 * A conversation that goes on is where one begins; otherwise at home. Which one the view shows is of no
 * matter: what is there before the core may be another tab's, which looked elsewhere.
 */
export function beginning(view: PanelView, before: Screen): Screen {
  const [newest] = view.conversations;
  if (!newest) return before.at === 'talk' ? before : { at: 'home' };
  const goesOn = !newest.resolved || newest.unread > 0 || newest.survey.open;
  return goesOn ? { at: 'talk', id: newest.id } : { at: 'home' };
}

/**
 * Without what the core has and nobody need hand over any more; whoever looks at a conversation that
 * was to begin goes on in the one that has.
 */
export function settled(state: State): State {
  const { view } = state;
  // Only the core knows that it has a message; what was seen last may be ahead of its store.
  const there = new Set(state.current ? view?.messages.map(({ id }) => id) : []);
  const first = state.pending.find(({ id, conversation }) => conversation === 'new' && there.has(id));
  const led = first ? { ...state, ...begunBy(first, view!.conversation!.id, state) } : state;
  return { ...led, pending: led.pending.filter(({ id }) => !there.has(id)) };
}
