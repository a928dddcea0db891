// The connection as the rest of chat sees it: whether it is there, and asking over it.

import { signal } from '../vendor/preact.js';
import { Problem } from '../base/api.js';

/** @typedef {'connecting' | 'online' | 'offline' | 'refused'} Link
 * `offline`: it could not be made, and is tried again; `refused`: it is not tried again unless somebody asks */

/** How the connection is. */
export const link = signal(/** @type {Link} */ ('connecting'));

/** @type {import('./socket.js').Socket | null} */
let socket = null;

/** @param {import('./socket.js').Socket | null} next */
export function setSocket(next) {
  socket = next;
}

/** Asks the server for something. @param {string} op @param {Record<string, unknown>} fields @returns {Promise<any>} */
export async function ask(op, fields) {
  if (!socket || link.peek() !== 'online') throw new Problem(0, 'unreachable', 'There is no connection just now.');
  return socket.ask(op, fields);
}
