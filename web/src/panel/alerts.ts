import type { PanelView } from '../shared/border.ts';
import { keep, recall } from './keepsake.ts';
import { plainText } from './markdown.ts';
import { say } from './words.ts';

/** A sound and a notification for what comes in, each only after the customer has asked for it. */
export class Alerts {
  private audio: AudioContext | null = null;

  constructor(private readonly site: string, private readonly onChange: () => void) {}

  get sound(): boolean {
    return recall(this.site, 'sound') === 'on';
  }

  get notifies(): boolean {
    return this.canNotify && Notification.permission === 'granted' && recall(this.site, 'notify') === 'on';
  }

  /** A frame on another site's page is never let; a tab of its own may be. */
  get canNotify(): boolean {
    return typeof Notification !== 'undefined' && window.parent === window &&
      Notification.permission !== 'denied';
  }

  setSound(on: boolean): void {
    keep(this.site, 'sound', on ? 'on' : '');
    // Within the click, or the browser would not let it sound later.
    if (on) this.ring();
    this.onChange();
  }

  async setNotifies(on: boolean): Promise<void> {
    keep(this.site, 'notify', on ? 'on' : '');
    if (on) await Notification.requestPermission();
    this.onChange();
  }

  /** Something new has come. */
  call(view: PanelView, looking: boolean): void {
    if (looking) return;
    if (this.sound) this.ring();
    if (!this.notifies) return;
    const newest = view.conversations.find(({ unread }) => unread > 0);
    const title = newest?.assignee_name || view.site.name || say('chat');
    new Notification(title, { body: plainText(newest?.last_text ?? ''), tag: 'deskbell' }).onclick =
      () => window.focus();
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
