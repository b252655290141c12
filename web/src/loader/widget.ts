import type { ToLoader, ToPanel } from '../shared/protocol.ts';
import { makeLauncher } from './launcher.ts';
import type { Options } from './options.ts';

export type EventName = 'ready' | 'open' | 'close' | 'show' | 'hide' | 'unread:change' | 'error';
export type Emit = (event: EventName, detail?: unknown) => void;

/** `ToPanel` without the mark that all of them carry. */
type Unmarked<T> = T extends unknown ? Omit<T, 'deskbell'> : never;

/** How long a panel may take to say that it is there before the customer is told. */
const kPanelPatienceMs = 12_000;

function isToLoader(data: unknown): data is ToLoader {
  return typeof data === 'object' && data !== null && (data as ToLoader).deskbell === 1;
}

/**
 * One site's widget on a page: the launcher and, from the first opening on, the panel's iframe.
 * Until then it opens no connection and stores nothing. `destroy` leaves nothing behind.
 */
export class Widget {
  private readonly launcher;
  private readonly life = new AbortController();
  private iframe: HTMLIFrameElement | null = null;
  private ready = false;
  private isOpen = false;
  private unread = 0;
  private patience = 0;
  /** Text for the customer's field, until the panel is there to take it. */
  private draft = '';

  constructor(public options: Options, private readonly emit: Emit) {
    this.launcher = makeLauncher(options);
    const { host, root, button, again, leave } = this.launcher;
    this.listen(button, 'click', (event) => {
      // Many people double-click everything; the second click is not meant to close.
      if ((event as MouseEvent).detail > 1) return;
      if (this.isOpen) this.close();
      else this.open();
    });
    this.listen(again, 'click', () => this.loadPanel());
    this.listen(leave, 'click', () => this.close());
    this.listen(root, 'keydown', (event) => {
      if ((event as KeyboardEvent).key === 'Escape') this.close();
    });
    this.listen(window, 'message', (event) => this.onMessage(event as MessageEvent<unknown>));
    this.listen(window.visualViewport, 'resize', () => this.fit());
    this.listen(window.visualViewport, 'scroll', () => this.fit());
    // Not into body: pages that swap their body by script would take the widget away with it.
    const attach = (): void => document.documentElement.append(host);
    if (document.body) attach();
    else this.listen(document, 'DOMContentLoaded', attach);
  }

  update(options: Options): void {
    const recolour = options.accent !== this.options.accent;
    this.options = options;
    this.launcher.restyle(options);
    this.launcher.show(this.unread, this.isOpen);
    if (this.iframe && recolour) this.loadPanel();
    else this.tell({ kind: 'visitor', visitor: options.visitor });
  }

  open(draft = ''): void {
    this.draft = draft || this.draft;
    if (!this.isOpen) {
      this.show();
      this.isOpen = true;
      if (!this.iframe) this.loadPanel();
      this.launcher.show(this.unread, true);
      this.fit();
      this.emit('open');
    }
    this.present();
  }

  close(): void {
    if (!this.isOpen) return;
    // Asked before the frame is hidden, for that takes the focus away.
    const inside = this.launcher.root.activeElement !== null;
    this.isOpen = false;
    this.launcher.show(this.unread, false);
    this.tell({ kind: 'hidden' });
    if (inside) this.launcher.button.focus();
    this.emit('close');
  }

  show(): void {
    if (!this.launcher.host.hidden) return;
    this.launcher.host.hidden = false;
    this.emit('show');
  }

  hide(): void {
    if (this.launcher.host.hidden) return;
    this.close();
    this.launcher.host.hidden = true;
    this.emit('hide');
  }

  destroy(): void {
    this.life.abort();
    clearTimeout(this.patience);
    this.launcher.host.remove();
  }

  private listen(target: EventTarget | null, type: string, handler: (event: Event) => void): void {
    target?.addEventListener(type, handler, { signal: this.life.signal });
  }

  private loadPanel(): void {
    const { hub, site, accent } = this.options;
    const { frame, status, again, leave } = this.launcher;
    this.iframe?.remove();
    this.ready = false;
    frame.classList.remove('ready');
    status.textContent = 'Opening the chat…';
    again.hidden = leave.hidden = true;
    const iframe = document.createElement('iframe');
    iframe.title = 'Chat';
    iframe.allow = 'clipboard-write';
    // What the panel has to know before it can be told: in the fragment, which no server sees.
    const about = new URLSearchParams({ host: location.origin, accent });
    iframe.src = `${hub}/panel/${site}#${about}`;
    frame.append(iframe);
    this.iframe = iframe;
    clearTimeout(this.patience);
    this.patience = window.setTimeout(() => {
      status.textContent = 'The chat cannot be reached just now. Please check your connection.';
      again.hidden = leave.hidden = false;
      this.emit('error', 'no panel from ' + hub);
    }, kPanelPatienceMs);
  }

  private onMessage({ source, origin, data }: MessageEvent<unknown>): void {
    if (!this.iframe || source !== this.iframe.contentWindow) return;
    if (origin !== this.options.hub || !isToLoader(data)) return;
    if (data.kind === 'close') {
      this.close();
    } else if (data.kind === 'ready') {
      this.ready = true;
      clearTimeout(this.patience);
      this.launcher.frame.classList.add('ready');
      this.tell({ kind: 'visitor', visitor: this.options.visitor });
      this.present();
      this.emit('ready');
    } else if (data.kind === 'unread' && data.count !== this.unread) {
      this.unread = data.count;
      this.launcher.show(this.unread, this.isOpen);
      this.emit('unread:change', data.count);
    }
  }

  /** Tells a panel that is there and open that it is looked at, and gives it the focus. */
  private present(): void {
    if (!this.ready || !this.isOpen) return;
    this.iframe?.focus();
    this.tell({ kind: 'shown' });
    if (this.draft) this.tell({ kind: 'compose', text: this.draft });
    this.draft = '';
  }

  private tell(message: Unmarked<ToPanel>): void {
    if (!this.ready) return;
    this.iframe?.contentWindow?.postMessage({ deskbell: 1, ...message }, this.options.hub);
  }

  /** A phone's keyboard shrinks what is seen, not the page: the frame follows what is seen. */
  private fit(): void {
    const seen = window.visualViewport;
    if (!this.isOpen || !seen || seen.scale > 1.01) return;
    const { style } = this.launcher.frame;
    style.setProperty('--height', seen.height + 'px');
    style.setProperty('--top', seen.offsetTop + 'px');
  }
}
