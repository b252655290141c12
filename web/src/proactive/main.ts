// The site speaks first: watches the page it is on, and shows one of the site's messages beside the
// launcher when its rule says so. The hub puts what the site says in front of this script
// (server/http/site_about.h); the loader fetches it only where the page asked for it.

import { isProactive } from '../loader/options.ts';
import type { Widget } from '../loader/widget.ts';
import type { FromPage, Unmarked } from '../shared/embedding.ts';
import { makeBubble, type Bubble } from './bubble.ts';
import {
  arrive, dueRule, factOf, isOpen, matchesPage, mayShow, remember, type History, type Moment, type Rule,
} from './rules.ts';

declare const DESKBELL_PROACTIVE: {
  name: string;
  rules: Rule[];
  open: boolean | null;
  changes: number[];
};

const kTickMs = 1_000;
/** How often it is noted that the visitor is still here. */
const kNoteMs = 60_000;
/** So long a tab that shows a message keeps others from it: until they see what it has noted. */
const kHoldMs = 1_000;

/** Widgets whose pages are watched. */
const watched = new WeakSet<Widget>();

export function begin(widget: Widget): void {
  if (watched.has(widget) || widget.life.signal.aborted || !isProactive(widget.options)) return;
  if (DESKBELL_PROACTIVE.rules.length > 0) watch(widget);
}

/** What this device remembers; null for nothing, or where a page has no storage. */
class Memory {
  constructor(private readonly name: string) {}

  read(): History | null {
    try {
      const { visit, seen, shown } = JSON.parse(localStorage.getItem(this.name) ?? '') as History;
      return typeof visit === 'number' && typeof seen === 'number' && shown ? { visit, seen, shown } : null;
    } catch {
      return null;
    }
  }

  /** Whether it was kept: what cannot be remembered must not be shown. */
  write(history: History): boolean {
    try {
      const text = JSON.stringify(history);
      localStorage.setItem(this.name, text);
      return localStorage.getItem(this.name) === text;
    } catch {
      return false;
    }
  }

  forget(): void {
    try {
      localStorage.removeItem(this.name);
    } catch {
      // Then there is nothing, either.
    }
  }
}

/** What the visitor did, as the page tells the widget from now on, and has told it before. */
function listenIn(widget: Widget): Record<string, unknown> {
  const done: Record<string, unknown> = {};
  const note = (message: Unmarked<FromPage>): void => {
    if (message.kind !== 'track') return;
    try {
      done[message.given] = JSON.parse(message.data!);
    } catch {
      done[message.given] = true;
    }
  };
  widget.waiting.forEach(note);
  const { tell } = widget;
  widget.tell = (message) => {
    note(message);
    tell(message);
  };
  return done;
}

function isTalking(site: string): boolean {
  try {
    return Boolean(localStorage.getItem(`deskbell:${site}`));
  } catch {
    return true;
  }
}

/** In one tab after the other, where the browser can: a message is due in all of them at once. */
async function alone(name: string, run: () => Promise<void> | void): Promise<void> {
  // Only secure pages have locks.
  if (!navigator.locks) return run();
  await navigator.locks.request(name, { ifAvailable: true }, async (lock) => { if (lock) await run(); });
}

