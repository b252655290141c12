import type { Connection, PanelView } from '../shared/border.ts';
import type { StorageState, ToPanel, Visitor } from '../shared/protocol.ts';
import type { HostPage } from './host_page.ts';
import { keepUnsaved, recallUnsaved, type Unsaved } from './keepsake.ts';
import { lastView } from './last_view.ts';
import { CommandError, WorkerClient, type News } from './worker_client.ts';

/** A message between the key press and the worker's answer. */
export interface Pending {
  key: number;
  text: string;
  at: number;
  /** Known once it is saved. */
  id: string | null;
  /** Why it could not be saved. */
  failure: string | null;
}

/**
 * The way to the hub, as the customer is told of it. Calmer than `Connection`: trying again from
 * time to time is still `away`, and a short moment of connecting is still `fine`.
 */
export type Reach = 'fine' | 'slow' | 'away' | 'signed_out';

/** All that the screen shows. Replaced, never changed in place. */
export interface State {
  /** Null until there is anything to show. */
  view: PanelView | null;
  /** The view is the core's own, not the one kept from the last visit. */
  current: boolean;
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
}

/** How many of the newest messages are shown. */
const kShownMessages = 200;
/** How long connecting may take before it is mentioned. */
const kQuietConnectMs = 2_500;
/** How often a worker that breaks is replaced by itself. */
const kRestarts = 2;

/**
 * What the panel knows and does. It holds no rule: it shows the core's answer to `panel`, asks
 * again whenever the core says that something changed, and passes on what the customer does.
 */
export class Model {
  state: State = {
    view: null, current: false, pending: [], reach: 'fine',
    online: navigator.onLine, storage: { state: 'durable' }, failure: null, looking: false,
    opened: false, fieldCalls: 0, proposed: '',
  };

  private readonly client: WorkerClient;
  private shown: boolean;
  private visitor: Visitor = {};
  private asking = false;
  private askAgain = false;
  private lastKey = 0;
  private slowTimer = 0;
  private restarts = 0;
  private readUpTo = '';
  private unreadTold = -1;
  private unsavedKept: string;

  constructor(
    workerAddress: string,
    private readonly site: string,
    private readonly host: HostPage,
    private readonly onChange: () => void,
  ) {
    const unsaved = recallUnsaved(site);
    this.state.pending = unsaved.map((one) => ({ ...one, key: ++this.lastKey, id: null }));
    this.unsavedKept = JSON.stringify(unsaved);
    this.client = new WorkerClient(workerAddress, site, (news) => this.take(news));
    this.shown = false;
  }

