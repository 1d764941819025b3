// The journal: rows of events that outlive the page. IndexedDB, because a
// commit there survives kill -9 at once in all three engines (20 of 20), where
// localStorage is lost for seconds. What is not committed when the page ends
// goes to localStorage: a transaction started then is lost, and in WebKit hangs
// other tabs' reads.
//
// A row's first 16 bytes are its id, of which 12 are its document's stream
// (src/journal.h). It is stored under [name, time, bytes], so that names, ages and
// sizes are known without a row being read; the name is the id as text and the key, since
// WebKit does not find bytes inside a key again (2.50: 16 come back as 34). Every promise here may reject, or
// hang where opening does: nothing waits for it, the page then lives without.

import { Promise } from './natives.js';
import { attempt } from './store.js';

const CLAIM_MS = 90000; // how long a claimed row is left to its claimant
const MAX_BYTES = 2e6; // of all rows together; the oldest go first
const MAX_ROWS = 2000;
const CLAIM_BYTES = 131072; // in one go: some batches, for one question
const PREFIX = '_fh.'; // of the names in localStorage

const idOf = (row) => row.slice(0, 16);
const NAME_CHARS = 36; // prefix and id; what follows is the key
const streamOf = (name) => name.slice(0, NAME_CHARS - 8);

// Works with localStorage, which may be denied or full.
const local = (work) => attempt(() => work(localStorage));

const spilled = () => (local(Object.keys) || []).filter((name) => name.startsWith(PREFIX));

/** Deletes the journal, of all documents and keys. */
export const clearJournal = () => {
  for (const name of spilled()) local((storage) => storage.removeItem(name));
  attempt(() => indexedDB.deleteDatabase('firsthand'));
};

/**
 * @param key of the source: rows of another are left alone, until they are too old
 * @param tabs of tabs.js
 * @param days for how long a later page may send what may have arrived: the
 *   receiver's dedupe window
 * @param calm makes of a promise one that never rejects
 */
