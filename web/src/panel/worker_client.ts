import type {
  Answer, CommandName, Commands, CoreError, ResultOf,
} from '../shared/border.ts';
import type { Introduced, Opening, PersonDone, PersonWork } from '../shared/person.ts';
import type { FromWorker, ToWorker } from '../shared/protocol.ts';
import { trustedAddress } from './trusted.ts';

/** What the worker says without having been asked. */
export type News = Exclude<FromWorker, { kind: 'answer' }>;

/** A command that was not carried out; `code` tells why to code, `message` to people. */
export class CommandError extends Error {
  readonly code: CoreError['code'];

  constructor(error: CoreError) {
    super(error.message);
    this.code = error.code;
  }
}

/**
 * The core in its worker: commands with their answers as promises, and its news. When the worker
 * breaks, everything that was asked of it fails; `start` begins anew with another one.
 */
export class WorkerClient {
  private worker: Worker | null = null;
  private lastTag = 0;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private readonly works = new Map<number, (done: PersonDone) => void>();
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

  stop(): void {
    this.worker?.terminate();
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

  /** See shared/person.ts. Comes when the hub could be reached, however late. */
  async introduce(token: string): Promise<Introduced> {
    const done = await this.work({ kind: 'introduce', tag: ++this.lastTag, token });
    return (done as Extract<PersonDone, { kind: 'introduced' }>).introduced;
  }

  /** Answers how much was lost. */
  async forget(): Promise<number> {
    const done = await this.work({ kind: 'forget', tag: ++this.lastTag });
    return (done as Extract<PersonDone, { kind: 'forgotten' }>).lost;
  }

  private submit(work: ToWorker | PersonWork): void {
    if (this.opened) this.worker?.postMessage(work);
    else this.early.push(work);
  }

  private work(work: PersonWork): Promise<PersonDone> {
    return new Promise((resolve) => {
      this.works.set(work.tag, resolve);
      this.submit(work);
    });
  }

  tell(message: ToWorker): void {
    if (message.kind === 'command') this.submit(message);
    else this.worker?.postMessage(message);
  }

  /** Resolves when what the command wrote is as durable as it will be. Rejects with CommandError. */
  send<Name extends CommandName>(
    command: Name,
    given: Commands[Name]['arguments'],
  ): Promise<ResultOf<Name>> {
    const tag = ++this.lastTag;
    return new Promise((resolve, reject) => {
      this.waiting.set(tag, (answer) => {
        if (answer.error) reject(new CommandError(answer.error));
        else resolve(answer.result as ResultOf<Name>);
      });
      this.tell({ kind: 'command', tag, command: { command, ...given } } as ToWorker);
    });
  }

  private take(message: FromWorker | PersonDone): void {
    if (message.kind === 'introduced' || message.kind === 'forgotten') {
      this.works.get(message.tag)?.(message);
      this.works.delete(message.tag);
      return;
    }
    if (message.kind === 'answer') {
      this.waiting.get(message.tag)?.(message.answer);
      this.waiting.delete(message.tag);
      return;
    }
    if (message.kind === 'failed') {
      const error: CoreError = { code: 'storage_failed', message: message.message };
      this.early.length = 0;
      for (const answer of this.waiting.values()) answer({ error });
      this.waiting.clear();
    }
    if (message.kind === 'opened') this.opened = true;
    this.onNews(message);
    if (message.kind === 'opened') this.early.splice(0).forEach((early) => this.submit(early));
  }
}
