// What a tab keeps over a reload, so that it goes on where it was. It is gone with the tab.

import { session } from '../base/storage.js';
import { me, talks } from './conversations.js';
import { logOf, logs } from './logs.js';

const KEY = 'hearth.chat';

/** How many entries of a log, and for how many milliseconds. */
const ENTRIES = 150;
const LASTS = 3_600_000;

/** @param {string} epoch */
export function keepChat(epoch) {
  if (!me() || !talks.peek() || !epoch) return forgetKept();
  const open = [...logs.values()].filter((log) => log.isLoaded.peek()).slice(-4);
  const kept = { account: me(), epoch, at: Date.now(), talks: [...(talks.peek()?.values() ?? [])], logs: open.map((log) => log.keep(ENTRIES)) };
  // Where there is no room it is asked for anew.
  if (!session.set(KEY, JSON.stringify(kept))) forgetKept();
}

export function forgetKept() {
  session.remove(KEY);
}

/** Takes up what was kept; the history that it belongs to, or nothing. @returns {string} */
export function restoreChat() {
  try {
    const kept = JSON.parse(session.get(KEY) ?? 'null');
    if (kept?.account !== me() || Date.now() - kept.at > LASTS) return '';
    talks.value = new Map(kept.talks.map((/** @type {import('./conversations.js').Talk} */ talk) => [talk.id, talk]));
    for (const one of kept.logs) logOf(one.id).restore(one);
    return kept.epoch;
  } catch {
    return '';
  } finally {
    forgetKept();
  }
}
