// What an event does to what is shown of a log: nothing here knows of the server or the page.

/** @typedef {ChatEvent & { read?: number, isFresh?: boolean }} Entry
 * `read`: when the server was asked for it, in milliseconds of this page; `isFresh`: it was heard as it happened, so whatever
 * changed it since was heard as well */

const SHOWN = ['message', 'member_joined', 'member_left', 'renamed', 'owner_changed'];

/** Whether an event has a place of its own in the log. @param {ChatEvent} event */
export const hasPlace = (event) => SHOWN.includes(event.kind);

/** Whether it changes a message that is there already. @param {ChatEvent} event */
export const isChange = (event) => event.kind === 'edited' || event.kind === 'deleted' || event.kind === 'reaction';

/** The message that a change is about, as it is then. @param {Entry} entry @param {ChatEvent} event @param {string} me @returns {Entry} */
export function changed(entry, event, me) {
  if (entry.deleted) return entry;
  if (event.kind === 'edited') return event.text === null ? deleted(entry) : { ...entry, text: event.text, edited_at: event.at };
  if (event.kind === 'deleted') return event.for === 'everyone' ? deleted(entry) : entry;
  return { ...entry, reactions: reacted(entry.reactions ?? [], event.emoji ?? '', event.added ?? false, event.actor === me) };
}

/** A message that is gone. @param {Entry} entry @returns {Entry} */
export const deleted = (entry) => ({ ...entry, text: null, image: null, reactions: [], deleted: true });

/** The emoji beside a message with one more, or one less. One's own counts once, however often it is heard of.
 * @param {Reaction[]} reactions @param {string} emoji @param {boolean} isAdded @param {boolean} isMine @returns {Reaction[]} */
export function reacted(reactions, emoji, isAdded, isMine) {
  const now = reactions.find((one) => one.emoji === emoji) ?? { emoji, count: 0, mine: false };
  if (isMine && now.mine === isAdded) return reactions;
  const next = { emoji, count: Math.max(0, now.count + (isAdded ? 1 : -1)), mine: isMine ? isAdded : now.mine };
  const others = reactions.filter((one) => one.emoji !== emoji);
  if (!next.count) return others;
  return [...others, next].sort((a, b) => (a.emoji < b.emoji ? -1 : 1));
}

/** The seq of what somebody deleted for themselves alone; 0 where an event is nothing of the kind. @param {ChatEvent} event */
export const hiddenBy = (event) => (event.kind === 'deleted' && event.for === 'me' ? event.message_seq ?? 0 : 0);

/** Where a message is among others; -1 where it is not. @param {Entry[]} entries in order @param {number} seq */
export function findAt(entries, seq) {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return entries[low]?.seq === seq ? low : -1;
}

/** @param {Entry[]} entries in order @param {number} seq */
export const find = (entries, seq) => entries[findAt(entries, seq)];
