import type { PanelView, SiteView } from '../shared/border.ts';

/**
 * What somebody sees who has nothing on this device yet: the site as the hub tells anybody of it,
 * long before there is a core to ask. Null where the hub is not to be reached.
 */
export async function newcomerView(name: string): Promise<PanelView | null> {
  try {
    const response = await fetch(`/v1/sites/${name}`, {
      cache: 'no-store', credentials: 'omit', redirect: 'error',
    });
    const { site } = (await response.json()) as { site?: SiteView };
    if (!response.ok || typeof site?.name !== 'string') return null;
    return {
      site, customer: { id: '', name: '', email: '', attributes: {} }, connection: 'connecting',
      unsent: 0, unread: 0, conversations: [], conversation: null, messages: [], transcript: null, typing: [],
    };
  } catch {
    return null;
  }
}
