// Keeps one connection while somebody is signed in, on every page: makes it, makes it again when it breaks, and goes on
// where it was.

import { effect, untracked } from '../vendor/preact.js';
import { get } from '../base/api.js';
import { account, setAccount, signedOutBecause } from '../base/session.js';
import { access, expiresAt, forget, kept, renewed } from '../base/tokens.js';
import { fetchTalk, forgetTalks, loadTalks, me, refetchSoon, talks } from './conversations.js';
import { forgetDrafts } from './drafts.js';
import { becomeLive, endHearing, forgetHeard, leave, pushed } from './hearing.js';
import { forgetKept, keepChat, restoreChat } from './kept.js';
import { link, setSocket } from './line.js';
import { logs } from './logs.js';
import { closeOutbox, drainAll, openOutbox } from './outbox.js';
import { forgetPresence, present } from './presence.js';
import { forgetReading } from './reading.js';
import { Socket } from './socket.js';

/** The first pause before trying again, and the longest, in milliseconds. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;

/** How long before its end a token is followed by a fresh one, and by how much earlier at most, so that tabs which share it do
 * not all ask at once, in milliseconds. */
const MARGIN = 90_000;
const SPREAD = 10_000;

/** Cursors that fit in one frame. */
const CURSORS = 1500;

/** @type {Socket | null} */
let socket = null;
let isBusy = false;
let epoch = '';
let failures = 0;
let retryTimer = 0;
let tokenTimer = 0;
let token = '';

/** Makes a connection, where there is none and somebody is signed in. */
async function connect() {
  if (socket || isBusy || !me()) return;
  isBusy = true;
  clearTimeout(retryTimer);
  const who = me();
  try {
    if (!talks.peek()) await loadTalks();
    token = (await access()) ?? '';
    if (token && who === me()) open();
    else again();
  } catch {
    again();
  } finally {
    isBusy = false;
  }
}

/** Tries again after a while: a little later each time, and not all at once with everybody else. */
function again() {
  clearTimeout(retryTimer);
  if (!me()) return;
  if (failures > 0) link.value = 'offline';
  const pause = Math.min(FIRST_PAUSE * 2 ** failures, LONGEST_PAUSE);
  failures += 1;
  retryTimer = setTimeout(connect, pause * (0.5 + Math.random() / 2));
}

/** Tries at once, also where an attempt hangs. */
export function connectNow() {
  if (socket && !socket.isGreeted) socket.close();
  failures = 0;
  if (link.peek() === 'refused') link.value = 'connecting';
  if (socket && !talks.peek()) loadTalks().catch(() => {});
  connect();
}

function open() {
  const opened = new Socket({
    opened: () => greet(opened),
    pushed,
    closed: (code) => socket === opened && closed(code),
  });
  socket = opened;
}

/** @param {Socket} opened */
async function greet(opened) {
  const known = [...(talks.peek()?.values() ?? [])].sort((a, b) => (a.active < b.active ? 1 : -1)).slice(0, CURSORS);
  const cursors = Object.fromEntries(known.map(({ id, last_seq }) => [id, cursorOf(id) ?? last_seq]));
  const isReturn = epoch !== '';
  try {
    const greeting = await opened.greet({ token, cursors, ...(epoch && { epoch }) });
    if (greeting.user.id !== me()) return setAccount(greeting.user);
    opened.watch(greeting.heartbeat_s + 5);
    present.value = new Set(greeting.online);
    if (epoch && epoch !== greeting.epoch) forgetHistory();
    epoch = greeting.epoch;
    greeting.gone.forEach(leave);
    greeting.limited.forEach(missed);
    renewSoon();
    // The answer comes after all that was missed.
    await opened.ask('ping');
    if (socket !== opened) return undefined;
    becomeLive();
    failures = 0;
    setSocket(opened);
    link.value = 'online';
    drainAll();
    // How far others have read meanwhile is not told again.
    if (isReturn || greeting.others.length > 5) await loadTalks();
    else await Promise.all(greeting.others.map(({ conversation }) => fetchTalk(conversation)));
  } catch {
    // Whatever went wrong with the connection has closed it, and the rest is asked for again.
  }
  return undefined;
}

/** How far the log of a conversation is here; undefined where it is not. @param {string} id */
function cursorOf(id) {
  const log = logs.get(id);
  return log?.isLoaded.peek() ? log.to : undefined;
}

/** The store was put back to an earlier state: nothing that is known here need be so any more. What is open is drawn anew once
 * the conversations are there again. */
function forgetHistory() {
  logs.clear();
  forgetTalks();
  forgetReading();
}

/** Too much was missed to be told: the log that is looked at catches up page by page, others are asked for when they are.
 * @param {import('./socket.js').Missed} missed */
function missed({ conversation, head }) {
  const log = logs.get(conversation);
  if (log && location.pathname === `/chat/${conversation}`) log.fill(head);
  else logs.delete(conversation);
  refetchSoon(conversation);
}

/** @param {number} code */
function closed(code) {
  endHearing();
  socket = null;
  setSocket(null);
  clearTimeout(tokenTimer);
  forgetPresence();
  if (!me()) return;
  if (code === 4501 || code === 4504) link.value = 'refused';
  else {
    if (link.peek() === 'online') link.value = 'connecting';
    if (code === 4500 || code === 4503) signedOut();
    else if (code === 4005) renewed(token).then(again, again);
    else again();
  }
}

/** The server says that the session is over. Where another tab has had other tokens meanwhile, it may be the one before: whoever
 * asks learns it, and a session that is over is forgotten by asking. */
async function signedOut() {
  if (kept() === token) return forget();
  try {
    await get('/me');
  } catch {
    // Without an answer it is tried again below.
  }
  return again();
}

/** Sees to it that the connection outlives its token. */
function renewSoon() {
  clearTimeout(tokenTimer);
  const left = expiresAt() - Date.now();
  tokenTimer = setTimeout(async () => {
    const using = socket;
    try {
      const fresh = await renewed(token);
      if (!fresh || !using || using !== socket) return;
      token = fresh;
      await using.ask('auth', { token });
    } catch {
      // Without an answer the server ends the connection when the token does, and another one is made.
    }
    renewSoon();
  }, Math.max(left - Math.min(MARGIN + Math.random() * SPREAD, left / 2), 1000));
}

function start() {
  link.value = 'connecting';
  failures = 0;
  epoch = restoreChat();
  openOutbox();
  connect();
}

/** @param {string} who @param {boolean} isByChoice */
function stop(who, isByChoice) {
  clearTimeout(retryTimer);
  clearTimeout(tokenTimer);
  forgetHeard();
  const ending = socket;
  socket = null;
  ending?.close();
  setSocket(null);
  epoch = '';
  logs.clear();
  forgetTalks();
  forgetPresence();
  forgetReading();
  forgetKept();
  closeOutbox({ forGood: isByChoice, account: who });
  if (isByChoice) forgetDrafts(who);
}

let current = '';

effect(() => {
  const who = account.value?.id ?? '';
  if (who === current) return;
  const before = current;
  current = who;
  untracked(() => {
    // What waits to be sent stays for whoever did not ask to be signed out.
    if (before) stop(before, signedOutBecause.peek() === '');
    if (who) start();
  });
});

addEventListener('online', connectNow);
addEventListener('offline', () => {
  failures = Math.max(failures, 1);
  socket?.close();
});
addEventListener('pagehide', () => keepChat(epoch));
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  if (socket) socket.check();
  else if (link.peek() !== 'refused') connectNow();
});
