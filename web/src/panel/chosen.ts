import { newEventId } from '../shared/event_id.ts';
import { kMaxFileBytes, kMaxFiles, type AttachedFile } from '../shared/protocol.ts';
import { keep, watch } from './keepsake.ts';
import { isMadeAnew, madeAnew } from './pictures.ts';
import type { HeldFile, Sending } from './sending.ts';

/** A file that was chosen and not yet sent. */
export interface Chosen extends HeldFile {
  /** It is being made ready. */
  busy: boolean;
}

/** Why a file was not taken; nothing else is lost by it. */
export type Rejection =
  | { why: 'fileTooLarge' | 'fileEmpty'; name: string }
  | { why: 'tooManyFiles'; name?: never };

/** What was chosen for a conversation, and what was not taken. */
export interface Choice {
  files: readonly Chosen[];
  rejections: readonly Rejection[];
}

/**
 * The files that wait beside the text that is being written. Their bytes are kept on this device as
 * soon as they are ready, for a browser lets no page keep the way to a file; so they outlive a reload
 * and are seen in every tab, as what is written is. Where they cannot be kept, they live as long as
 * the page.
 */
export class ChosenFiles {
  private files: readonly Chosen[] = [];
  private rejections = new Map<string, readonly Rejection[]>();
  private sending: Sending | null = null;
  /** The keys of those that were handed out or removed here, whatever is still kept. */
  private readonly gone = new Set<string>();
  private readonly removed = new Set<string>();

  constructor(private readonly site: string, private readonly onChange: () => void) {}

  /** From now on they are kept there; what is kept there already is among them. */
  begin(sending: Sending): void {
    this.sending = sending;
    watch(this.site, 'chosen', () => void sending.recall().then(({ chosen }) => this.recall(chosen)));
  }

  /** What is kept: another tab may have added to it, removed some, or sent all. */
  recall(kept: readonly HeldFile[]): void {
    const there = new Map(kept.map((file): [string, Chosen] => [file.key, { ...file, busy: false }]));
    for (const one of this.files) if (!one.kept || there.has(one.key)) there.set(one.key, one);
    this.set([...there.values()].filter(({ key }) => !this.gone.has(key)));
  }

  /** Nothing is anybody's any more. */
  end(): void {
    this.sending = null;
    this.files = [];
  }

  of(conversation: string): Choice {
    return { files: this.filesOf(conversation), rejections: this.rejections.get(conversation) ?? [] };
  }

  /** Takes them in; pictures are made anew meanwhile. */
  async add(conversation: string, files: readonly File[]): Promise<void> {
    const rejections: Rejection[] = [];
    const taken: Chosen[] = [];
    const room = kMaxFiles - this.filesOf(conversation).length;
    for (const file of files) {
      const picture = isMadeAnew(file.type);
      if (file.size === 0) rejections.push({ why: 'fileEmpty', name: file.name });
      else if (!picture && file.size > kMaxFileBytes) rejections.push({ why: 'fileTooLarge', name: file.name });
      else if (taken.length < room) taken.push(held(conversation, { blob: file, name: file.name }, picture));
      else if (rejections.at(-1)?.why !== 'tooManyFiles') rejections.push({ why: 'tooManyFiles' });
    }
    this.reject(conversation, rejections);
    this.set([...this.files, ...taken]);
    for (const one of taken) await (one.busy ? this.prepare(one) : this.keep(one.key));
  }

  /** Puts back what was taken back. */
  restore(conversation: string, files: readonly AttachedFile[]): void {
    const room = kMaxFiles - this.filesOf(conversation).length;
    const back = files.slice(0, room).map((file) => held(conversation, file, false));
    this.reject(conversation, []);
    this.set([...back, ...this.files]);
    for (const { key } of back) void this.keep(key);
  }

  remove(conversation: string, key: string): void {
    this.reject(conversation, []);
    this.drop([key]);
    this.removed.add(key);
    void this.sending?.forgetFiles([key]).then(() => this.tell());
  }

  /** Hands them out to be sent; whoever sends them keeps them from now on. */
  take(conversation: string): HeldFile[] {
    const taken = this.filesOf(conversation);
    this.rejections.delete(conversation);
    if (taken.length > 0) this.drop(taken.map(({ key }) => key));
    return taken.map(({ busy, ...file }) => file);
  }

  /** Other tabs see what is kept now. */
  tell(): void {
    keep(this.site, 'chosen', this.files.map(({ key }) => key).join());
  }

  /** What was chosen for a conversation to come goes on in the one that has begun. */
  move(from: string, to: string): void {
    const moved = this.filesOf(from);
    if (moved.length === 0 || this.filesOf(to).length > 0) return;
    this.set(this.files.map((one) => (moved.includes(one) ? { ...one, conversation: to, kept: false } : one)));
    for (const { key } of moved) void this.keep(key);
  }

  private filesOf(conversation: string): Chosen[] {
    return this.files.filter((one) => one.conversation === conversation);
  }

  private async prepare(one: Chosen): Promise<void> {
    const picture = await madeAnew(one.blob as File);
    const ready = { ...picture, busy: false };
    if ((picture ?? one).blob.size <= kMaxFileBytes) {
      this.change(one.key, ready);
      await this.keep(one.key);
      return;
    }
    // It may be in another conversation by now, or have been removed.
    const now = this.files.find(({ key }) => key === one.key);
    if (now) this.reject(now.conversation, [...this.of(now.conversation).rejections, { why: 'fileTooLarge', name: one.name }]);
    this.drop([one.key]);
  }

  private async keep(key: string): Promise<void> {
    const { sending } = this;
    const one = this.files.find((file) => file.key === key);
    if (!sending || !one || one.busy || one.kept) return;
    const { busy, ...file } = one;
    if (!(await sending.keepFile(file))) return;
    if (this.removed.has(key)) await sending.forgetFiles([key]); // meanwhile
    this.change(key, { kept: true });
    this.tell();
  }

  private change(key: string, part: Partial<Chosen>): void {
    this.set(this.files.map((file) => (file.key === key ? { ...file, ...part } : file)));
  }

  private drop(keys: readonly string[]): void {
    for (const key of keys) this.gone.add(key);
    this.set(this.files.filter(({ key }) => !keys.includes(key)));
  }

  private reject(conversation: string, rejections: readonly Rejection[]): void {
    this.rejections.set(conversation, rejections);
  }

  private set(files: readonly Chosen[]): void {
    this.files = files;
    this.onChange();
  }
}

function held(conversation: string, file: AttachedFile, busy: boolean): Chosen {
  return { ...file, key: newEventId(), conversation, kept: false, busy };
}
