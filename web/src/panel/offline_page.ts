import { trustedAddress } from './trusted.ts';

/** What the panel tells the service worker: keep this page for when there is no network. */
export interface KeepPage {
  deskbell: 1;
  kind: 'keep';
  path: string;
}

/**
 * Makes the panel open without a network from now on. Called once the customer has opened it;
 * where service workers are refused, the panel simply needs the network to open.
 */
export async function keepForOffline(): Promise<void> {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!container) return;
  try {
    await container.register(trustedAddress('/service-worker.js'));
    const { active } = await container.ready;
    const keep: KeepPage = { deskbell: 1, kind: 'keep', path: location.pathname };
    active?.postMessage(keep);
  } catch (error) {
    console.warn('Deskbell: this browser will not open the chat while offline.', error);
  }
}
