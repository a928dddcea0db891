// Who is there, and who is writing.

import { signal } from '../vendor/preact.js';
import { ask, link } from './line.js';

/** How long somebody counts as writing after the last word of it, and how often it is said, in milliseconds. After a message it is
 * said sooner, but not so soon that the server would not pass it on. */
const LASTS = 6000;
const PAUSE = 2500;
const SHORT_PAUSE = 600;

/** Ids of those who are connected. */
export const present = signal(/** @type {Set<string>} */ (new Set()));

/** Ids of those who are writing, by conversation. */
export const typists = signal(/** @type {Map<string, string[]>} */ (new Map()));

/** @type {Map<string, number>} */
const timers = new Map();

/** @param {string} user @param {boolean} isThere */
export function setPresence(user, isThere) {
  const next = new Set(present.peek());
  if (isThere) next.add(user);
  else next.delete(user);
  present.value = next;
}

/** @param {string} conversation @param {string} user @param {boolean} isTyping */
function setTyping(conversation, user, isTyping) {
  const others = (typists.peek().get(conversation) ?? []).filter((id) => id !== user);
  const next = new Map(typists.peek());
  next.set(conversation, isTyping ? [...others, user] : others);
  typists.value = next;
}

/** Somebody writes. @param {string} conversation @param {string} user */
export function heardTyping(conversation, user) {
  const key = `${conversation} ${user}`;
  clearTimeout(timers.get(key));
  timers.set(key, setTimeout(() => stoppedTyping(conversation, user), LASTS));
  if (!typists.peek().get(conversation)?.includes(user)) setTyping(conversation, user, true);
}

/** Their message is there, or nothing came for a while. @param {string} conversation @param {string} user */
export function stoppedTyping(conversation, user) {
  const key = `${conversation} ${user}`;
  if (!timers.has(key)) return;
  clearTimeout(timers.get(key));
  timers.delete(key);
  setTyping(conversation, user, false);
}

/** Nobody is known to be there: nothing is heard. */
export function forgetPresence() {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  present.value = new Set();
  typists.value = new Map();
}

let last = -PAUSE;
let lastIn = '';

/** What was written is sent: whatever comes next is told as soon as the server passes it on. */
export function wrote() {
  last -= PAUSE - SHORT_PAUSE;
}

/** Tells the others that one writes, now and then. @param {string} conversation */
export function tellTyping(conversation) {
  const now = performance.now();
  if (link.peek() !== 'online' || (lastIn === conversation && now - last < PAUSE)) return;
  [last, lastIn] = [now, conversation];
  ask('typing', { conversation }).catch(() => {});
}
