// The journal: rows of events that outlive the page. IndexedDB, because a
// commit there survives kill -9 at once in all three engines (20 of 20), where
// localStorage is lost for seconds. What is not committed when the page ends
// goes to localStorage: a transaction started then is lost, and in WebKit hangs
// other tabs' reads.
//
// A row's first 16 bytes are its key, of which 12 are its document's stream
// (src/journal.h). Every promise here may reject, or hang where opening does:
// nothing waits for it, the page then lives without.

const ANSWER_MS = 300; // for other tabs to say that they live
const CLAIM_MS = 90000; // how long a claimed row is left to its claimant
const EXPIRED_MS = 7 * 86400000; // Amplitude's dedupe window, the longest there is
const PREFIX = '_fh.'; // of the names in localStorage

const keyOf = (row) => row.slice(0, 16);
const nameOf = (key) => PREFIX + Array.from(key, (byte) => (byte + 256).toString(16).slice(1)).join('');
const streamOf = (name) => name.slice(0, -8);

export const openJournal = () => {
  const uncommitted = new Map(); // rows by name
  const living = new Set(); // streams of documents that are there
  const taken = new Set(); // names of the spilled rows that this one has adopted
  const active = new Set(); // transactions that need this page to go on
  let own; // this document's stream
  let left; // the page has ended, or sleeps in the back/forward cache

  const abort = (transaction) => {
    try {
      transaction.abort();
    } catch {
      // It is committing: as good.
    }
  };

  // Resolves or rejects with the transaction's end. A page that is frozen in the
  // middle of one blocks every other tab (Chromium and WebKit, measured): so one
  // that only writes says at once that it is complete, and leaving aborts the
  // others.
  const ended = (transaction, result) =>
    new Promise((resolve, reject) => {
      if (left) abort(transaction);
      transaction.oncomplete = () => active.delete(transaction) && resolve(result);
      transaction.onabort = () => active.delete(transaction) && reject('aborted');
    });

  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open('firsthand', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('rows');
      active.add(request.transaction);
      ended(request.transaction).catch(reject);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = reject;
  });
  opened.catch(() => {});

  const lives = (stream) => stream === own || living.has(stream);

  // Works with localStorage, which may be denied or full.
  const local = (work) => {
    try {
      return work(localStorage);
    } catch {
      // Then there is nothing in it.
    }
  };
  const forget = (name) => {
    uncommitted.delete(name);
    local((storage) => storage.removeItem(name));
  };

  // Asked who lives, a document says its stream.
  const channel = new BroadcastChannel('firsthand');
  channel.onmessage = ({ data }) => {
    if (data) living.add(data);
    else if (own) channel.postMessage(own);
  };

  // Runs work(store) in one transaction; resolves when it is committed.
  const within = async (work, reads) => {
    const db = await opened;
    if (left) throw 'left';
    const transaction = db.transaction('rows', 'readwrite', { durability: 'relaxed' });
    const result = work(transaction.objectStore('rows'));
    if (reads) active.add(transaction);
    else if (transaction.commit) transaction.commit(); // Firefox 74, Safari 15
    return ended(transaction, result);
  };

  const commit = async (name, row) => {
    await within((store) => store.put({ row, at: Date.now(), claimed: 0 }, keyOf(row)));
    forget(name);
  };

  return {
    /** Takes a row; commit() stores it. */
    _add: (row) => {
      const name = nameOf(row.subarray(0, 16));
      own = streamOf(name);
      uncommitted.set(name, row);
    },

    /** Stores what is not stored yet. */
    _commit: () => {
      left = 0;
      return Promise.all([...uncommitted].map(([name, row]) => commit(name, row)));
    },

    /** Ends all that is under way and keeps what is not stored. */
    _leave: () => {
      left = 1;
      uncommitted.forEach((row, name) =>
        local((storage) => storage.setItem(name, Array.from(row, (byte) => String.fromCharCode(byte)).join(''))),
      );
      for (const transaction of active) abort(transaction);
    },

    /** Forgets the rows of these keys. */
    _delete: (keys) => {
      for (const key of keys) forget(nameOf(key));
      return within((store) => keys.forEach((key) => store.delete(key)));
    },

    /**
     * A row that a document which is gone has left, claimed for this one;
     * undefined where there is none.
     */
    _claim: async () => {
      living.clear();
      channel.postMessage(0);
      await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
      // What a page spilled comes first, and does not wait for IndexedDB: a page
      // that was frozen while it made the database keeps it shut for all.
      for (const name of local(Object.keys) || []) {
        if (!name.startsWith(PREFIX) || taken.has(name) || lives(streamOf(name))) continue;
        taken.add(name);
        const text = local((storage) => storage.getItem(name));
        if (text) return Uint8Array.from(text, (char) => char.charCodeAt());
      }
      const found = await within((store) => {
        const rows = [];
        const now = Date.now();
        store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
          if (!cursor || rows.length) return;
          const { key, value } = cursor;
          if (Math.abs(now - value.at) > EXPIRED_MS) cursor.delete();
          else if (Math.abs(now - value.claimed) > CLAIM_MS && !lives(streamOf(nameOf(new Uint8Array(key))))) {
            rows.push(value.row);
            cursor.update({ ...value, claimed: now });
          }
          cursor.continue();
        };
        return rows;
      }, true);
      return found[0];
    },
  };
};
