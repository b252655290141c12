import type { FromPage, FromPanel, Unmarked } from '../shared/embedding.ts';
import { make } from './elements.ts';
import { makeLauncher } from './launcher.ts';
import { complain, isProactive, type Options } from './options.ts';

export type Emit = (event: string, detail?: unknown) => void;

/** By which the panel says that its customer is gone: logged out here, or in another tab. */
type Ending = Extract<FromPanel['kind'], 'forgotten' | 'outdated'>;

export type Widget = ReturnType<typeof makeWidget>;

/** A part of the widget that few pages need, fetched from the hub when one does. */
interface Part {
  /** May be called any number of times, and when the widget's life has ended. */
  begin(widget: Widget, data: unknown): void;
}

/**
 * One site's widget on a page: the launcher and, from the first sign of interest on, the panel's
 * iframe. Until then it opens no connection and stores nothing. `destroy` leaves nothing behind.
 *
 * A function with its variables, for their names cost nothing when it is made small; a class's do. Its
 * constants stand in it because those outside become variables.
 */
export function makeWidget(options: Options, emit: Emit) {
  /** How long a panel may take to say that it is there before the customer is told. */
  const kPanelPatienceMs = 12_000;
  /** When to look for news by itself on the page of a customer who is in a conversation. */
  const kIdleMs = 2_000;
  /** What waits for a panel that is not there. */
  const kMaxWaiting = 99;
  /** How often the launcher comes back when the page removes it: the page may mean it. */
  const kReturns = 9;

  const [host, root, button, frame, status, again, restyle, tally, paint] = makeLauncher();
  const page = document.documentElement;
  const seen = visualViewport!;
  const life = new AbortController();
  const note = 'deskbell:' + options.site;
  let iframe: HTMLIFrameElement | null = null;
  let ready = false;
  let wanted = false;
  let isOpen = false;
  let unread = 0;
  let patience = 0;
  let returns = kReturns;
  /** What stands before the page's own title. */
  let mark = '';
  let token = '';
  /** For the panel, until it is there to take them. */
  const waiting: Unmarked<FromPage>[] = [];
  const onForgotten: ((how?: Ending) => void)[] = [];

  function listen(target: EventTarget, types: string, handler: (event: Event) => void): void {
    for (const type of types.split(' ')) {
      target.addEventListener(type, handler, { signal: life.signal });
    }
  }

  /** A note among the page's own things that its customer is in a conversation: that, and no more. */
  function remember(talking?: boolean): unknown {
    try {
      if (talking) localStorage[note] = 1;
      else if (talking === false) delete localStorage[note];
      return localStorage[note];
    } catch {
      return null; // a page without storage
    }
  }

  function count(news: number, words: string): void {
    if (news === unread) return;
    unread = news;
    tally(news, words);
    paint(isOpen);
    const { title } = document;
    const own = title.startsWith(mark) ? title.slice(mark.length) : title;
    mark = unread ? `(${unread})` : '';
    document.title = mark + ' ' + own; // without the mark, a space that no title keeps
    emit('unread:change', unread);
  }

  /** To the panel, now or as soon as it is there. */
  function tell(message: Unmarked<FromPage>): void {
    if (ready) iframe!.contentWindow?.postMessage({ deskbell: 1, ...message }, options.hub);
    // The oldest of so many is something that was tracked.
    else if (waiting.push(message) > kMaxWaiting) waiting.shift();
  }

  function setReady(now: boolean): void {
    ready = now;
    button.classList.toggle('ready', now);
  }

  function begin(): void {
    tell({ kind: 'begin', token, facts: options.facts, look: options.look, wanted });
  }

  /** Tells a panel that is there and open that it is looked at, and gives it the focus. */
  function present(): void {
    if (ready) iframe!.focus();
    tell({ kind: 'shown' });
  }

  /** Whoever waits for a logout goes on, and knows whether it was one. */
  function forgotten(how?: Ending): void {
    onForgotten.splice(0).forEach((done) => done(how));
  }

  /** What the page said of its visitor is another one's now. */
  function disown(): void {
    token = '';
    for (const name in options.facts) delete options.given[name];
    options.facts = {};
  }

  function unload(): void {
    clearTimeout(patience);
    iframe?.remove();
    iframe = null;
    setReady(false);
  }

  function reload(): void {
    unload();
    status.textContent = DESKBELL_WORDS.chat + '…';
    again.hidden = true;
    // What the panel has to know before it can be told: in the fragment, which no server sees.
    const about = new URLSearchParams({ host: location.origin, ...(options.look as object) });
    iframe = make('iframe', {
      title: DESKBELL_WORDS.chat,
      allow: 'autoplay;clipboard-write',
      src: `${options.hub}/panel/${options.site}#${about}`,
    });
    frame.append(iframe);
    patience = setTimeout(() => {
      status.textContent = DESKBELL_WORDS.failed;
      again.hidden = false;
      // The next sign of interest tries again.
      if (!isOpen) unload();
      emit('error', 'no panel');
      forgotten();
    }, kPanelPatienceMs);
  }

  /** Brings the panel; `now`: it may store and connect from here on. */
  function load(now = false): void {
    const more = now && !wanted;
    wanted ||= now;
    if (!iframe) reload();
    else if (more && ready) begin();
  }

  /** A phone's keyboard shrinks what is seen, not the page: the frame follows what is seen. */
  function fit(): void {
    if (!isOpen || seen.scale > 1.01) return;
    frame.style.cssText = `--height:${seen.height}px;--top:${seen.offsetTop}px`;
  }

  function bring(name: string, data?: unknown): void {
    (import(`${options.hub}/${name}`) as Promise<Part>).then(({ begin }) => begin(widget, data), complain);
  }

  /** When the site speaks first, where its page wants that. */
  function bringRules(): void {
    if (isProactive(options)) bring('proactive/' + options.site);
  }

  function show(shown: boolean): void {
    if (host.hidden !== shown) return;
    if (!shown) close();
    host.hidden = !shown;
    emit(shown ? 'show' : 'hide');
  }

  function open(): void {
    if (!isOpen) {
      show(true);
      isOpen = true;
      load(true);
      paint(isOpen);
      fit();
      emit('open');
    }
    present();
  }

  function close(): void {
    if (!isOpen) return;
    // Asked before the frame is hidden, for that takes the focus away.
    const inside = root.activeElement;
    isOpen = false;
    paint(isOpen);
    tell({ kind: 'hidden' });
    if (inside) button.focus();
    emit('close');
  }

  function take(data: FromPanel): void {
    const { kind } = data;
    if (kind === 'close') {
      close();
    } else if (kind === 'ready' || kind === 'settled') {
      clearTimeout(patience);
      setReady(true);
      // Also what the page has said meanwhile.
      begin();
      waiting.splice(0).forEach(tell);
      if (kind !== 'ready') return;
      if (isOpen) present();
      emit(kind);
    } else if (kind === 'wait') {
      ready = false;
    } else if (kind === 'unread') {
      count(data.count, data.words);
    } else if (kind === 'event') {
      emit(data.event, data.detail);
    } else if (kind === 'talking') {
      remember(data.talking);
    } else if (kind === 'part') {
      bring(data.name, data);
    } else if (kind === 'complaint') {
      complain(data.text);
      emit('error', data.text);
    } else {
      // Logged out, here or in another tab. What the panel has in memory goes with its frame.
      disown();
      wanted = false;
      count(0, '');
      remember(false);
      unload();
      if (isOpen) load(true);
      forgotten(kind);
    }
  }

  listen(button, 'click', (event) => {
    // Many people double-click everything; the second click is not meant to close.
    if ((event as MouseEvent).detail < 2) (isOpen ? close : open)();
  });
  listen(button, 'pointerenter focus touchstart', () => load());
  listen(again, 'click', reload);
  listen(root, 'keydown', (event) => {
    if ((event as KeyboardEvent).key === 'Escape') close();
  });
  listen(window, 'message', (event) => {
    const { source, origin, data } = event as MessageEvent<FromPanel | null>;
    if (iframe && source === iframe.contentWindow && origin === options.hub && data?.deskbell === 1) {
      take(data);
    }
  });
  listen(seen, 'resize scroll', fit);
  // Not into body: pages that swap their body by script would take the widget away with it.
  const attach = (): void => {
    if (!host.isConnected && document.body && returns-- > 0) page.append(host);
  };
  const watch = new MutationObserver(attach);
  watch.observe(page, { childList: true });
  attach();
  restyle(options);
  paint(isOpen);
  const idle = setTimeout(() => {
    if (remember()) load();
    else bringRules();
  }, kIdleMs);

  const widget = {
    tell, load, open, close, show, emit, waiting, life, root, options,
    update(given: Options): void {
      restyle(Object.assign(options, given));
      paint(isOpen);
      bringRules();
      if (ready) begin(); // or it begins with them
    },
    identify(given: string): void {
      if (given === token) return;
      token = given;
      if (ready) begin();
      // What comes now may be for another customer.
      ready = false;
    },
    /**
     * Resolves when nothing of the customer is left on this device; with nothing where no panel came
     * to see to it: the next one that comes will.
     */
    logout(): Promise<Ending | undefined> {
      disown();
      tell({ kind: 'logout' });
      load();
      return new Promise((resolve) => onForgotten.push(resolve));
    },
    destroy(): void {
      host.hidden = true;
      // Not under the hands of who is logging out.
      if (onForgotten[0]) return void onForgotten.push(widget.destroy);
      life.abort();
      clearTimeout(idle);
      watch.disconnect();
      unload();
      count(0, '');
      host.remove();
    },
  };
  return widget;
}
