// How far everybody has read.

import { effect } from '../vendor/preact.js';
import { changeTalk, me, refetchSoon, talks } from './conversations.js';
import { ask, link } from './line.js';

/** How long it waits for more before it tells the server, in milliseconds. */
const PAUSE = 250;

/** What is read and not told yet. @type {Map<string, number>} */
const untold = new Map();
let timer = 0;

/** Somebody has read further. @param {string} conversation @param {string} user @param {number} seq */
export function heardRead(conversation, user, seq) {
  if (user !== me()) {
    changeTalk(conversation, (now) => ({ ...now, members: now.members.map((member) => (member.id === user ? { ...member, read_seq: Math.max(member.read_seq, seq) } : member)) }));
    return;
  }
  const known = talks.peek()?.get(conversation);
  if (!known || seq <= known.read_seq) return;
  changeTalk(conversation, (now) => ({ ...now, read_seq: seq, unread_count: seq >= now.last_seq ? 0 : now.unread_count }));
  if (seq < known.last_seq) refetchSoon(conversation);
}

/** One has seen everything up to `seq`. @param {string} conversation @param {number} seq */
export function markRead(conversation, seq) {
  const known = talks.peek()?.get(conversation);
  if (!known || seq <= known.read_seq) return;
  changeTalk(conversation, (now) => ({ ...now, read_seq: seq, unread_count: seq >= now.last_seq ? 0 : now.unread_count }));
  untold.set(conversation, Math.max(untold.get(conversation) ?? 0, seq));
  clearTimeout(timer);
  timer = setTimeout(tell, PAUSE);
}

function tell() {
  const who = me();
  if (link.peek() !== 'online') return;
  for (const [conversation, seq] of untold) {
    untold.delete(conversation);
    const before = talks.peek()?.get(conversation)?.last_seq;
    ask('read', { conversation, seq }).then(
      ({ unread_count }) => {
        const known = talks.peek()?.get(conversation);
        if (!known || known.read_seq > seq) return;
        // What came meanwhile may be counted in it, or may not.
        if (known.last_seq === before) changeTalk(conversation, (now) => ({ ...now, unread_count }));
        else if (known.unread_count !== unread_count) refetchSoon(conversation);
      },
      (problem) => {
        if (problem.isPassing && who === me()) untold.set(conversation, Math.max(untold.get(conversation) ?? 0, seq));
      },
    );
  }
}

effect(() => {
  if (link.value === 'online') tell();
});

/** Nothing waits to be told. */
export function forgetReading() {
  clearTimeout(timer);
  untold.clear();
}
