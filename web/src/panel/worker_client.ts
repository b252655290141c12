import type {
  CommandName, Commands, CoreError, NamedAnswer, ResultOf,
} from '../shared/border.ts';
import type { Introduced, Opening, PersonDone, PersonWork } from '../shared/person.ts';
import type { FilePost, FromWorker, ToWorker } from '../shared/protocol.ts';
import { trustedAddress } from './trusted.ts';

/** What the worker says without having been asked. */
export type News = Exclude<FromWorker, { tag: number }>;

/** What it says because it was asked. */
type Tagged = Extract<FromWorker | PersonDone, { tag: number }>;
type Said<Kind extends Tagged['kind']> = Extract<Tagged, { kind: Kind }>;

interface Waiting {
  take(said: Tagged): void;
  /** The worker breaks before it has said anything. */
  fail(error: WorkerBroke): void;
}

/** A command that was not carried out; `code` tells why to code, `message` to people. */
export class CommandError extends Error {
  readonly code: CoreError['code'];

  constructor(error: CoreError) {
    super(error.message);
    this.code = error.code;
  }
}

/** The worker broke before it could say what became of the command. */
export class WorkerBroke extends CommandError {}

/**
 * The core in its worker: commands with their answers as promises, and its news. When the worker
 * breaks, everything that was asked of it fails; `start` begins anew with another one.
 */
export class WorkerClient {
  private worker: Worker | null = null;
  private lastTag = 0;
  private readonly waiting = new Map<number, Waiting>();
  private opening: Opening | null = null;
  /** What was asked for before the store was open, in order; the first view is asked for before it. */
  private readonly early: (ToWorker | PersonWork)[] = [];
  private opened = false;

  constructor(private readonly address: string, private readonly onNews: (news: News) => void) {}

  /** Opens a store, or with nothing said the same one again in another worker. */
  start(opening: Opening | null = this.opening): void {
    if (this.opening) this.stop();
    this.prepare();
    this.opening = opening;
    if (opening) this.tell({ kind: 'open', ...opening });
  }

  get stopped(): boolean {
    return this.worker === null;
  }

  /** Its store is open: what is asked of it is answered by this worker. */
  get isOpen(): boolean {
    return this.opened;
  }

  stop(): void {
    if (this.worker) {
      this.worker.terminate();
      this.worker.onmessage = null; // nor is heard what it has said already
    }
    this.worker = null;
    this.opened = false;
  }

  /** Brings a worker up to where it can be told what to open; it has done nothing until then. */
  prepare(): void {
    if (this.worker) return;
    const worker = new Worker(trustedAddress(this.address));
    worker.onmessage = ({ data }: MessageEvent<FromWorker | PersonDone>) => this.take(data);
    // A script that cannot be fetched or parsed; what breaks later is told as `failed`.
    worker.onerror = (event) => {
      event.preventDefault();
      this.take({ kind: 'failed', message: event.message || 'its program could not be loaded' });
    };
    this.worker = worker;
  }

  /** See shared/person.ts. Comes when the hub could be reached, however late. Rejects with WorkerBroke. */
  async introduce(token: string): Promise<Introduced> {
    const done = await this.work({ kind: 'introduce', tag: ++this.lastTag, token });
    return (done as Extract<PersonDone, { kind: 'introduced' }>).introduced;
  }

  /** Answers how much was lost. Rejects with WorkerBroke. */
  async forget(): Promise<number> {
    const done = await this.work({ kind: 'forget', tag: ++this.lastTag });
    return (done as Extract<PersonDone, { kind: 'forgotten' }>).lost;
  }

  private submit(work: ToWorker | PersonWork): void {
    if (this.opened) this.worker?.postMessage(work);
    else this.early.push(work);
  }

  private work(work: PersonWork): Promise<PersonDone> {
    return new Promise((resolve, reject) => {
      this.waiting.set(work.tag, { take: (done) => resolve(done as PersonDone), fail: reject });
      this.submit(work);
    });
  }

  /** Answers to what is being typed, as soon as there is something to find them with. */
  suggest(text: string, language: string): Promise<readonly NamedAnswer[]> {
    const tag = ++this.lastTag;
    return new Promise((resolve) => {
      this.waiting.set(tag, {
        take: (said) => resolve((said as Said<'suggested'>).answers), fail: () => resolve([]),
      });
      this.tell({ kind: 'suggest', tag, text, language });
    });
  }

  tell(message: ToWorker): void {
    if ('tag' in message) this.submit(message);
    else this.worker?.postMessage(message);
  }

  /** Resolves when what the command wrote is as durable as it will be. Rejects with CommandError. */
  send<Name extends CommandName>(
    command: Name,
    given: Commands[Name]['arguments'],
  ): Promise<ResultOf<Name>> {
    return this.answered((tag) => ({ kind: 'command', tag, command: { command, ...given } }) as ToWorker);
  }

  /** `message.post` with files, whose bytes are kept on this device first. */
  post(given: FilePost): Promise<ResultOf<'message.post'>> {
    return this.answered((tag) => ({ kind: 'post', tag, ...given }));
  }

  /** The bytes of a message's file; null when they are not to be had just now. */
  file(id: string, message: string): Promise<Blob | null> {
    const tag = ++this.lastTag;
    return new Promise((resolve) => {
      this.waiting.set(tag, { take: (said) => resolve((said as Said<'file'>).blob ?? null), fail: () => resolve(null) });
      this.tell({ kind: 'file', tag, id, message });
    });
  }

  private answered<Result>(ask: (tag: number) => ToWorker): Promise<Result> {
    const tag = ++this.lastTag;
    return new Promise((resolve, reject) => {
      const take = (said: Tagged): void => {
        const { answer } = said as Said<'answer'>;
        if (answer.error) reject(new CommandError(answer.error));
        else resolve(answer.result as Result);
      };
      this.waiting.set(tag, { take, fail: reject });
      this.tell(ask(tag));
    });
  }

  private take(message: FromWorker | PersonDone): void {
    if ('tag' in message) {
      this.waiting.get(message.tag)?.take(message);
      this.waiting.delete(message.tag);
      return;
    }
    if (message.kind === 'failed') {
      const error = new WorkerBroke({ code: 'storage_failed', message: message.message });
      this.early.length = 0;
      for (const [tag, { fail }] of this.waiting) {
        this.waiting.delete(tag);
        fail(error);
      }
    }
    if (message.kind === 'opened') this.opened = true;
    this.onNews(message);
    if (message.kind === 'opened') this.early.splice(0).forEach((early) => this.submit(early));
  }
}
