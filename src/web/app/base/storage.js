// What is kept on this device. A browser may refuse all of it, or have no room: then it lasts as long as the page, and nothing
// else stops working.

/** @typedef {object} Kept
 * @property {(key: string) => string | null} get
 * @property {(key: string, value: string) => boolean} set whether it is kept beyond this page
 * @property {(key: string) => void} remove
 * @property {() => string[]} keys */

/** @param {() => Storage} open reading the property already fails where storage is refused @returns {Kept} */
function kept(open) {
  /** What the browser did not take. @type {Map<string, string>} */
  const here = new Map();
  /** @template T @param {(storage: Storage) => T} use @param {T} otherwise @returns {T} */
  const tried = (use, otherwise) => {
    try {
      return use(open());
    } catch {
      return otherwise;
    }
  };
  return {
    get: (key) => here.get(key) ?? tried((storage) => storage.getItem(key), null),
    set: (key, value) => {
      const isKept = tried((storage) => {
        storage.setItem(key, value);
        return true;
      }, false);
      if (isKept) here.delete(key);
      else here.set(key, value);
      return isKept;
    },
    remove: (key) => {
      here.delete(key);
      tried((storage) => storage.removeItem(key), undefined);
    },
    keys: () => [...new Set([...here.keys(), ...tried((storage) => Object.keys(storage), [])])],
  };
}

/** For good, and shared by all tabs. */
export const local = kept(() => localStorage);

/** While the tab is open. */
export const session = kept(() => sessionStorage);
