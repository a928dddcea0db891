// Changing messages that are there: shown at once, and taken back where the server refuses.

import { patch, put, remove } from '../base/api.js';
import { complain, say } from '../parts/toast.js';
import { me, talk } from './conversations.js';
import { deleted, reacted } from './fold.js';
import { logOf } from './logs.js';

/** @typedef {import('./fold.js').Entry} Entry */

/** @param {Entry} entry */
const path = ({ conversation, id }) => `/conversations/${conversation}/messages/${id}`;

/** Does something that shows already. @template T @param {Entry} entry @param {Partial<ChatEvent>} change @param {() => Promise<T>} run */
async function intend(entry, change, run) {
  const { intended } = logOf(entry.conversation);
  const event = /** @type {ChatEvent} */ ({ ...change, conversation: entry.conversation, seq: 0, at: new Date().toISOString(), actor: me(), message_seq: entry.seq });
  intended.add(event);
  try {
    return await run();
  } finally {
    intended.delete(event);
  }
}

/** Puts an emoji beside a message, or takes one's own away. @param {Entry} entry @param {string} emoji */
export async function react(entry, emoji) {
  const log = logOf(entry.conversation);
  const added = !entry.reactions?.some((one) => one.emoji === emoji && one.mine);
  /** @param {boolean} isOn */
  const set = (isOn) => log.update(entry.seq, (now) => ({ ...now, reactions: reacted(now.reactions ?? [], emoji, isOn, true) }));
  set(added);
  try {
    await intend(entry, { kind: 'reaction', emoji, added }, () => (added ? put : remove)(`${path(entry)}/reactions/${encodeURIComponent(emoji)}`));
  } catch (problem) {
    set(!added);
    complain(problem);
  }
}

/** Gives one's message another text; fails where the server refuses, and keeps the words as long as there is the message.
 * @param {Entry} entry @param {string} text */
export async function edit(entry, text) {
  const log = logOf(entry.conversation);
  const { text: before = null, edited_at = null } = entry;
  log.update(entry.seq, (now) => ({ ...now, text, edited_at: new Date().toISOString() }));
  try {
    await intend(entry, { kind: 'edited', text }, () => patch(path(entry), { text }));
  } catch (error) {
    const problem = /** @type {import('../base/api.js').Problem} */ (error);
    log.update(entry.seq, (now) => (now.text === text ? { ...now, text: before, edited_at } : now));
    if (problem.code !== 'message_not_found') log.unsaved.set(entry.seq, text);
    throw problem;
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
  const scope = isForAll ? 'everyone' : 'me';
  if (isForAll) log.update(entry.seq, deleted);
  else log.hide(entry.seq);
  try {
    await intend(entry, { kind: 'deleted', for: scope }, () => remove(`${path(entry)}?for=${scope}`));
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
