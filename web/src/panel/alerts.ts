import type { PanelView } from '../shared/border.ts';
import type { PagePart, Permission } from '../shared/embedding.ts';
import type { HostPage } from './host_page.ts';
import { keep, recall } from './keepsake.ts';
import { plainText } from './markdown.ts';
import { say } from './words.ts';

/**
 * A sound and a notification for what comes in, each only after the customer has asked for it.
 *
 * A frame on another site's page may not notify, so that the page around it does (notify/main.ts).
 * It can read what it shows: the text of messages is said only to who has asked for that, too.
 */
export class Alerts {
  private audio: AudioContext | null = null;
  /** Null while it is not known. */
  private permission: Permission | null = null;

  constructor(
    private readonly site: string,
    private readonly host: HostPage,
    private readonly onChange: () => void,
  ) {
    if (!host.present) this.permission = typeof Notification === 'undefined' ? 'none' : Notification.permission;
  }

  get sound(): boolean {
    return recall(this.site, 'sound') === 'on';
  }

  get notifies(): boolean {
    return this.permission === 'granted' && recall(this.site, 'notify') === 'on';
  }

  /** With what was written. */
  get showsText(): boolean {
    return recall(this.site, 'notifyText') === 'on';
  }

  /** Somebody wants to hear of what comes while he looks elsewhere. */
  get awaited(): boolean {
    return this.sound || this.notifies;
  }

  get canNotify(): boolean {
    return this.permission !== null && this.permission !== 'none';
  }

  get refused(): boolean {
    return this.permission === 'denied';
  }

  /** Asks the page around the panel whether it may notify; the answer comes as `learn`. */
  look(): void {
    if (this.host.present) this.tell({ name: 'notify.js', permission: 'look' });
  }

  /** At the start: only the page of a customer who wants them is asked. */
  begin(): void {
    if (recall(this.site, 'notify') === 'on') this.look();
  }

  learn(permission: Permission): void {
    this.permission = permission;
    this.onChange();
  }

  setSound(on: boolean): void {
    keep(this.site, 'sound', on ? 'on' : '');
    // Within the click, or the browser would not let it sound later.
    if (on) this.ring();
    this.onChange();
  }

  async setNotifies(on: boolean): Promise<void> {
    keep(this.site, 'notify', on ? 'on' : '');
    if (on && this.host.present) this.tell({ name: 'notify.js', permission: 'ask' });
    else if (on) this.permission = await Notification.requestPermission();
    this.onChange();
  }

  setShowsText(on: boolean): void {
    keep(this.site, 'notifyText', on ? 'on' : '');
    this.onChange();
  }

  /** Something new has come. */
  call(view: PanelView, looking: boolean): void {
    if (looking) return;
    if (this.sound) this.ring();
    if (!this.notifies) return;
    const newest = view.conversations.find(({ unread }) => unread > 0);
    const site = view.site.name || say('chat');
    const shown = newest?.id === view.conversation?.id ? view.messages.at(-1)?.author_name : '';
    const title = this.showsText ? shown || newest?.assignee_name || site : site;
    const text = this.showsText ? plainText(newest?.last_text ?? '') : say('notifyNews');
    if (this.host.present) {
      this.tell({ name: 'notify.js', title, text, conversation: newest?.id ?? '' });
    } else {
      new Notification(title, { body: text, tag: 'deskbell' }).onclick = () => window.focus();
    }
  }

  private tell(part: PagePart): void {
    this.host.tell({ kind: 'part', ...part });
  }

  /** Two soft notes, made here: a file would cost more than all of this. */
  private ring(): void {
    try {
      this.audio ??= new AudioContext();
      const { audio } = this;
      void audio.resume();
      [[660, 0], [880, 0.12]].forEach(([pitch, after]) => {
        const tone = audio.createOscillator();
        const volume = audio.createGain();
        const from = audio.currentTime + after!;
        tone.frequency.value = pitch!;
        volume.gain.setValueAtTime(0.0001, from);
        volume.gain.exponentialRampToValueAtTime(0.12, from + 0.02);
        volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.4);
        tone.connect(volume).connect(audio.destination);
        tone.start(from);
        tone.stop(from + 0.45);
      });
    } catch {
      // A browser without sound has none.
    }
  }
}
