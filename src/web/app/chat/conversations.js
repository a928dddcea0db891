// The conversations that one takes part in: kept up to date by what happens in them.

import { batch, computed, effect, signal } from '../vendor/preact.js';
import { get, Problem, query } from '../base/api.js';
import { unread } from '../base/page.js';
import { account } from '../base/session.js';
import { hasPlace } from './fold.js';

/** @typedef {Conversation & { active: string, counted: number }} Talk
 * `active`: when something last happened; `counted`: the event up to which `unread_count` counts */

/** How many conversations are asked for at a time, and in all, and how long an answer may take, in milliseconds. */
const PAGE = 100;
const MOST = 1000;
const PATIENCE = 20_000;

/** By id; null before they are known. */
export const talks = signal(/** @type {Map<string, Talk> | null} */ (null));

/** Why they could not be had. */
export const listProblem = signal(/** @type {Problem | null} */ (null));

/** The most recently active first. */
export const listed = computed(() => [...(talks.value?.values() ?? [])].sort((a, b) => (a.active < b.active ? 1 : a.active > b.active ? -1 : a.id < b.id ? 1 : -1)));

effect(() => {
  unread.value = listed.value.reduce((sum, { unread_count }) => sum + unread_count, 0);
});

/** @param {string} id */
export const talk = (id) => talks.value?.get(id);

/** Who one is. */
export const me = () => account.peek()?.id ?? '';

/** The other one of a conversation between two; undefined where that account is gone. @param {Conversation} one */
export const otherOf = (one) => one.members.find(({ id }) => id !== me());

/** What a conversation is called. @param {Conversation} one */
export function nameOf(one) {
  if (one.kind === 'direct') return otherOf(one)?.name ?? 'Somebody who left';
  return one.name || one.members.filter(({ id }) => id !== me()).map(({ name }) => name).join(', ') || 'Group';
}

/** @param {string} id @param {(talk: Talk) => Talk} change */
export function changeTalk(id, change) {
  const known = talks.peek()?.get(id);
  if (!known) return;
  const next = new Map(talks.peek());
  next.set(id, change(known));
  talks.value = next;
}

/** Those that one has just left, or was taken out of. @type {Set<string>} */
export const left = new Set();

/** One takes part in it no longer. @param {string} id */
export function dropTalk(id) {
  left.add(id);
  if (!talks.peek()?.has(id)) return;
  const next = new Map(talks.peek());
  next.delete(id);
  talks.value = next;
}

/** Whether an event says something in a list of conversations. @param {ChatEvent} event */
export const isWorthShowing = (event) => hasPlace(event) || (event.kind === 'reaction' && event.added === true);

/** What the server says of a conversation, put beside what has been heard since it was asked. @param {Conversation} said */
export function mergeTalk(said) {
  // They are asked for all together first; and this may have been said to somebody who has signed out since.
  if (!talks.peek() || !said.members.some(({ id }) => id === me())) return;
  left.delete(said.id);
  const known = talks.peek()?.get(said.id);
  const next = new Map(talks.peek());
  if (!known) next.set(said.id, { ...said, active: said.last_event?.at ?? said.created_at, counted: said.last_seq });
  else {
    const isNewer = said.last_seq >= known.last_seq;
    const last = isNewer ? said.last_event : null;
    const isCounted = said.last_seq >= known.counted && said.read_seq >= known.read_seq;
    const members = (isNewer ? said : known).members.map((member) => {
      const other = [...said.members, ...known.members].filter(({ id }) => id === member.id);
      return { ...member, read_seq: Math.max(...other.map(({ read_seq }) => read_seq)) };
    });
    next.set(said.id, {
      ...(isNewer ? said : known),
      members,
      last_event: last ? lastOf(known, last) : known.last_event,
      read_seq: Math.max(known.read_seq, said.read_seq),
      unread_count: isCounted ? said.unread_count : known.unread_count,
      counted: isCounted ? said.last_seq : known.counted,
      active: last ? activeAfter(known, last) : known.active,
    });
    if (said.last_seq < known.counted) refetchSoon(said.id);
  }
  talks.value = next;
}