  start(): void {
    this.shown = !this.host.present;
    void lastView(this.site).then((view) => {
      if (view && !this.state.view) this.set({ view });
    });
    this.client.start();
    this.noteConnection('connecting');
    this.look();
    window.addEventListener('online', () => {
      this.set({ online: true, reach: this.state.reach === 'away' ? 'slow' : this.state.reach });
    });
    window.addEventListener('offline', () => this.set({ online: false }));
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.client.tell({ kind: 'pause', because: 'hidden' });
      else this.client.tell({ kind: 'resume' });
      this.look();
    });
    window.addEventListener('pagehide', () => {
      this.client.tell({ kind: 'pause', because: 'leaving' });
    });
    window.addEventListener('pageshow', (event) => {
      if (event.persisted) this.client.tell({ kind: 'resume' });
    });
  }

  takeFromPage(message: ToPanel): void {
    if (message.kind === 'visitor') {
      this.visitor = message.visitor;
      this.introduceVisitor();
    } else if (message.kind === 'compose') {
      this.set({ proposed: message.text });
    } else {
      this.shown = message.kind === 'shown';
      this.look();
      if (this.shown) this.callField();
    }
  }

  close(): void {
    this.host.tell({ kind: 'close' });
  }

  post(text: string): void {
    const one: Pending = { key: ++this.lastKey, text, at: Date.now(), id: null, failure: null };
    this.set({ pending: [...this.state.pending, one] });
    void this.deliver(one);
  }

  /** A message that could not even be saved. */
  retryPending(key: number): void {
    const one = this.state.pending.find((pending) => pending.key === key);
    if (!one) return;
    this.change(key, { failure: null });
    void this.deliver(one);
  }

  dropPending(key: number): void {
    this.set({ pending: this.state.pending.filter((pending) => pending.key !== key) });
    this.callField();
  }

  resend(id: string): void {
    void this.attempt(this.client.send('message.resend', { id }));
    this.callField();
  }

  discard(id: string): void {
    void this.attempt(this.client.send('message.discard', { id }));
    this.callField();
  }

  answerSurvey(conversation: string, stars: number, comment: string): Promise<string | null> {
    return this.attempt(this.client.send('survey.answer', { conversation, stars, comment }));
  }

  updateCustomer(name: string, email: string): Promise<string | null> {
    return this.attempt(this.client.send('customer.update', {
      ...(name ? { name } : {}), ...(email ? { email } : {}),
    }));
  }

  /** Brings the cursor to where the customer writes. */
  callField(): void {
    this.set({ fieldCalls: this.state.fieldCalls + 1 });
  }

  takeProposed(): void {
    this.set({ proposed: '' });
  }

  /** The customer has the newest message before him. */
  markRead(): void {
    const conversation = this.state.view?.conversation;
    if (!this.state.current || !this.state.looking || !conversation?.unread) return;
    // Once for each message that came, not at each change until the core has taken it in.
    const point = conversation.id + this.state.view?.messages.at(-1)?.id;
    if (point === this.readUpTo) return;
    this.readUpTo = point;
    this.client.send('conversation.read', { conversation: conversation.id }).catch(() => {
      this.readUpTo = '';
    });
  }

  private set(part: Partial<State>): void {
    const state = { ...this.state, ...part };
    const { view } = state;
    const there = new Set(view?.messages.map((message) => message.id));
    state.pending = state.pending.filter(({ id }) => id === null || !there.has(id));
    this.state = state;
    this.keepUnsaved();
    if (view && view.unread !== this.unreadTold) {
      this.unreadTold = view.unread;
      this.host.tell({ kind: 'unread', count: view.unread });
    }
    this.onChange();
  }

  /** What could not be saved waits here for the customer, also when the page is loaded anew. */
  private keepUnsaved(): void {
    const unsaved = this.state.pending.flatMap(({ text, at, failure }): Unsaved[] =>
      failure === null ? [] : [{ text, at, failure }]);
    const kept = JSON.stringify(unsaved);
    if (kept === this.unsavedKept) return;
    this.unsavedKept = kept;
    keepUnsaved(this.site, unsaved);
  }

  private look(): void {
    const opened = this.shown || this.state.opened;
    this.set({ opened, looking: this.shown && !document.hidden });
  }

  private take(news: News): void {
    switch (news.kind) {
      case 'opened':
        this.set({ failure: null });
        this.ask();
        break;
      case 'changes':
        this.ask();
        break;
      case 'connection':
        this.noteConnection(news.connection);
        break;
      case 'storage':
        this.set({ storage: news.storage });
        break;
      case 'failed':
        if (++this.restarts <= kRestarts) this.client.start();
        else this.set({ failure: news.message });
    }
  }

  private noteConnection(connection: Connection): void {
    clearTimeout(this.slowTimer);
    if (connection === 'live') {
      this.restarts = 0;
      this.set({ reach: 'fine' });
    } else if (connection === 'offline') {
      this.set({ reach: 'away' });
    } else if (connection === 'signed_out') {
      this.set({ reach: 'signed_out' });
    } else if (connection === 'connecting' && this.state.reach === 'fine') {
      this.slowTimer = window.setTimeout(() => this.set({ reach: 'slow' }), kQuietConnectMs);
    }
  }

  /** Asks for the screen; one question at a time, for the last one says it all. */
  private ask(): void {
    if (this.asking) {
      this.askAgain = true;
      return;
    }
    this.asking = true;
    this.client
      .send('panel', { limit: kShownMessages })
      .then((view) => this.show(view), (error: unknown) => console.error(error))
      .finally(() => {
        this.asking = false;
        if (this.askAgain) this.ask();
        this.askAgain = false;
      });
  }

  private show(view: PanelView): void {
    this.set({ view, current: true });
    this.introduceVisitor();
  }

  private async deliver(one: Pending): Promise<void> {
    // The conversation before the customer's eyes, a finished one too: writing opens it again.
    const conversation = this.state.view?.conversation?.id;
    try {
      const given = conversation ? { text: one.text, conversation } : { text: one.text };
      const { id } = await this.client.send('message.post', given);
      this.change(one.key, { id });
      this.ask();
    } catch (error) {
      this.change(one.key, { failure: reasonOf(error) });
    }
  }

  private change(key: number, part: Partial<Pending>): void {
    const pending = this.state.pending.map((one) => (one.key === key ? { ...one, ...part } : one));
    this.set({ pending });
  }

  /** Null when it is done, otherwise why not. */
  private async attempt(work: Promise<unknown>): Promise<string | null> {
    try {
      await work;
      this.ask();
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** Tells the core who the page says this is, unless it knows. */
  private introduceVisitor(): void {
    const customer = this.state.view?.customer;
    const { name = '', email = '' } = this.visitor;
    if (!this.state.current || !customer) return;
    if ((!name || name === customer.name) && (!email || email === customer.email)) return;
    this.visitor = {};
    void this.updateCustomer(name, email);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof CommandError) return error.message;
  return error instanceof Error ? error.message : String(error);
}
