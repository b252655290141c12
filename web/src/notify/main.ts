// Notifications from the site's own page: browsers let no frame of another site ask for them or show
// them. The loader fetches this when the customer looks at the panel's options or has switched them
// on. Whether and what to show is the panel's to say (panel/alerts.ts).

import type { Widget } from '../loader/widget.ts';
import type { PagePart, Permission } from '../shared/embedding.ts';

export function begin(widget: Widget, data: PagePart): void {
  if (widget.life.signal.aborted) return;
  if ('title' in data) show(widget, data);
  else void answer(widget, data.permission);
}

async function answer(widget: Widget, what: 'look' | 'ask'): Promise<void> {
  let permission: Permission = typeof Notification === 'undefined' ? 'none' : Notification.permission;
  // The customer's click in the panel counts for the page around it, too.
  if (what === 'ask' && permission === 'default') permission = await Notification.requestPermission();
  widget.tell({ kind: 'permission', permission });
}

function show(widget: Widget, { title, text, conversation }: Extract<PagePart, { title: string }>): void {
  let shown: Notification;
  try {
    // One at a time: tabs that tell the same replace each other's.
    shown = new Notification(title, { body: text, tag: 'deskbell' });
  } catch {
    // Browsers on Android want a service worker of the page's own for it.
    widget.tell({ kind: 'permission', permission: 'none' });
    return;
  }
  const close = (): void => shown.close();
  shown.onclick = () => {
    close();
    window.focus();
    widget.tell({ kind: 'conversation', given: conversation });
    widget.open();
  };
  const { signal } = widget.life;
  document.addEventListener('deskbell:open', close, { once: true, signal });
  signal.addEventListener('abort', close, { once: true });
}
