// The journal as a test looks into it.

/** In the page: how many rows its origin's journal holds; -1 without one. */
export const rows = () =>
  new Promise((resolve) => {
    try {
      const request = indexedDB.open('firsthand');
      // Were it made here, the agent would find a journal without its store.
      request.onupgradeneeded = () => request.transaction.abort();
      request.onerror = () => resolve(-1);
      request.onsuccess = () => {
        const db = request.result;
        const count = db.transaction('rows').objectStore('rows').count();
        count.onsuccess = () => (db.close(), resolve(count.result));
      };
    } catch {
      resolve(-1);
    }
  });
