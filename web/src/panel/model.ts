import type {
  AnswerView, Connection, ConversationView, CustomerView, PanelView, PastMessage, ResultOf, SurveyKind,
} from '../shared/border.ts';
import type { StorageState, ToPanel, Visitor } from '../shared/protocol.ts';
import { Alerts } from './alerts.ts';
import { eventsBetween } from './events.ts';
import { missingFields } from './form_fields.ts';
import type { Opening } from '../shared/person.ts';
import type { HostPage } from './host_page.ts';
import { keepUnsaved, recallUnsaved, type Unsaved } from './keepsake.ts';
import { lastView } from './last_view.ts';
import { CommandError, WorkerClient, type News } from './worker_client.ts';
import { spoken } from './words.ts';

/** A message between the key press and the worker's answer. */
export interface Pending {
  key: number;
  text: string;
  at: number;
  /** An id, or `new`. */
  conversation: string;
  /** Known once it is saved. */
  id: string | null;
  /** The code of why it could not be saved. */
  failure: string | null;
}

/**
 * The way to the hub, as the customer is told of it. Calmer than `Connection`: trying again from
 * time to time is still `away`, and a short moment of connecting is still `fine`.
 */
export type Reach = 'fine' | 'slow' | 'away' | 'signed_out';

/** What the customer looks at. A conversation that is to begin is called `new`. */
export type Screen =
  | { at: 'home' }
  | { at: 'past' }
  | { at: 'talk'; id: string; message?: string }
  | { at: 'article'; id: string; from: Screen };

/** All that the screen shows. Replaced, never changed in place. */
export interface State {
  /** Null until there is anything to show. */
  view: PanelView | null;
  /** The view is the core's own, not the one kept from the last visit. */
  current: boolean;
  screen: Screen;
  /** The article that is read; null while it is not there (yet). */
  article: AnswerView | null | 'loading';
  /** All that was ever written, for searching; null until somebody searches. */
  past: PastMessage[] | null;
  /** What the conversation that was begun here has become. */
  begun: string;
  /** A first message that waits for a form to be filled in. */
  held: string;
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
  /** What it speaks. */
  language: string;
}

/** How many of the newest messages are shown. */
const kShownMessages = 200;
/** How long connecting may take before it is mentioned. */
const kQuietConnectMs = 2_500;
/** How often a worker that breaks is replaced by itself. */
const kRestarts = 2;
/** How often the core hears that the customer is writing; it tells the hub more rarely. */
const kTypingMs = 1_000;
/** The longest time that a timer can wait. */
const kLongestWaitMs = 2 ** 31 - 1;

/**
 * What the panel knows and does. It holds no rule: it shows the core's answer to `panel`, asks
 * again whenever the core says that something changed, and passes on what the customer does.
 */
export class Model {
  state: State = {
    view: null, current: false, screen: { at: 'home' }, article: null, past: null, begun: '', held: '',
    pending: [], reach: 'fine', online: navigator.onLine, storage: { state: 'durable' },
    failure: null, looking: false, opened: false, fieldCalls: 0, proposed: '', language: spoken(),
  };
  readonly alerts: Alerts;

  readonly worker: WorkerClient;
  private shown = false;
  private chosen = false;
  private visitor: Visitor = {};
  private asking = false;
  private askAgain = false;
  private lastKey = 0;
  private slowTimer = 0;
  private deskTimer = 0;
  private restarts = 0;
  private readUpTo = '';
  private typingTold = -kTypingMs;
  private unreadTold = -1;
  private unsavedKept: string;
  /** Ends when everything that was to begin a conversation has been answered. */
  private beginnings: Promise<void> = Promise.resolve();

  constructor(
    workerAddress: string,
    private readonly site: string,
    private readonly host: HostPage,
    private readonly onChange: () => void,
  ) {
    const unsaved = recallUnsaved(site);
    this.state.pending = unsaved.map((one) => ({ ...one, key: ++this.lastKey, id: null }));
    this.unsavedKept = JSON.stringify(unsaved);
    const last = unsaved.at(-1);
    if (last) {
      // What could not be saved is what the customer looks for first, whatever else there is.
      this.state.screen = { at: 'talk', id: last.conversation };
      this.chosen = true;
    }
    this.alerts = new Alerts(site, () => this.set({}));
    this.worker = new WorkerClient(workerAddress, (news) => this.take(news));
  }

