// What the server tells by itself. When much of it comes at once it is taken together, and drawn once.

import { batch } from '../vendor/preact.js';
import { announce } from './announce.js';
import { dropTalk, fetchTalk, heardOf, me, refetchSoon } from './conversations.js';
import { logs } from './logs.js';
import { arrived, settle } from './outbox.js';
import { heardTyping, setPresence, stoppedTyping } from './presence.js';
import { heardRead } from './reading.js';

/** How often what is heard is taken, in milliseconds. */
const TURN = 60;

/** Whether what was missed is here, so that what comes now has just happened. */
let isLive = false;

/** What waits for its turn. @type {import('./socket.js').Push[]} */
let heard = [];
let turnTimer = 0;
let lastTurn = 0;

/** @param {import('./socket.js').Push} push */
export function pushed(push) {
  heard.push(push);
  const since = performance.now() - lastTurn;
  if (since > TURN) takeHeard();
  else if (heard.length === 1) turnTimer = setTimeout(takeHeard, TURN - since);
}

function takeHeard() {
  clearTimeout(turnTimer);
  const now = heard;
  heard = [];
  batch(() => now.forEach(take));
  lastTurn = performance.now();
}

/** All that was missed has been told. */
export function becomeLive() {
  takeHeard();
  isLive = true;
}

/** Nothing more comes: what came is taken. */
export function endHearing() {
  takeHeard();
  isLive = false;
}

/** What came is for nobody any more. */
export function forgetHeard() {
  heard = [];
  endHearing();
}

/** @param {import('./socket.js').Push} push */
function take(push) {
  switch (push.push) {
    case 'event': return happened(push.event);
    case 'typing': return heardTyping(push.conversation, push.user);
    case 'presence': return setPresence(push.user, push.online);
    case 'read': return heardRead(push.conversation, push.user, push.seq);
    case 'conversation': return void fetchTalk(push.conversation).catch(() => refetchSoon(push.conversation));
    default: return undefined;
  }
}

/** @param {ChatEvent} event */
function happened(event) {
  const { conversation, actor } = event;
  logs.get(conversation)?.heard(event, isLive);
  heardOf(event);
  arrived(event);
  settle();
  if (event.kind === 'message' && actor) stoppedTyping(conversation, actor);
  if (event.kind === 'message' && actor !== me() && isLive) announce(event);
  if (event.kind === 'member_left' && event.user === me()) leave(conversation);
}

/** One takes no part in a conversation any more. @param {string} conversation */
export function leave(conversation) {
  logs.delete(conversation);
  dropTalk(conversation);
}