export const openJournal = (key, tabs, days, calm) => {
  const nameOf = (id) => PREFIX + Array.from(id, (byte) => (byte + 256).toString(16).slice(1)).join('') + key;
  const isOurs = (name) => name.slice(NAME_CHARS) === key;
  const uncommitted = new Map(); // by name: [row, when it was added]
  const stored = new Map(); // ids by name: of the rows that are this document's to send
  const parked = new Set(); // names of those that are in the journal only
  const taken = new Set(); // names of the spilled rows that this one has adopted
  const active = new Set(); // transactions that need this page to go on
  let left; // the page has ended, or sleeps in the back/forward cache
  let slept; // it has done so before
  let cleared; // the visitor has refused: no journal, before there is a row again

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
      const end = (settle, value) => () => {
        active.delete(transaction);
        settle(value);
      };
      transaction.oncomplete = end(resolve, result);
      transaction.onabort = end(reject, 'aborted');
    });

  const open = () => new Promise((resolve, reject) => {
    const request = indexedDB.open('firsthand', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('rows');
      active.add(request.transaction);
      ended(request.transaction).catch(reject);
    };
    request.onsuccess = () => {
      const db = request.result;
      // The site, or a refusal in another tab, deletes it.
      db.onversionchange = () => ((opened = 0), db.close());
      resolve(db);
    };
    request.onerror = reject;
  });
  let opened = open();
  calm(opened);

  const forget = (name) => {
    uncommitted.delete(name);
    local((storage) => storage.removeItem(name));
  };

  // Runs work(store) in one transaction; resolves when it is committed.
  const within = async (work, reads) => {
    if (cleared) throw 'cleared';
    const db = await (opened ||= open());
    if (left) throw 'left';
    const transaction = db.transaction('rows', 'readwrite', { durability: 'relaxed' });
    const result = work(transaction.objectStore('rows'));
    if (reads) active.add(transaction);
    else if (transaction.commit) transaction.commit(); // Firefox 74, Safari 15
    return ended(transaction, result);
  };

  const remove = (store, name) => store.delete(IDBKeyRange.bound([name], [name, []]));

  // `rows`: [name, row, when it was added, when it was claimed]. Several may be under
  // way for one row: they put it under one key.
  const commit = async (rows) => {
    await within((store) => {
      for (const [name, row, at, claimed = 0] of rows) {
        // What was spilled, or slept, may have been stored meanwhile: one entry a row.
        if (claimed || slept) remove(store, name);
        store.put({ row, claimed }, [name, at, row.length]);
      }
    });
    for (const [name, row] of rows) {
      stored.set(name, idOf(row));
      forget(name);
    }
  };

  // Reads the rows that are in no page's memory: a few of the oldest that nobody
  // else has claimed, and those that are given up, with the code that says why.
  const readOrphans = (store) => {
    const found = [];
    const now = Date.now();
    const read = (key, next) => (store.get(key).onsuccess = ({ target }) => next(target.result));
    store.getAllKeys().onsuccess = ({ target: { result: keys } }) => {
      const orphans = [];
      let bytes = 0;
      // Rows of a destination that is down are no reason to give up those of another.
      if (FH_DESTINATIONS > 1) keys = keys.filter(([name, at]) => isOurs(name) || Math.abs(now - at) > days * 86400000);
      keys.sort((a, b) => b[1] - a[1]).forEach((key, i) => {
        const [name, at, size] = key;
        bytes += size;
        if (tabs._lives(streamOf(name)) && !parked.has(name)) return;
        const error =
          Math.abs(now - at) > days * 86400000 ? FH_ERR_EXPIRED : bytes > MAX_BYTES || i >= MAX_ROWS ? FH_ERR_FULL : 0;
        if (!error) return isOurs(name) && orphans.push(key);
        parked.delete(name);
        if (isOurs(name)) read(key, ({ row }) => found.push([row, error]));
        store.delete(key);
      });
      bytes = 0;
      const claim = (key) =>
        key &&
        read(key, ({ row, claimed }) => {
          if (parked.has(key[0]) || Math.abs(now - claimed) > CLAIM_MS) {
            store.put({ row, claimed: now }, key);
            stored.set(key[0], idOf(row));
            parked.delete(key[0]);
            found.push([row, 0]);
            bytes += row.length;
          }
          if (bytes < CLAIM_BYTES) claim(orphans.pop());
        });
      claim(orphans.pop());
    };
    return found;
  };

  return {
    /** Takes a row; commit() stores it. */
    _add: (row) => {
      cleared = 0;
      const name = nameOf(idOf(row));
      tabs._own(streamOf(name));
      uncommitted.set(name, [row, Date.now()]);
    },

    /** Stores what is not stored yet. */
    _commit: () => {
      left = 0;
      if (uncommitted.size) calm(commit(Array.from(uncommitted, ([name, added]) => [name, ...added])));
    },

    /** Ends all that is under way and keeps what is not stored. */
    _leave: () => {
      left = slept = 1;
      uncommitted.forEach(([row], name) =>
        local((storage) => storage.setItem(name, Array.from(row, (byte) => String.fromCharCode(byte)).join(''))),
      );
      for (const transaction of active) abort(transaction);
    },

    /** Notes that a row has left memory; returns it if it is not stored. */
    _park: (id) => {
      const name = nameOf(id);
      if (!stored.has(name)) return (uncommitted.get(name) || [])[0];
      parked.add(name);
    },

    /** Forgets the rows of these ids. */
    _delete: (ids) => {
      const names = ids.map(nameOf);
      for (const name of names) {
        stored.delete(name);
        forget(name);
      }
      calm(within((store) => names.forEach((name) => remove(store, name))));
    },

    /** Deletes everything, of all documents; `own`: but the rows of other destinations. */
    _clear: (own) => {
      if (FH_DESTINATIONS > 1 && own) {
        for (const map of [uncommitted, stored, parked]) map.clear();
        spilled().filter(isOurs).forEach(forget);
        const removeOurs = (store) => {
          store.getAllKeys().onsuccess = ({ target }) => target.result.forEach((key) => isOurs(key[0]) && store.delete(key));
        };
        within(removeOurs, true).catch(() => {}); // the next page will try again
        return (cleared = 1);
      }
      if (opened) opened.then((db) => db.close()).catch(() => {});
      opened = 0;
      cleared = 1;
      for (const map of [uncommitted, stored, parked]) map.clear();
      clearJournal();
    },

    /** After a sleep: the ids of the rows that another document has deleted. */
    _missed: async () => {
      left = 0;
      const { result } = await within((store) => store.getAllKeys(), true);
      const there = new Set(result.map(([name]) => name));
      return [...stored].filter(([name]) => !there.has(name) && stored.delete(name)).map(([, id]) => id);
    },

    /** Some rows of documents that are gone, and parked ones: [row, 0], claimed for
     * this one, or [row, code], deleted because too old or too many. */
    _orphans: async () => {
      await tabs._ask();
      // What a page spilled comes first, and does not wait for IndexedDB: a page
      // that was frozen while it made the database keeps it shut for all.
      for (const name of spilled()) {
        if (!isOurs(name) || taken.has(name) || tabs._lives(streamOf(name))) continue;
        taken.add(name);
        const text = local((storage) => storage.getItem(name));
        if (!text) continue;
        const row = Uint8Array.from(text, (char) => char.charCodeAt());
        const now = Date.now();
        // localStorage is on the disk only after up to a minute.
        calm(commit([[name, row, now, now]]));
        return [[row, 0]];
      }
      return within(readOrphans, true);
    },
  };
};
