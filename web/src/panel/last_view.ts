import type { PanelView } from '../shared/border.ts';
import { kPageStoreVersion, kScreenKey, kScreenStore, pageStoreName } from '../shared/page_store.ts';

/**
 * The view that was shown last on this device, as the worker kept it: read by the panel itself, so
 * that something can be shown before there is a worker. Null where there is none, or none that can
 * be read: whatever is wrong with the storage is told when the worker opens the store. Reads only:
 * it makes no database, and changes none.
 */
export function lastView(store: string): Promise<PanelView | null> {
  return new Promise((resolve) => {
    const none = () => resolve(null);
    try {
      const opening = indexedDB.open(pageStoreName(store), kPageStoreVersion);
      // There is no store yet: it is not for us to make.
      opening.onupgradeneeded = () => opening.transaction?.abort();
      opening.onerror = (event) => {
        event.preventDefault();  // Firefox would report it as the page's own
        none();
      };
      opening.onsuccess = () => {
        read(opening.result)
          .then((kept) => resolve(kept === undefined ? null : (JSON.parse(kept) as PanelView)))
          .catch(none);
      };
    } catch {
      none();
    }
  });
}

function read(database: IDBDatabase): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    try {
      const request = database.transaction(kScreenStore).objectStore(kScreenStore).get(kScreenKey);
      request.onerror = () => reject(request.error);
      request.onsuccess = () => resolve(request.result as string | undefined);
    } catch (error) {
      reject(error);
    }
    // Once the reading is over; nobody waits for us who wants to delete or change it.
    database.close();
  });
}
