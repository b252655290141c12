import type { FromPage, FromPanel, Unmarked } from '../shared/embedding.ts';

function isFromPage(data: unknown): data is FromPage {
  return typeof data === 'object' && data !== null && (data as FromPage).deskbell === 1;
}

/**
 * The site's page around the panel's iframe. The loader names its origin in the fragment; the
 * panel listens to that origin in the parent window and speaks to nobody else. Which sites may
 * frame it at all is the hub's to say (`frame-ancestors`). A panel opened in a tab of its own has
 * no host page.
 */
export class HostPage {
  readonly accent: string;
  private readonly origin: string;

  constructor(fragment: string, onMessage: (message: FromPage) => void) {
    const about = new URLSearchParams(fragment.replace(/^#/, ''));
    this.accent = about.get('accent') ?? '';
    const host = about.get('host') ?? '';
    this.origin = window.parent !== window && /^https?:\/\/[^/]+$/.test(host) ? host : '';
    if (!this.origin) return;
    window.addEventListener('message', ({ source, origin, data }: MessageEvent<unknown>) => {
      if (source !== window.parent || origin !== this.origin || !isFromPage(data)) return;
      onMessage(data);
    });
  }

  /** Whether there is one, and with it a launcher, a badge and something to close. */
  get present(): boolean {
    return this.origin !== '';
  }

  tell(message: Unmarked<FromPanel>): void {
    if (this.present) window.parent.postMessage({ deskbell: 1, ...message }, this.origin);
  }
}
