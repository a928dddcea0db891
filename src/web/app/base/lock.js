// One tab at a time.

/** Runs `run` while no other tab runs what has the same name. Browsers have locks only where the connection is encrypted, or to
 * this machine: elsewhere it just runs. @template T @param {string} name @param {() => Promise<T>} run @returns {Promise<T>} */
export function locked(name, run) {
  return /** @type {Navigator & { locks?: LockManager }} */ (navigator).locks?.request(name, run) ?? run();
}
