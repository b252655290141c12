import type {
  Answer, CommandName, Commands, CoreError, ResultOf,
} from '../shared/border.ts';
import type { FromWorker, ToWorker } from '../shared/protocol.ts';

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

  constructor(
    private readonly address: string,
    private readonly site: string,
    private readonly onNews: (news: News) => void,
  ) {}

  start(): void {
    this.worker?.terminate();
    const worker = new Worker(this.address);
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.take(data);
    // A script that cannot be fetched or parsed; what breaks later is told as `failed`.
    worker.onerror = (event) => {
      event.preventDefault();
      this.take({ kind: 'failed', message: event.message || 'its program could not be loaded' });
    };
    this.worker = worker;
    this.tell({ kind: 'open', site: this.site });
  }

  tell(message: ToWorker): void {
    this.worker?.postMessage(message);
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

  private take(message: FromWorker): void {
    if (message.kind === 'answer') {
      this.waiting.get(message.tag)?.(message.answer);
      this.waiting.delete(message.tag);
      return;
    }
    if (message.kind === 'failed') {
      const error: CoreError = { code: 'storage_failed', message: message.message };
      for (const answer of this.waiting.values()) answer({ error });
      this.waiting.clear();
    }
    this.onNews(message);
  }
}
