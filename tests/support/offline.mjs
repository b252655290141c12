import { until } from './until.mjs';

/** Waits until the panel in this tab (browsers.mjs) opens without a network from now on. */
export function isKeptForOffline(tab) {
  return until('the panel opens without a network', () => tab.evaluate(async () =>
    (await navigator.serviceWorker.getRegistration())?.active && (await caches.match(location.pathname)) !== undefined));
}
