// Tells whoever hears the page that somebody wrote in a conversation that is not open, on every page. What is open says so itself.

import { nameOf, talk } from './conversations.js';

/** How long it waits for more, how long it then says nothing, and how long it stands there to be heard, in milliseconds. */
const PAUSE = 1500;
const QUIET = 15_000;
const STAY = 5000;

const region = document.createElement('p');
region.className = 'unseen';
region.setAttribute('role', 'status');
document.body.append(region);

/** Where somebody wrote since it was last told. @type {Set<string>} */
const since = new Set();
let timer = 0;
let told = -QUIET;

/** Somebody else has just written. @param {ChatEvent} event */
export function announce({ conversation }) {
  if (document.hidden || location.pathname === `/chat/${conversation}`) return;
  since.add(conversation);
  timer ||= setTimeout(tell, Math.max(PAUSE, told + QUIET - performance.now()));
}

function tell() {
  timer = 0;
  const unread = [...since].flatMap((id) => talk(id) ?? []).filter(({ unread_count }) => unread_count > 0);
  since.clear();
  const [one] = unread;
  if (!one) return;
  told = performance.now();
  if (unread.length > 1) region.textContent = `New messages in ${unread.length} conversations`;
  else region.textContent = `New message ${one.kind === 'direct' ? 'from' : 'in'} ${nameOf(one)}`;
  // The same words are heard only where they come anew.
  setTimeout(() => region.replaceChildren(), STAY);
}
