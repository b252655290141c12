/**
 * Where a site's store lies in IndexedDB. The worker's page log makes, writes and reads it
 * (worker/page_log.ts); the panel only looks at the view kept beside it.
 */

/** Of the form of the database, not of what is in it. */
export const kPageStoreVersion = 1;

/** The object store of the last view of the panel, and the one key in it. */
export const kScreenStore = 'screen';
export const kScreenKey = 'panel';

/** Other browsers are asked for less of what IndexedDB should be able to: who asks says what. */
export const kIsChromium = /Chrome\//.test(navigator.userAgent);

export function pageStoreName(site: string): string {
  return `deskbell/${site}`;
}

/** The database of what was sent and has not reached the store yet (panel/sending.ts). */
export function sendingName(store: string): string {
  return `deskbell-sending/${store}`;
}
