// The server's figures, while they are looked at.

import { useEffect, useState } from '../vendor/preact.js';
import { get } from '../base/api.js';

/** @typedef {object} Now
 * @property {string} at @property {number} interval_seconds @property {number} requests_per_second @property {number} requests_in_flight
 * @property {{ p50_ms: number | null, p95_ms: number | null, p99_ms: number | null }} latency
 * @property {{ method: string, route: string, requests_per_second: number, p95_ms: number }[]} slowest_routes
 * @property {number} error_share @property {{ websocket: number, events: number }} sockets @property {number} messages_per_second
 * @property {number} deliveries_per_second @property {number | null} delivery_delay_p95_ms @property {number} queue_bytes @property {number} slow_readers
 * @property {number} commits_per_second @property {number | null} commit_group_mean @property {number} commit_queue @property {number | null} fsync_p95_ms
 * @property {number} journal_bytes @property {number} store_bytes
 * @property {{ cache: string, looks_per_second: number, hit_share: number | null }[]} caches
 * @property {number} password_queue @property {number} password_hashes_per_second @property {number} passwords_refused
 * @property {number} cpu_cores_used @property {number} cores @property {number} memory_bytes @property {number} open_files @property {number} max_open_files
 * @property {number} uptime_seconds @property {string} version */

/** @typedef {object} Point
 * @property {string} at @property {number} requests_per_second @property {number | null} p95_ms @property {number} error_share @property {number} sockets
 * @property {number} messages_per_second @property {number} deliveries_per_second @property {number | null} delivery_delay_p95_ms
 * @property {number} commits_per_second @property {number | null} fsync_p95_ms @property {number} cpu_cores_used @property {number} memory_bytes */

/** @typedef {{ now: Now | null, history: Point[] }} Stats */

/** How often it is asked, in milliseconds: without news, the answer has no body. */
const EVERY = 2000;

/** @returns {{ stats: Stats | null, problem: import('../base/api.js').Problem | null }} */
export function useStats() {
  const [stats, setStats] = useState(/** @type {Stats | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  useEffect(() => {
    let isAsking = false;
    const stop = new AbortController();
    const ask = async () => {
      if (document.hidden || isAsking) return;
      isAsking = true;
      try {
        /** @type {Stats} */
        const next = await get('/stats', { signal: stop.signal });
        setStats((before) => (before && before.now?.at === next.now?.at ? before : next));
        setProblem(null);
      } catch (error) {
        if (!stop.signal.aborted) setProblem(error);
      } finally {
        isAsking = false;
      }
    };
    ask();
    const timer = setInterval(ask, EVERY);
    document.addEventListener('visibilitychange', ask);
    return () => {
      stop.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', ask);
    };
  }, []);
  return { stats, problem };
}