  /** Brings the core up, without storing or asking anything. */
  prepare(): void {
    this.worker.prepare();
  }

  /** Forgets what is on the screen, and ends everything. */
  stop(): void {
    this.worker.stop();
    this.set({ view: null, current: false, pending: [], proposed: '', held: '', past: null });
  }

  start(opening: Opening): void {
    this.shown ||= !this.host.present;
    void lastView(opening.store).then((view) => {
      if (view && !this.state.view) this.show(view, false);
    });
    this.worker.start(opening);
    this.noteConnection('connecting');
    this.look();
    window.addEventListener('online', () => {
      this.set({ online: true, reach: this.state.reach === 'away' ? 'slow' : this.state.reach });
    });
    window.addEventListener('offline', () => this.set({ online: false }));
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.worker.tell({ kind: 'pause', because: 'hidden' });
      else this.worker.tell({ kind: 'resume' });
      this.look();
    });
    window.addEventListener('pagehide', () => {
      this.worker.tell({ kind: 'pause', because: 'leaving' });
    });
    window.addEventListener('pageshow', (event) => {
      if (event.persisted) this.worker.tell({ kind: 'resume' });
    });
  }

  takeFromPage(message: ToPanel): void {
    switch (message.kind) {
      case 'visitor':
        this.visitor = message.visitor;
        this.introduceVisitor();
        break;
      case 'compose':
        if (this.state.screen.at === 'past' || this.state.screen.at === 'article') this.go({ at: 'home' });
        this.set({ proposed: message.text });
        break;
      case 'send': {
        // Into the conversation that goes on, wherever the customer looks.
        const open = this.state.view?.conversations.find(({ resolved }) => !resolved);
        if (open && this.state.screen.at !== 'talk') this.go({ at: 'talk', id: open.id });
        this.post(message.text);
        break;
      }
      case 'go':
        if (message.to === 'home') this.go({ at: 'home' });
        else if (message.to === 'new') this.go({ at: 'talk', id: 'new' });
        else if (message.to === 'article') this.readArticle(message.id);
        else if (message.to === 'conversation') this.go({ at: 'talk', id: message.id });
        break;
      case 'shown':
      case 'hidden':
        this.shown = message.kind === 'shown';
        this.look();
        if (this.shown) this.callField();
        break;
    }
  }

  close(): void {
    this.host.tell({ kind: 'close' });
  }

  // ---- Going about ----

  go(screen: Screen): void {
    this.chosen = true;
    this.set({ screen, article: null });
    if (screen.at === 'past') this.loadPast();
    this.ask();
  }

  /** Where "back" leads; null at home. */
  back(): void {
    const { screen } = this.state;
    this.go(screen.at === 'article' ? screen.from : { at: 'home' });
  }

  readArticle(id: string): void {
    const { screen } = this.state;
    this.go({ at: 'article', id, from: screen.at === 'article' ? screen.from : screen });
    this.set({ article: 'loading' });
    const take = (article: AnswerView | null): void => {
      const now = this.state.screen;
      if (now.at === 'article' && now.id === id) this.set({ article });
    };
    this.worker.send('answer.read', { id }).then(take, () => take(null));
  }

  transcript(): Promise<ResultOf<'transcript'>> {
    return this.worker.send('transcript', {});
  }

  private loadPast(): void {
    this.transcript().then((past) => this.set({ past }), () => this.set({ past: [] }));
  }

  speaks(language: string): void {
    this.set({ language });
  }

  // ---- Writing ----

  /** The conversation that what is written now belongs to. */
  get writingTo(): string {
    const { screen } = this.state;
    return screen.at === 'talk' ? screen.id : 'new';
  }

  post(text: string, asked = false): void {
    const conversation = this.writingTo;
    const { view } = this.state;
    if (!asked && conversation === 'new' && view && missingFields(view, true).length > 0) {
      this.go({ at: 'talk', id: 'new' });
      this.set({ held: text });
      return;
    }
    const one: Pending = {
      key: ++this.lastKey, text, at: Date.now(), conversation, id: null, failure: null,
    };
    this.chosen = true;
    this.set({
      pending: [...this.state.pending, one],
      screen: { at: 'talk', id: conversation },
    });
    this.deliver(one);
  }

  /** Ends when all that was written has been handed to the worker. */
  handedOver(): Promise<void> {
    return this.beginnings;
  }

  /** The form before a first message was filled in, or given up: then the text can be changed. */
  releaseHeld(send: boolean): void {
    const { held } = this.state;
    this.set({ held: '' });
    if (send) this.post(held, true);
    else this.set({ proposed: held });
  }

  /** A message that could not even be saved. */
  retryPending(key: number): void {
    const one = this.state.pending.find((pending) => pending.key === key);
    if (!one) return;
    this.change(key, { failure: null });
    this.deliver(one);
  }

  dropPending(key: number): void {
    this.set({ pending: this.state.pending.filter((pending) => pending.key !== key) });
    this.callField();
  }

  resend(id: string): void {
    void this.attempt(this.worker.send('message.resend', { id }));
    this.callField();
  }

  discard(id: string): void {
    void this.attempt(this.worker.send('message.discard', { id }));
    this.callField();
  }

  /** Takes a message back that has not left this device; its text can be changed then. */
  async undo(id: string, text: string): Promise<void> {
    const alone = this.state.view?.messages.length === 1;
    if (await this.attempt(this.worker.send('message.undo', { id })) !== null) return;
    if (alone) this.go({ at: 'talk', id: 'new' });
    this.set({ proposed: text });
    this.callField();
  }

  answerSurvey(
    conversation: string, kind: SurveyKind, score: number, comment: string, tags: string[],
  ): Promise<string | null> {
    const counted = kind === 'stars' ? { stars: score } : { kind, score };
    const chosen = tags.length > 0 ? { tags } : {};
    return this.attempt(
      this.worker.send('survey.answer', { conversation, comment, ...counted, ...chosen }));
  }

  updateCustomer(part: Partial<Omit<CustomerView, 'id'>>): Promise<string | null> {
    return this.attempt(this.worker.send('customer.update', part));
  }

  /** Brings the cursor to where the customer writes. */
  callField(): void {
    this.set({ fieldCalls: this.state.fieldCalls + 1 });
  }

  takeProposed(): void {
    this.set({ proposed: '' });
  }

  /** The conversation before the customer's eyes, when what is known of it is shown. */
  get conversation(): ConversationView | null {
    const { screen, view } = this.state;
    const shown = view?.conversation ?? null;
    return screen.at === 'talk' && shown?.id === screen.id ? shown : null;
  }

  /** The customer is writing. */
  noteTyping(): void {
    const { conversation } = this;
    const now = performance.now();
    if (!this.state.current || !conversation || now - this.typingTold < kTypingMs) return;
    this.typingTold = now;
    // What is lost of it is no loss.
    this.worker.send('conversation.typing', { conversation: conversation.id }).catch(() => undefined);
  }

  /** The customer has the newest message before him. */
  markRead(): void {
    const { conversation } = this;
    if (!this.state.current || !this.state.looking || !conversation?.unread) return;
    // Once for each message that came, not at each change until the core has taken it in.
    const point = conversation.id + this.state.view?.messages.at(-1)?.id;
    if (point === this.readUpTo) return;
    this.readUpTo = point;
    this.worker.send('conversation.read', { conversation: conversation.id }).catch(() => {
      this.readUpTo = '';
    });
  }

  // ---- What changes ----

  private set(part: Partial<State>): void {
    const state = { ...this.state, ...part };
    const { view } = state;
    const there = new Set(view?.messages.map((message) => message.id));
    state.pending = state.pending.filter(({ id }) => id === null || !there.has(id));
    if (state.reach !== this.state.reach) {
      this.host.tell({ kind: 'event', event: 'connection:state', detail: { state: state.reach } });
    }
    this.state = state;
    this.keepUnsaved();
    if (view && view.unread !== this.unreadTold) {
      const more = this.unreadTold >= 0 && view.unread > this.unreadTold;
      this.unreadTold = view.unread;
      this.host.tell({ kind: 'unread', count: view.unread });
      if (more && state.current) this.alerts.call(view, state.looking);
    }
    this.onChange();
  }

  /** What could not be saved waits here for the customer, also when the page is loaded anew. */
  private keepUnsaved(): void {
    const unsaved = this.state.pending.flatMap(({ text, at, failure, conversation }): Unsaved[] =>
      failure === null ? [] : [{ text, at, failure, conversation }]);
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
        if (++this.restarts <= kRestarts) this.worker.start();
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
    const { screen } = this.state;
    // Until the customer goes somewhere, the newest conversation says where to begin.
    const wanted = screen.at === 'talk' ? { conversation: screen.id } : {};
    this.worker
      .send('panel', { limit: kShownMessages, ...wanted })
      .then((view) => this.show(view, true), (error: unknown) => console.error(error))
      .finally(() => {
        this.asking = false;
        if (this.askAgain) this.ask();
        this.askAgain = false;
      });
  }

  private show(view: PanelView, current: boolean): void {
    if (current && this.state.current && this.state.view) {
      for (const one of eventsBetween(this.state.view, view)) this.host.tell({ kind: 'event', ...one });
    }
    const before = this.state;
    if (!this.chosen && !before.current) {
      this.set({ screen: beginning(view, before.screen) });
    } else if (!this.chosen && before.view?.conversations.length === 0 && view.conversation) {
      // Another tab has begun while this one still waited at home: it goes on there.
      this.set({ screen: { at: 'talk', id: view.conversation.id }, begun: view.conversation.id });
    }
    this.set({ view, current });
    if (!current) return;
    this.introduceVisitor();
    // Whether somebody is there changes by the clock alone.
    clearTimeout(this.deskTimer);
    const wait = (view.site.desk?.changes_at ?? Infinity) - Date.now();
    if (wait < kLongestWaitMs) this.deskTimer = window.setTimeout(() => this.ask(), Math.max(1_000, wait));
  }

  /**
   * What begins a conversation is answered before anything else that was written into the same one
   * goes: that follows into the conversation that has begun, and begins no second one.
   */
  private deliver(one: Pending): void {
    if (one.conversation !== 'new') {
      void this.hand(one.key);
      return;
    }
    this.beginnings = this.beginnings.then(() => {
      // What follows is not waited for: it goes before all that is written from now on.
      const follows = this.state.pending.some(({ key, conversation }) => key === one.key && conversation !== 'new');
      const handed = this.hand(one.key);
      return follows ? undefined : handed;
    });
  }

  private async hand(key: number): Promise<void> {
    const one = this.state.pending.find((pending) => pending.key === key);
    if (!one) return;
    try {
      // A first message joins what another tab has begun, or what is not known here yet.
      const known = this.state.current && this.state.view?.conversations.length !== 0;
      const where = one.conversation !== 'new' || known ? { conversation: one.conversation } : {};
      const { id, conversation } = await this.worker.send('message.post', { text: one.text, ...where });
      const begins = one.conversation === 'new';
      const pending = this.state.pending.map((other) => ({
        ...other,
        id: other.key === key ? id : other.id,
        conversation: begins && other.conversation === 'new' ? conversation : other.conversation,
      }));
      const { screen } = this.state;
      const here = begins && screen.at === 'talk' && screen.id === 'new';
      const follow: Partial<State> = { screen: { at: 'talk', id: conversation }, begun: conversation };
      this.set({ pending, ...(here ? follow : {}) });
      this.ask();
    } catch (error) {
      this.change(key, { failure: codeOf(error) });
    }
  }

  private change(key: number, part: Partial<Pending>): void {
    const pending = this.state.pending.map((one) => (one.key === key ? { ...one, ...part } : one));
    this.set({ pending });
  }

  /** Null when it is done, otherwise the code of why not. */
  private async attempt(work: Promise<unknown>): Promise<string | null> {
    try {
      await work;
      this.ask();
      return null;
    } catch (error) {
      return codeOf(error);
    }
  }

  /** Tells the core who the page says this is, unless it knows. */
  private introduceVisitor(): void {
    const customer = this.state.view?.customer;
    const { name = '', email = '' } = this.visitor;
    if (!this.state.current || !customer) return;
    if ((!name || name === customer.name) && (!email || email === customer.email)) return;
    this.visitor = {};
    void this.updateCustomer({ ...(name ? { name } : {}), ...(email ? { email } : {}) });
  }
}

/** A conversation that goes on is where one begins; otherwise at home. */
function beginning(view: PanelView, before: Screen): Screen {
  const newest = view.conversation;
  if (!newest) return before.at === 'talk' ? before : { at: 'home' };
  const goesOn = !newest.resolved || newest.unread > 0 || newest.survey.open;
  return goesOn ? { at: 'talk', id: newest.id } : { at: 'home' };
}

function codeOf(error: unknown): string {
  return error instanceof CommandError ? error.code : 'other';
}
