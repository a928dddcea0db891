// What the list shows of a conversation where the last thing that happened says nothing, such as that somebody deleted a message
// for themselves: what came before it is looked for.

import { effect, useEffect } from '../vendor/preact.js';
import { get, query } from '../base/api.js';
import { changeTalk, isWorthShowing, listed, me } from './conversations.js';
import { hasPlace, hiddenBy } from './fold.js';
import { link } from './line.js';

/** How many events are looked through, and for how many of the conversations that were active last. */
const EVENTS = 30;
const MOST = 40;

/** What was looked for while there is this connection: ids, each with the event that says nothing. @type {Set<string>} */
const asked = new Set();
let isLooking = false;

/** @param {ChatEvent} event */
const key = ({ conversation, seq }) => `${conversation} ${seq}`;

/** The next of the events that say nothing. */
function silent() {
  if (link.value !== 'online') return void asked.clear();
  return listed.value.slice(0, MOST).flatMap(({ last_event }) => last_event ?? []).find((event) => !isWorthShowing(event) && !asked.has(key(event)));
}

async function look() {
  const event = silent();
  if (!event || isLooking) return;
  isLooking = true;
  asked.add(key(event));
  const who = me();
  try {
    const found = await before(event);
    if (found && who === me()) show(found, event);
  } catch {
    // It is looked for again with the next connection.
  } finally {
    isLooking = false;
  }
  look();
}

/** The last thing before an event that has a place of its own. @param {ChatEvent} event */
async function before(event) {
  /** @type {Paged<ChatEvent>} */
  const { items } = await get(query(`/conversations/${event.conversation}/events`, { before: event.seq, limit: EVENTS }));
  const hidden = new Set([...items, event].map(hiddenBy));
  return items.findLast((one) => hasPlace(one) && !hidden.has(one.seq));
}

/** @param {ChatEvent} found @param {ChatEvent} instead */
function show(found, { conversation, seq, at }) {
  changeTalk(conversation, (now) => {
    if (now.last_event?.seq !== seq) return now;
    // Where nothing else was known, the conversation stands where it would without that event.
    const active = now.active === at || now.active < found.at ? found.at : now.active;
    return { ...now, last_event: found, active };
  });
}

/** Looks for it while the list is shown. */
export const useLast = () => useEffect(() => effect(() => void look()), []);
