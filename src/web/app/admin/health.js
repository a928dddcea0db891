// What is not well, in words, and what to do about it. The bounds are those of `hearth monitor`.

import { bytes, cores, milliseconds, number, percent } from './figures.js';

/** @typedef {{ figure: string, said: string, advice: string }} Trouble `figure`: what of the dashboard it is about */

/** Samples in a row that make a state of what could be an accident. */
const STREAK = 3;

/** The last of `STREAK` values in a row that are all over `bound`; null where they are not.
 * @param {import('./stats.js').Point[]} history @param {number} bound @param {(point: import('./stats.js').Point) => number | null} read */
function held(history, bound, read) {
  const latest = history.slice(-STREAK).map(read);
  const isHeld = latest.length === STREAK && latest.every((value) => value !== null && value > bound);
  return isHeld ? (latest.at(-1) ?? null) : null;
}

/** @param {import('./stats.js').Stats} stats @returns {Trouble[]} */
export function troubles({ now, history }) {
  if (!now) return [];
  const answers = held(history, 300, (point) => point.p95_ms);
  const delay = held(history, 500, (point) => point.delivery_delay_p95_ms);
  const sync = held(history, 50, (point) => point.fsync_p95_ms);
  const busy = held(history, now.cores * 0.9, (point) => point.cpu_cores_used);
  const cold = now.uptime_seconds > 60 && now.caches.find(({ cache, looks_per_second, hit_share }) => cache !== 'pages' && looks_per_second > 50 && hit_share !== null && hit_share < 0.5);
  /** @type {(Trouble | false | null | undefined)[]} */
  const found = [
    now.error_share > 0.01 && { figure: 'errors', said: `${percent(now.error_share)} of answers failed.`, advice: 'The server’s log has a line for each.' },
    answers !== null && { figure: 'latency', said: `Answers are slow: 95 of 100 take up to ${milliseconds(answers)}.`, advice: sync !== null ? 'The disk is slow as well, and may be why.' : busy !== null ? 'The processor is busy: more cores help.' : 'Neither processor nor disk is short: look at the slowest routes below.' },
    delay !== null && { figure: 'messages', said: `Messages arrive late: 95 of 100 take up to ${milliseconds(delay)}.`, advice: 'Large rooms with much talk in them cost most.' },
    now.slow_readers > 0 && { figure: 'queues', said: `${now.slow_readers === 1 ? '1 device was' : `${number(now.slow_readers)} devices were`} cut off for not reading what was sent.`, advice: 'They come back by themselves, and miss nothing.' },
    now.queue_bytes > 1_048_576 && { figure: 'queues', said: `${bytes(now.queue_bytes)} wait for slow devices.`, advice: 'Where that keeps growing, look at the network.' },
    sync !== null && { figure: 'sync', said: `The disk is slow: it takes up to ${milliseconds(sync)} to keep something safely.`, advice: 'Every write waits for it. A faster or less busy disk helps.' },
    now.commit_queue >= 256 && { figure: 'queues', said: `${number(now.commit_queue)} writes wait to be kept.`, advice: 'The disk does not keep up with what is written.' },
    now.passwords_refused > 0 && { figure: 'queues', said: 'Log-ins were refused, because too many came at once.', advice: 'More cores check more passwords. It may also be an attack.' },
    now.password_queue >= 8 && { figure: 'queues', said: `${number(now.password_queue)} log-ins wait for their password to be checked.`, advice: 'More cores check more passwords.' },
    busy !== null && { figure: 'processor', said: `The processor is busy: ${cores(busy)} of ${now.cores} cores are in use.`, advice: 'More people than now need more cores.' },
    now.open_files > now.max_open_files * 0.8 && { figure: 'files', said: `${number(now.open_files)} of ${number(now.max_open_files)} files and sockets are open.`, advice: 'Raise the limit (ulimit -n, LimitNOFILE) before it is reached.' },
    cold && { figure: 'caches', said: `The cache of ${cold.cache} has only ${percent(cold.hit_share)} of what is looked for.`, advice: 'Raise cache_mb where there is memory left.' },
  ];
  return /** @type {Trouble[]} */ (found.filter(Boolean));
}
