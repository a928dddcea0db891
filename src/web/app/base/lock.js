// One at a time.

/** Runs `run` while nothing else of the same name runs: in any tab where the browser has locks, which is where the connection is
 * encrypted or to this machine; elsewhere in this tab, so that two tabs may do it at once and it has to be safe to do twice.
 * @template T @param {string} name @param {() => Promise<T>} run @returns {Promise<T>} */
export async function locked(name, run) {
  const { locks } = /** @type {Navigator & { locks?: LockManager }} */ (navigator);
  if (!locks) return inTurn(name, run);
  let isBegun = false;
  const begin = () => {
    isBegun = true;
    return run();
  };
  try {
    return await locks.request(name, begin);
  } catch (error) {
    if (isBegun) throw error;
    // Where a browser refuses to keep anything, it refuses its locks, too.
    return inTurn(name, run);
  }
}

/** The end of what was begun last, by name. @type {Map<string, Promise<unknown>>} */
const ends = new Map();

/** @template T @param {string} name @param {() => Promise<T>} run @returns {Promise<T>} */
function inTurn(name, run) {
  const mine = (ends.get(name) ?? Promise.resolve()).then(run);
  ends.set(name, mine.catch(() => {}));
  return mine;
}
