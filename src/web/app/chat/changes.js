// Changing messages that are there: shown at once, and taken back where the server refuses.

import { patch, put, remove } from '../base/api.js';
import { complain, say } from '../parts/toast.js';
import { me, talk } from './conversations.js';
import { deleted, reacted } from './fold.js';
import { logOf } from './log.js';

/** @typedef {import('./fold.js').Entry} Entry */

/** @param {Entry} entry */
const path = ({ conversation, id }) => `/conversations/${conversation}/messages/${id}`;

/** Puts an emoji beside a message, or takes one's own away. @param {Entry} entry @param {string} emoji */
export async function react(entry, emoji) {
  const log = logOf(entry.conversation);
  const isAdded = !entry.reactions?.some((one) => one.emoji === emoji && one.mine);
  /** @param {boolean} isOn */
  const set = (isOn) => log.update(entry.seq, (now) => ({ ...now, reactions: reacted(now.reactions ?? [], emoji, isOn, true) }));
  set(isAdded);
  try {
    await (isAdded ? put : remove)(`${path(entry)}/reactions/${encodeURIComponent(emoji)}`);
  } catch (problem) {
    set(!isAdded);
    complain(problem);
  }
}

/** Gives one's message another text. @param {Entry} entry @param {string} text */
export async function edit(entry, text) {
  const log = logOf(entry.conversation);
  const { text: before = null, edited_at = null } = entry;
  log.update(entry.seq, (now) => ({ ...now, text, edited_at: new Date().toISOString() }));
  try {
    await patch(path(entry), { text });
    return true;
  } catch (problem) {
    log.update(entry.seq, (now) => (now.text === text ? { ...now, text: before, edited_at } : now));
    complain(problem);
    return false;
  }
}

/** Whether one may delete a message for everyone. @param {Entry} entry */
export const mayDeleteForAll = (entry) => entry.actor === me() || talk(entry.conversation)?.owner === me();

/** Deletes messages. @param {Entry[]} entries @param {boolean} isForAll */
export async function erase(entries, isForAll) {
  const failed = (await Promise.all(entries.map((entry) => eraseOne(entry, isForAll)))).filter((problem) => problem !== null);
  if (failed.length) complain(failed[0]);
  else if (entries.length > 1) say(`${entries.length} messages are deleted${isForAll ? '' : ' for you'}.`);
}

/** @param {Entry} entry @param {boolean} isForAll */
async function eraseOne(entry, isForAll) {
  const log = logOf(entry.conversation);
  if (isForAll) log.update(entry.seq, deleted);
  else log.hide(entry.seq);
  try {
    await remove(`${path(entry)}?for=${isForAll ? 'everyone' : 'me'}`);
    return null;
  } catch (error) {
    const problem = /** @type {import('../base/api.js').Problem} */ (error);
    // Somebody else was faster.
    if (problem.code === 'message_not_found') return null;
    if (isForAll) log.update(entry.seq, () => entry);
    else log.unhide(entry);
    return problem;
  }
}