/** Asks for all of them. */
export async function loadTalks() {
  const who = me();
  listProblem.value = null;
  try {
    /** @type {Conversation[]} */
    const found = [];
    /** @type {string | null} */
    let cursor = null;
    do {
      /** @type {Paged<Conversation>} */
      const page = await get(query('/conversations', { limit: PAGE, cursor }), { signal: AbortSignal.timeout(PATIENCE) });
      if (who !== me()) return;
      found.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor && found.length < MOST);
    batch(() => {
      talks.value ??= new Map();
      found.forEach(mergeTalk);
    });
  } catch (error) {
    if (error instanceof Problem && who === me()) listProblem.value = error;
    throw error;
  }
}

/** Asks for one. @param {string} id */
export async function fetchTalk(id) {
  const who = me();
  try {
    const said = await get(`/conversations/${id}`);
    if (who === me()) mergeTalk(said);
  } catch (error) {
    if (who !== me()) return;
    if (error instanceof Problem && error.status === 404) dropTalk(id);
    else throw error;
  }
}

/** @type {Map<string, number>} */
const soon = new Map();

/** Asks for one when it has been quiet for a moment: what cannot be counted here is counted there. @param {string} id */
export function refetchSoon(id) {
  clearTimeout(soon.get(id));
  soon.set(id, setTimeout(() => {
    soon.delete(id);
    fetchTalk(id).catch(() => {});
  }, 400));
}

/** Nothing is known of them any more. */
export function forgetTalks() {
  soon.forEach((timer) => clearTimeout(timer));
  soon.clear();
  left.clear();
  listProblem.value = null;
  talks.value = null;
}

/** Something happened in a conversation. @param {ChatEvent} event */
export function heardOf(event) {
  const { conversation: id, kind, seq } = event;
  if (!talks.peek()?.has(id)) return void refetchSoon(id);
  const isKnown = seq <= (talks.peek()?.get(id)?.last_seq ?? 0);
  changeTalk(id, (now) => ({
    ...now,
    last_seq: Math.max(now.last_seq, seq),
    active: activeAfter(now, event),
    last_event: lastOf(now, event),
  }));
  if (isKnown) return undefined;
  if (kind === 'message') count(event);
  if (kind === 'renamed') changeTalk(id, (now) => ({ ...now, name: event.name ?? now.name }));
  if (kind === 'owner_changed') changeTalk(id, (now) => ({ ...now, owner: event.owner ?? now.owner }));
  if (kind === 'member_left' && event.user === me()) return dropTalk(id);
  if (kind === 'member_left') {
    changeTalk(id, (now) => ({ ...now, owner: event.owner ?? now.owner, members: now.members.filter((member) => member.id !== event.user) }));
  }
  // Who joined has a name, and of what was deleted not everything is known here.
  if (kind === 'member_joined' || (kind === 'deleted' && (talks.peek()?.get(id)?.unread_count ?? 0) > 0)) refetchSoon(id);
  return undefined;
}

/** @param {Talk} now @param {ChatEvent} event */
const activeAfter = ({ active }, event) => (isWorthShowing(event) && event.at > active ? event.at : active);

/** What is shown of a conversation once an event has happened. It may say nothing: see `last.js`.
 * @param {Talk} now @param {ChatEvent} event @returns {ChatEvent | null} */
function lastOf({ last_event: last, last_seq }, event) {
  if (event.seq < (last?.seq ?? 0)) return last;
  if (isWorthShowing(event) || event.seq > last_seq + 1) return event;
  const isTakenBack = event.kind === 'reaction' && last?.kind === 'reaction' && last.actor === event.actor && last.emoji === event.emoji && last.message_seq === event.message_seq;
  if (isTakenBack) return event;
  if (last?.kind !== 'message' || last.seq !== event.message_seq || event.kind === 'reaction') return last;
  if (event.kind === 'edited') return { ...last, text: event.text ?? null };
  return event.for === 'me' ? event : { ...last, text: null, image: null, deleted: true };
}

/** @param {ChatEvent} event */
function count({ conversation, seq, actor }) {
  changeTalk(conversation, (now) => (seq <= now.counted ? now : {
    ...now, counted: seq, unread_count: now.unread_count + (actor !== me() && seq > now.read_seq ? 1 : 0),
  }));
}
