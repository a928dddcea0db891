// The logs that are here: those that were opened last.

import { Log } from './log.js';

/** The logs that are here, the one opened last at the end. @type {Map<string, Log>} */
export const logs = new Map();

/** How many are kept. */
const KEPT = 8;

/** The log of a conversation. @param {string} id */
export function logOf(id) {
  const log = logs.get(id) ?? new Log(id);
  logs.delete(id);
  logs.set(id, log);
  const [oldest] = logs.keys();
  if (logs.size > KEPT && oldest) logs.delete(oldest);
  return log;
}
