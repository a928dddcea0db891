// One tab at a time.

import { freshKey } from './key.js';
import { local } from './storage.js';

/** How long a lease holds unless it is renewed, and how often that is done, in milliseconds. */
const LEASE = 30_000;
const RENEWAL = 10_000;

/** How long it takes until one tab sees what another one wrote, and at most on a machine that is so busy that timers are as late
 * as this, in milliseconds. */
const DOUBT = 50;
const LONGEST_DOUBT = 600;
const LATE = 15;

/** Runs `run` while no other tab runs what has the same name. @template T @param {string} name @param {() => Promise<T>} run @returns {Promise<T>} */
export async function locked(name, run) {
  const { locks } = /** @type {Navigator & { locks?: LockManager }} */ (navigator);
  let isBegun = false;
  try {
    if (locks) {
      return await locks.request(name, () => {
        isBegun = true;
        return run();
      });
    }
  } catch (error) {
    // Where a browser refuses to keep anything, it has no locks either.
    if (isBegun) throw error;
  }
  return inTurn(name, run);
}

// Browsers have locks only where the connection is encrypted, or to this machine. Elsewhere those of one tab form a queue, and
// a tab writes down on this device, where all tabs read it, that it is the one.

/** How many wait for a name in this tab or have it, and when the last of them is done. @type {Map<string, { length: number, end: Promise<void> }>} */
const queues = new Map();

/** @template T @param {string} name @param {() => Promise<T>} run @returns {Promise<T>} */
function inTurn(name, run) {
  const place = `hearth.lock.${name}`;
  const queue = queues.get(name) ?? { length: 0, end: Promise.resolve() };
  queues.set(name, queue);
  queue.length += 1;
  const mine = queue.end.then(async () => {
    try {
      await take(place);
      return await run();
    } finally {
      queue.length -= 1;
      if (!queue.length) release(place);
    }
  });
  queue.end = mine.then(() => {}, () => {});
  return mine;
}

/** What this tab has or waits for, by where that is written down. @type {Map<string, { id: string, timer: number }>} */
const leases = new Map();

/** Who has it; nobody where that ran out, or where the clock was put back since. @param {string} place @returns {string | undefined} */
function holder(place) {
  try {
    const { id, until } = JSON.parse(local.get(place) ?? '{}');
    const left = until - Date.now();
    return left > 0 && left <= LEASE ? id : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} place @param {string} id */
const write = (place, id) => local.set(place, JSON.stringify({ id, until: Date.now() + LEASE }));

/** Waits until what was written at the same moment can be seen. */
async function doubt() {
  const begun = performance.now();
  let late = LATE;
  while (late >= LATE && performance.now() - begun < LONGEST_DOUBT) {
    const until = performance.now() + DOUBT * (1 + Math.random());
    await new Promise((over) => setTimeout(over, until - performance.now()));
    late = performance.now() - until;
  }
}

/** Waits until no other tab has it. @param {string} place */
async function take(place) {
  const lease = leases.get(place) ?? { id: freshKey(), timer: 0 };
  leases.set(place, lease);
  while (holder(place) !== lease.id) {
    if (!holder(place)) write(place, lease.id);
    // Two tabs may have found it free at the same moment: whoever wrote last has it.
    await doubt();
  }
  write(place, lease.id);
  leases.set(place, lease);
  lease.timer ||= setInterval(() => (holder(place) ?? lease.id) === lease.id && write(place, lease.id), RENEWAL);
}

/** @param {string} place */
function release(place) {
  const lease = leases.get(place);
  if (!lease) return;
  leases.delete(place);
  clearInterval(lease.timer);
  if (holder(place) === lease.id) local.remove(place);
}

// Whoever goes leaves nobody waiting.
addEventListener('pagehide', () => [...leases.keys()].forEach(release));
