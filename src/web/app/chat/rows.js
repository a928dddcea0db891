// What stands in the log, row by row: days, the line above what is new, messages in groups, and what else happened.

import { me } from './conversations.js';

/** @typedef {import('./fold.js').Entry} Entry */
/** @typedef {import('./outbox.js').Outgoing} Outgoing */
/** @typedef {{ kind: 'day', key: string, at: string } | { kind: 'new', key: string } | { kind: 'note', key: string, entry: Entry }
 * | { kind: 'message', key: string, entry: Entry, outgoing: Outgoing | null, isFirst: boolean, isLast: boolean }} Row */

/** Messages of one sender that are closer than this stand together, in milliseconds. */
const TOGETHER = 5 * 60_000;

const WEEKDAY = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' });
const WITH_YEAR = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', year: 'numeric' });

/** A day as people say it. @param {string} iso @param {Date} [now] */
export function dayName(iso, now = new Date()) {
  const day = new Date(iso);
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const days = Math.round((midnight.getTime() - new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime()) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return (day.getFullYear() === now.getFullYear() ? WEEKDAY : WITH_YEAR).format(day);
}

/** When entries happened: times in words are slow to read. @type {WeakMap<Entry, { time: number, day: string }>} */
const times = new WeakMap();

/** @param {Entry} entry */
function timeOf(entry) {
  const known = times.get(entry);
  if (known) return known;
  const date = new Date(entry.at);
  const made = { time: date.getTime(), day: date.toDateString() };
  times.set(entry, made);
  return made;
}

/** A message on its way as the entry that it will be. @param {Outgoing} message @returns {Entry} */
const asEntry = ({ conversation, client_id, text, image, reply_to, at }) => ({
  conversation, client_id, text, image, reply_to, at, kind: 'message', seq: 0, actor: me(), edited_at: null, deleted: false, reactions: [],
});

/** @param {Entry} a @param {Entry | undefined} b */
const areTogether = (a, b) => b !== undefined && a.kind === 'message' && b.kind === 'message' && a.actor === b.actor
  && Math.abs(timeOf(b).time - timeOf(a).time) < TOGETHER && timeOf(a).day === timeOf(b).day;

/** @param {Entry[]} entries @param {Outgoing[]} waiting @param {number | null} newAfter the line stands after this event; null for no line
 *  @returns {Row[]} */
export function rowsOf(entries, waiting, newAfter) {
  /** @type {{ entry: Entry, outgoing: Outgoing | null }[]} */
  const all = [...entries.map((entry) => ({ entry, outgoing: null })), ...waiting.map((outgoing) => ({ entry: asEntry(outgoing), outgoing }))];
  const firstNew = newAfter !== null ? entries.find(({ seq, actor, kind }) => seq > newAfter && kind === 'message' && actor !== me()) : undefined;
  /** @type {Row[]} */
  const rows = [];
  let day = '';
  for (const [at, { entry, outgoing }] of all.entries()) {
    const [before, after] = [all[at - 1]?.entry, all[at + 1]?.entry];
    const today = timeOf(entry).day;
    if (today !== day) rows.push({ kind: 'day', key: `day ${today}`, at: entry.at });
    day = today;
    if (entry === firstNew) rows.push({ kind: 'new', key: 'new' });
    if (entry.kind !== 'message') rows.push({ kind: 'note', key: `note ${entry.seq}`, entry });
    else {
      const isFirst = !areTogether(entry, before) || entry === firstNew;
      const isLast = !areTogether(entry, after) || after === firstNew;
      // A message on its way and the same one in the log are one row.
      rows.push({ kind: 'message', key: `${entry.actor} ${entry.client_id}`, entry, outgoing, isFirst, isLast });
    }
  }
  return rows;
}

/** What is on its way and not in the log yet. @param {Entry[]} entries @param {Outgoing[]} outbox @param {string} conversation */
export function waitingIn(entries, outbox, conversation) {
  const here = outbox.filter((message) => message.conversation === conversation);
  if (!here.length) return here;
  const own = new Set(entries.filter(({ actor }) => actor === me()).map(({ client_id }) => client_id));
  return here.filter(({ client_id }) => !own.has(client_id));
}
