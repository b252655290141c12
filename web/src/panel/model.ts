import type {
  AnswerView, Connection, ConversationView, CustomerView, MessageView, NamedAnswer, PanelView,
  ProactiveMessage, ResultOf, SiteView, SurveyKind,
} from '../shared/border.ts';
import { newEventId } from '../shared/event_id.ts';
import { kIsChromium } from '../shared/page_store.ts';
import type { StorageState, ToPanel, Visitor } from '../shared/protocol.ts';
import { Alerts } from './alerts.ts';
import { ChosenFiles } from './chosen.ts';
import { eventsBetween } from './events.ts';
import { missingFields } from './form_fields.ts';
import type { Opening } from '../shared/person.ts';
import type { HostPage } from './host_page.ts';
import { inherit } from './left.ts';
import { keep, keepUnsaved, recallUnsaved, type Unsaved } from './keepsake.ts';
import { lastView } from './last_view.ts';
import { newcomerView } from './newcomer.ts';
import { Sending, type HeldFile, type Sent, type Unsent } from './sending.ts';
import { beginning, isBeginning, settled, takenIn, type Pending, type Screen, type State } from './state.ts';
import { CommandError, WorkerBroke, WorkerClient, type News } from './worker_client.ts';
import { robotWorks } from './desk.ts';
import { inWords } from './robot_words.ts';
import { owner } from './stored.ts';
import { say, spoken } from './words.ts';