function watch(widget: Widget): void {
  const { root, emit } = widget;
  const { site } = widget.options;
  const name = `deskbell:proactive:${site}`;
  const memory = new Memory(name);
  const done = listenIn(widget);
  const life = new AbortController();
  const { signal } = life;
  let address = '';
  let seconds = 0;
  let scroll = 0;
  /** One was shown on this page: that is enough here. */
  let quiet = false;
  let taken = false;
  let bubble: Bubble | null = null;
  let rule: Rule | null = null;

  const here = (): string => location.pathname + location.search + location.hash;

  function stop(): void {
    life.abort();
    clearInterval(timer);
    drop();
    watched.delete(widget);
  }

  function drop(): void {
    bubble?.remove();
    bubble = null;
    rule = null;
  }

  function moment(now: number): Moment {
    const { attributes = {} } = widget.options.facts;
    return {
      address, seconds, scroll, now,
      fact: (fact) => factOf(fact, [done, attributes]),
      open: isOpen(DESKBELL_PROACTIVE.open, DESKBELL_PROACTIVE.changes, now),
    };
  }

  /** Notes from time to time that the visitor is here. */
  function visit(now: number): History {
    const before = memory.read();
    const stale = !before || now - before.seen > kNoteMs || now < before.seen;
    if (stale) void alone(name, () => void memory.write(arrive(memory.read(), now)));
    return arrive(before, now);
  }

  /** Notes first, then shows: rather not at all than twice. */
  async function show(): Promise<void> {
    const now = Date.now();
    const history = arrive(memory.read(), now);
    const due = bubble ? null : dueRule(DESKBELL_PROACTIVE.rules, moment(now), history);
    if (!due || signal.aborted || isTalking(site) || !memory.write(remember(history, due, now))) return;
    quiet = true;
    rule = due;
    bubble = makeBubble(widget.options, DESKBELL_PROACTIVE.name, due.text, {
      taken: () => { taken = true; widget.open(); },
      dismissed: () => {
        emit('proactive:dismissed', { message: due.id });
        drop();
        root.querySelector<HTMLElement>('.launcher')?.focus();
      },
    });
    root.insertBefore(bubble.host, root.querySelector('.frame'));
    emit('proactive:shown', { message: due.id });
    await new Promise<void>((resolve) => {
      const held = setTimeout(resolve, kHoldMs);
      signal.addEventListener('abort', () => { clearTimeout(held); resolve(); });
    });
  }

  function tick(): void {
    if (!isProactive(widget.options)) {
      // The page has changed its mind, as its visitor may: what was allowed is no more.
      memory.forget();
      stop();
      return;
    }
    if (here() !== address) {
      address = here();
      seconds = 0;
      scroll = 0;
      quiet = Boolean(bubble);
    }
    if (document.hidden) return;
    seconds += kTickMs / 1000;
    const now = Date.now();
    const history = visit(now);
    if (bubble) {
      const elsewhere = rule?.pages?.length && !rule.pages.some((page) => matchesPage(page, address));
      if (elsewhere || isTalking(site)) drop();
      else bubble.restyle(widget.options);
      return;
    }
    if (!DESKBELL_PROACTIVE.rules.some((one) => mayShow(one, history, now))) return stop();
    const busy = quiet || isTalking(site) || (root.host as HTMLElement).hidden || root.querySelector('[aria-expanded=true]');
    if (!busy && dueRule(DESKBELL_PROACTIVE.rules, moment(now), history)) void alone(name, show);
  }

  watched.add(widget);
  const { logout } = widget;
  widget.logout = () => {
    memory.forget();
    return logout();
  };
  widget.life.signal.addEventListener('abort', stop, { signal });
  document.addEventListener('scroll', ({ target }) => {
    const scrolled = target instanceof Element ? target : document.scrollingElement;
    // A list in a corner says nothing of the page.
    if (!scrolled || scrolled.clientHeight < innerHeight / 2) return;
    scroll = Math.max(scroll, 100 * (scrolled.scrollTop + scrolled.clientHeight) / scrolled.scrollHeight);
  }, { signal, capture: true, passive: true });
  // Who goes to the launcher while the message stands there answers it.
  root.addEventListener('click', ({ target }) => {
    taken = Boolean(bubble && (target as Element).closest('.launcher'));
  }, { signal, capture: true });
  document.addEventListener('deskbell:open', () => {
    const opened = rule;
    drop();
    if (!opened || !taken) return;
    const { id, text, replies = [] } = opened;
    widget.tell({ kind: 'proactive', message: id, text, replies });
    emit('proactive:opened', { message: id });
  }, { signal });
  const timer = setInterval(tick, kTickMs);
}
