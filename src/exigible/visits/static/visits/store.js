// What was noted and is not sent yet, kept by the browser (IndexedDB) until the server has it.

const NAME = "exigible-visits";
const RESULTS = "results";

function open() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(RESULTS, { keyPath: "uuid" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

async function within(mode, act) {
  const base = await open();
  try {
    return await new Promise((done, fail) => {
      const transaction = base.transaction(RESULTS, mode);
      const asked = act(transaction.objectStore(RESULTS));
      transaction.oncomplete = () => done(asked.result);
      transaction.onerror = transaction.onabort = () => fail(transaction.error);
    });
  } finally {
    base.close();
  }
}

export const waiting = () => within("readonly", (results) => results.getAll());
export const keep = (result) => within("readwrite", (results) => results.put(result));
export const forget = (uuid) => within("readwrite", (results) => results.delete(uuid));