/** How many of the newest messages are shown. */
const kShownMessages = 200;
/** How long connecting may take before it is mentioned. */
const kQuietConnectMs = 2_500;
/** A message is handed to the core when it is on the disk, or the disk has had that long. */
const kKeepPatienceMs = 1_000;
/** What was kept by an earlier life of the panel is handed over first, unless it takes so long to read. */
const kRecallPatienceMs = 5_000;
/** How often a worker that breaks is replaced at once; after that, ever more rarely. */
const kRestarts = 2;
const kFirstRestartMs = 2_000;
const kLastRestartMs = 60_000;
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
    view: null, current: false, screen: { at: 'home' }, article: null, past: null, begun: '', held: null,
    pending: [], reach: 'fine', online: navigator.onLine, storage: { state: 'durable' },
    failure: null, looking: false, opened: false, fieldCalls: 0, proposed: '', opener: null, language: spoken(),
  };
  readonly alerts: Alerts;
  readonly files: ChosenFiles;
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
  private restartTimer = 0;
  /** The store did not answer: the core does not know who the customer is, and is somebody else's. */
  private stranger = false;
  private readUpTo = '';
  private typingTold = -kTypingMs;
  private unreadTold = -1;
  private unsavedKept: string;
  private sending: Sending | null = null;
  /** What the hub tells anybody of the site; only where nothing was known on this device. */
  private about: SiteView | null = null;
  /** The ids of what is kept there. */
  private readonly kept = new Set<string>();
  /** What is still to be handed to the worker, by key, in the order in which it was written. */
  private readonly queue: number[] = [];
  private recalled = (): void => undefined;
  /** Ends when everything that was written has been handed to the worker. */
  private handing = new Promise<void>((resolve) => (this.recalled = resolve));

  constructor(
    workerAddress: string,
    private readonly site: string,
    private readonly host: HostPage,
    private readonly onChange: () => void,
  ) {
    this.files = new ChosenFiles(site, () => this.set({}));
    // A guest's are still his when the site has named him; nobody else's are.
    const unsaved = recallUnsaved(site).filter(({ owner: whose }) => !whose || whose === owner(site)?.subject);
    this.state.pending = unsaved.map((one) =>
      ({ ...one, files: [], key: ++this.lastKey, id: newEventId(one.at), kept: false }));
    this.unsavedKept = JSON.stringify(unsaved);
    const last = unsaved.at(-1);
    if (last) {
      // What could not be saved is what the customer looks for first, whatever else there is.
      this.state.screen = placeOf(last);
      this.chosen = true;
    }
    this.alerts = new Alerts(site, host, () => this.set({}));
    this.worker = new WorkerClient(workerAddress, (news) => this.take(news));
  }

  /** Brings the core up, without storing or asking anything. */
  prepare(): void {
    this.worker.prepare();
  }

  /** Forgets what is on the screen, and ends everything. */
  stop(): void {
    clearTimeout(this.restartTimer);
    this.worker.stop();
    this.sending?.end();
    this.sending = null;
    this.files.end();
    this.kept.clear();
    this.set({ view: null, current: false, pending: [], proposed: '', held: null, past: null, failure: null });
  }

  start(opening: Opening): void {
    this.shown ||= !this.host.present;
    void this.showEarly(opening.store);
    this.worker.start(opening);
    this.sending = new Sending(opening.store);
    this.files.begin(this.sending);
    // Whoever is quick has written before it was known where to keep it.
    for (const one of this.state.pending) if (one.failure === null) void this.keepSent(one);
    void this.recallSending(this.sending).then(this.recalled);
    setTimeout(this.recalled, kRecallPatienceMs);
    this.alerts.begin();
    this.noteConnection('connecting');
    this.look();
    window.addEventListener('online', () => {
      this.set({ online: true, reach: this.state.reach === 'away' ? 'slow' : this.state.reach });
      if (this.state.failure !== null) this.restart();
    });
    window.addEventListener('offline', () => this.set({ online: false }));
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.worker.tell({ kind: 'resume' });
      // Whoever asked to be told of news wants them most when he looks elsewhere.
      else if (!this.alerts.awaited) this.worker.tell({ kind: 'pause', because: 'hidden' });
      this.look();
    });
    window.addEventListener('pagehide', ({ persisted }) => {
      // WebKit and Firefox keep a page for its return in the middle of a transaction, and nobody else
      // gets at the store meanwhile: there all that writes is ended, and the panel begins anew on return.
      const ends = persisted && !kIsChromium && this.state.storage.state === 'durable';
      if (!ends) return this.worker.tell({ kind: 'pause', because: 'leaving' });
      this.worker.stop();
      this.sending?.abandon();
    });
    window.addEventListener('pageshow', ({ persisted }) => {
      if (!persisted) return;
      if (this.worker.stopped) location.reload();
      else this.worker.tell({ kind: 'resume' });
    });
  }

  private async recallSending(sending: Sending): Promise<void> {
    await inherit(this.site, sending);
    const { sent, chosen } = await sending.recall();
    this.files.recall(chosen);
    this.sendAgain(sent);
  }

  /** What only this panel has: messages, and files that were chosen for one. Ends what `stop` ends. */
  async leave(): Promise<Unsent> {
    const sent = this.state.pending.filter(({ taken }) => !taken)
      .map(({ key, kept, failure, broke, taken, ...one }): Sent => one);
    const { chosen = [] } = (await this.sending?.recall()) ?? {};
    this.stop();
    return { sent, chosen };
  }

  /** Before the core is there: what was seen last, or else what anybody sees. */
  private async showEarly(store: string): Promise<void> {
    const kept = await lastView(store);
    const early = kept ?? await newcomerView(this.site);
    if (!early) return;
    if (!kept) this.about = early.site;
    const { view, current } = this.state;
    if (!view) this.show(early, false);
    else if (current) this.show(view, true);
  }

  takeFromPage(message: ToPanel): void {
    switch (message.kind) {
      case 'visitor':
        this.visitor = message.visitor;
        this.introduceVisitor();
        break;
      case 'permission':
        this.alerts.learn(message.permission);
        break;
      case 'compose':
        if (this.state.screen.at === 'past' || this.state.screen.at === 'article') this.go({ at: 'home' });
        this.set({ proposed: message.given });
        break;
      case 'send': {
        // Into the conversation that goes on, wherever the customer looks.
        const open = this.state.view?.conversations.find(({ resolved }) => !resolved);
        if (open && this.state.screen.at !== 'talk') this.go({ at: 'talk', id: open.id });
        // The site's own words need not wait for what the site asks its customers.
        this.post(message.given, { asked: true });
        break;
      }
      case 'article':
        this.readArticle(message.given);
        break;
      case 'conversation':
        this.go({ at: 'talk', id: message.given });
        break;
      case 'proactive': {
        const { message: id, text, replies } = message;
        this.begin();
        this.set({ opener: { id, text, replies, conversation: 'new' } });
        break;
      }
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
    // Who goes elsewhere leaves unanswered what the site said first.
    const { opener, held } = this.state;
    const talk = screen.at === 'talk' ? screen.id : '';
    // What waits for a form waits where the conversation begins; elsewhere it is a draft.
    this.set({
      screen, article: null, opener: talk === opener?.conversation ? opener : null, held: talk === 'new' ? held : null,
    });
    if (screen.at === 'past') this.loadPast();
    this.ask();
  }

  /** Goes where a conversation begins. */
  private begin(): void {
    this.go({ at: 'talk', id: 'new', beside: this.beside });
  }

  /** The conversations that go on, and that one which the customer begins now is none of. */
  private get beside(): readonly string[] {
    const { screen, view } = this.state;
    if (screen.at === 'talk' && screen.id === 'new') return screen.beside ?? [];
    return view?.conversations.flatMap(({ id, resolved }) => (resolved ? [] : [id])) ?? [];
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
    this.worker.send('answer.read', { id, language: spoken() }).then(take, () => take(null));
  }

  async transcript(): Promise<ResultOf<'transcript'>> {
    const past = await this.worker.send('transcript', {});
    return past.map((message) => inWords(message, this.state.view?.site));
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

  /**
   * What is in the field, with the files that were chosen for it. An answer that was chosen while
   * writing is the robot's to give; without one it is read.
   */
  send(text: string, answer: string): void {
    const { view } = this.state;
    if (answer && view && !robotWorks(view.site)) this.readArticle(answer);
    else this.post(text, { withFiles: true, answer });
  }

  /** `answer`: what the customer chose himself while he wrote. */
  post(text: string, { asked = false, withFiles = false, answer = '' } = {}): void {
    const conversation = this.writingTo;
    const { view, opener } = this.state;
    if (!asked && conversation === 'new' && view && missingFields(view, true).length > 0) {
      this.begin();
      this.set({ held: { text, answer } });
      keep(this.site, 'draft:new', text); // it outlives a reload like anything that is being written
      return;
    }
    const at = Date.now();
    const one: Pending = {
      key: ++this.lastKey, text, files: withFiles ? this.files.take(conversation) : [], at, conversation,
      id: newEventId(at), kept: false, failure: null,
      ...(conversation === 'new' ? { beside: this.beside } : {}),
      ...(opener && conversation === opener.conversation ? { proactive: opener.id } : {}),
      ...(answer ? { answer } : {}),
    };
    this.chosen = true;
    this.set({
      pending: [...this.state.pending, one],
      screen: placeOf(one),
    });
    this.deliver(one, this.keepSent(one));
  }

  /** Ends when all that was written has been handed to the worker. */
  handedOver(): Promise<void> {
    return this.handing;
  }

  /** The form before a first message was filled in, or given up: then the text can be changed. */
  releaseHeld(send: boolean): void {
    const { held } = this.state;
    this.set({ held: null });
    if (held === null) return;
    const { text, answer } = held;
    keep(this.site, 'draft:new', '');
    if (send) this.post(text, { asked: true, withFiles: true, answer });
    else this.set({ proposed: text });
  }

  /** A message that could not even be saved. */
  retryPending(key: number): void {
    const one = this.state.pending.find((pending) => pending.key === key);
    if (!one) return;
    this.change(key, { failure: null, broke: false });
    this.deliver(one, this.keepSent(one));
  }

  dropPending(key: number): void {
    const one = this.state.pending.find((pending) => pending.key === key);
    if (one) this.forgetSent(one.id, one.files);
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

  /**
   * Takes a message back that has not left this device; it can be changed then. Answers why that was
   * not to be done, or null.
   */
  async undo({ id, text, attachments }: MessageView): Promise<string | null> {
    const alone = this.state.view?.messages.length === 1;
    const blobs = await Promise.all((attachments ?? []).map((file) => this.worker.file(file.id, id)));
    const files = (attachments ?? []).flatMap(({ name, type, width = 0, height = 0 }, i) => {
      const blob = blobs[i];
      return blob ? [{ blob: new Blob([blob], { type }), name, width, height }] : [];
    });
    const failure = await this.attempt(this.worker.send('message.undo', { id }));
    if (failure === null) {
      if (alone) this.begin();
      this.set({ proposed: text });
      if (files.length > 0) this.files.restore(this.writingTo, files);
    } else {
      this.ask(); // it may have left meanwhile, and cannot be taken back any more
    }
    this.callField();
    return failure;
  }

  answerSurvey(
    conversation: string, kind: SurveyKind, score: number, comment: string, tags: string[],
  ): Promise<string | null> {
    const counted = kind === 'stars' ? { stars: score } : { kind, score };
    const chosen = tags.length > 0 ? { tags } : {};
    return this.attempt(
      this.worker.send('survey.answer', { conversation, comment, ...counted, ...chosen }));
  }

  /** Asks for the conversation before the customer's eyes by e-mail. */
  mailTranscript(email: string): Promise<string | null> {
    return this.attempt(this.worker.send(
      'transcript.request', { conversation: this.conversation!.id, email, language: spoken() }));
  }

  // ---- The robot ----

  /** Answers to what is being typed. */
  suggest(text: string): Promise<readonly NamedAnswer[]> {
    return this.worker.suggest(text, spoken());
  }

  /** What the robot offered in that step, or has asked about. */
  choose(step: string, answer: string): void {
    const { id = '' } = this.conversation ?? {};
    void this.attempt(this.worker.send('answer.choose', { conversation: id, step, answer, language: spoken() }));
  }

  rate(step: string, helpful: boolean): void {
    const { id = '' } = this.conversation ?? {};
    void this.attempt(this.worker.send('answer.rate', { conversation: id, step, helpful }));
  }

  /** From the robot to people. */
  handOver(): void {
    const { id = '' } = this.conversation ?? {};
    void this.attempt(this.worker.send('conversation.hand_over', { conversation: id }));
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

  /** What the site said first in the conversation before the customer's eyes. */
  get opener(): ProactiveMessage | null {
    const { screen, view, opener } = this.state;
    if (screen.at === 'talk' && screen.id === opener?.conversation) return opener;
    const began = this.conversation?.proactive;
    return (began && view?.site.proactive?.find(({ id }) => id === began)) || null;
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
    const state = settled({ ...this.state, ...part });
    const { view, begun } = state;
    const moves = begun !== this.state.begun && isBeginning(this.state) && !isBeginning(state);
    if (state.reach !== this.state.reach) {
      this.host.tell({ kind: 'event', event: 'connection:state', detail: { state: state.reach } });
    }
    this.state = state;
    if (moves) this.files.move('new', begun);
    this.keepUnsaved();
    if (view && view.unread !== this.unreadTold) {
      const more = this.unreadTold >= 0 && view.unread > this.unreadTold;
      this.unreadTold = view.unread;
      this.host.tell({ kind: 'unread', count: view.unread, words: say('unread', { n: view.unread }) });
      if (more && state.current) this.alerts.call(view, state.looking);
    }
    this.onChange();
  }

  /** What could not be saved waits here for the customer, also when the page is loaded anew. */
  private keepUnsaved(): void {
    const unsaved = this.state.pending.flatMap(({ text, at, failure, conversation, beside, kept }): Unsaved[] =>
      failure === null || kept || !text ? [] : [{
        text, at, failure, conversation, ...(beside ? { beside } : {}), owner: owner(this.site)?.subject ?? '',
      }]);
    const kept = JSON.stringify(unsaved);
    if (kept === this.unsavedKept) return;
    this.unsavedKept = kept;
    keepUnsaved(this.site, unsaved);
  }

  private look(): void {
    const opened = this.shown || this.state.opened;
    this.set({ opened, looking: this.shown && !document.hidden });
    this.findAnswers();
  }

  /** Whoever looks at a site that has answers is going to ask; others fetch nothing. */
  private findAnswers(): void {
    const { view, opened } = this.state;
    if (opened && view?.site.answers) this.worker.tell({ kind: 'find' });
  }

  private take(news: News): void {
    switch (news.kind) {
      case 'opened':
        this.set({ failure: null });
        for (const { key, broke } of this.state.pending) if (broke) this.retryPending(key);
        this.ask();
        break;
      case 'changes':
        this.ask();
        break;
      case 'connection':
        this.noteConnection(news.connection);
        break;
      case 'storage':
        this.takeStorage(news.storage);
        break;
      case 'failed':
        if (++this.restarts > kRestarts) this.set({ failure: news.message });
        this.restart(this.restarts - kRestarts);
    }
  }

  private takeStorage(storage: StorageState): void {
    if (!this.worker.isOpen) this.stranger = storage.state === 'memory' && storage.reason === 'stuck';
    this.set({ storage });
    this.leaveStranger();
  }

  /**
   * Where somebody has been talking on this device, what he writes is for a core that knows him: a
   * stranger's would begin another customer's conversation. The store is tried anew until it answers.
   */
  private leaveStranger(): void {
    const { view, pending } = this.state;
    const known = view?.conversations.length || pending.some(({ kept, conversation }) => kept || conversation !== 'new');
    if (!this.stranger || !known) return;
    this.worker.stop();
    this.restart(++this.restarts - kRestarts);
  }

  /** Another worker, at once or after the `failures` that nothing helped against. */
  private restart(failures = 0): void {
    clearTimeout(this.restartTimer);
    const wait = Math.min(kFirstRestartMs * 2 ** (failures - 1), kLastRestartMs);
    if (failures <= 0) this.worker.start();
    else this.restartTimer = window.setTimeout(() => this.worker.start(), wait);
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

  private show(shown: PanelView, current: boolean): void {
    // A core that has not heard from the hub yet knows nothing of its site.
    const blank = Object.values(shown.site).every((part) => !part);
    const view = blank && this.about ? { ...shown, site: this.about } : shown;
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
    const pending = current ? before.pending.filter(({ taken }) => !taken) : before.pending;
    this.set({ view, current, pending });
    this.findAnswers();
    if (!current) return;
    for (const { id, state } of view.messages) if (state !== 'saved') this.forgetSent(id);
    this.introduceVisitor();
    // Whether somebody is there changes by the clock alone.
    clearTimeout(this.deskTimer);
    const wait = (view.site.desk?.changes_at ?? Infinity) - Date.now();
    if (wait < kLongestWaitMs) this.deskTimer = window.setTimeout(() => this.ask(), Math.max(1_000, wait));
  }

  /**
   * Hands over one message more. Nothing goes before it is `safe`: the core would only slow down what
   * keeps it.
   */
  private deliver({ key }: Pending, safe: Promise<void>): void {
    this.queue.push(key);
    this.handing = Promise.all([this.handing, safe]).then(() => void this.hand(this.queue.shift()!));
  }

  private async hand(key: number): Promise<void> {
    const one = this.state.pending.find((pending) => pending.key === key);
    if (!one) return;
    // A stranger must not have it; it is for the next core that opens.
    if (this.stranger && one.kept) return this.change(key, { broke: true });
    try {
      const { id, text, answer, proactive, beside = [] } = one;
      const where = one.conversation === 'new'
        ? { beside, ...(proactive ? { proactive } : {}) }
        : { conversation: one.conversation };
      const message = { id, text, language: spoken(), ...where };
      const files = one.files.map(({ key, conversation, kept, ...file }) => file);
      const { conversation } = files.length > 0
        ? await this.worker.post({ ...message, files })
        : await this.worker.send('message.post', { ...message, ...(answer ? { answer } : {}) });
      // A core that cannot save has it only as long as this page lives.
      if (this.state.storage.state === 'durable') this.forgetSent(id, one.files);
      this.set(takenIn(one, conversation, this.state));
      this.ask();
    } catch (error) {
      this.change(key, { failure: codeOf(error), broke: error instanceof WorkerBroke });
      const { id, conversation } = one;
      this.host.tell({ kind: 'event', event: 'message:failed', detail: { id, conversation } });
    }
  }

  /** Before the core, which may not even be there yet, has taken it in. Ends soon in any case. */
  private async keepSent({ key, failure, kept, ...sent }: Pending): Promise<void> {
    if (!this.sending || this.state.storage.state !== 'durable') return;
    this.kept.add(sent.id);
    const keeping = this.sending.keep(sent).then((now) => {
      this.change(key, { kept: now });
      if (sent.files.length > 0) this.files.tell();
    });
    await Promise.race([keeping, new Promise((resolve) => setTimeout(resolve, kKeepPatienceMs))]);
  }

  private forgetSent(id: string, files: readonly HeldFile[] = []): void {
    if (this.kept.delete(id)) void this.sending?.forget(id);
    // Where the message could not be kept with them, they are there by themselves.
    if (files.length > 0) void this.sending?.forgetFiles(files.map(({ key }) => key)).then(() => this.files.tell());
  }

  /** What another life of the panel kept and could not hand over, or another tab is handing over. */
  private sendAgain(sent: readonly Sent[]): void {
    const known = new Set(this.state.pending.map(({ id }) => id));
    const left = sent.filter(({ id }) => !known.has(id))
      .map((one): Pending => ({ ...one, key: ++this.lastKey, kept: true, failure: null }));
    if (left.length === 0) return;
    for (const { id } of left) this.kept.add(id);
    this.set({ pending: [...left, ...this.state.pending] });
    // Until the core knows where it belongs, it is looked for there; what it has already leads nowhere.
    const last = this.state.pending.find(({ key }) => key === left.at(-1)!.key);
    if (last && !this.chosen) this.go(placeOf(last));
    this.leaveStranger();
    // Before what was written in this life.
    const later = this.queue.splice(0);
    for (const one of left) this.deliver(one, Promise.resolve());
    this.queue.push(...later);
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

/** Where a message is looked for. */
function placeOf({ conversation, beside }: Pick<Pending, 'conversation' | 'beside'>): Screen {
  return { at: 'talk', id: conversation, ...(beside ? { beside } : {}) };
}

function codeOf(error: unknown): string {
  return error instanceof CommandError ? error.code : 'other';
}
