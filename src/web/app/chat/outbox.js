// Messages on their way. Each is kept on this device from the moment it is written until the server has it, under a name
// that the server knows it by: however often it is sent, and by whichever tab, it is there once.

import { signal } from '../vendor/preact.js';
import { freshKey } from '../base/key.js';
import { locked } from '../base/lock.js';
import { local } from '../base/storage.js';
import { me } from './conversations.js';
import { ask, link } from './line.js';
import { logs } from './logs.js';

/** @typedef {{ client_id: string, conversation: string, text: string, image: Media | null, reply_to: number | null, at: string,
 * order: number, problem?: string, seq?: number }} Outgoing
 * `problem`: why it was refused; `seq`: its place in the log, once the server has it */

/** How long it waits where the server is busy and does not say for how long, and where the connection has just gone, in milliseconds. */
const PAUSE = 2000;
const SHORT_PAUSE = 200;

/** How long what another tab has sent may take to show here, in milliseconds. */
const LINGER = 2000;

/** All that is not in the log yet, in the order in which it was written. */
export const outbox = signal(/** @type {Outgoing[]} */ ([]));

const prefix = () => `hearth.outbox.${me()}.`;

/** @param {string | null} text @returns {Outgoing | null} */
function parsed(text) {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}

/** @param {Outgoing} a @param {Outgoing} b */
const inOrder = (a, b) => a.order - b.order;

/** What this device keeps: other tabs write there, too. */
const kept = () => local.keys().filter((key) => key.startsWith(prefix())).flatMap((key) => parsed(local.get(key)) ?? []).sort(inOrder);

/** Whether it outlasts this page. @param {Outgoing} message */
function put(message) {
  const isKept = local.set(prefix() + message.client_id, JSON.stringify(message));
  show(message);
  return isKept;
}

/** @param {Outgoing} message */
function show(message) {
  outbox.value = [...outbox.peek().filter(({ client_id }) => client_id !== message.client_id), message].sort(inOrder);
}

/** @param {string} clientId */
function drop(clientId) {
  local.remove(prefix() + clientId);
  if (outbox.peek().some(({ client_id }) => client_id === clientId)) outbox.value = outbox.peek().filter(({ client_id }) => client_id !== clientId);
}

/** Takes up what was left over by an earlier visit. */
export function openOutbox() {
  outbox.value = kept().filter(({ seq }) => !seq);
  for (const { client_id, seq } of kept()) if (seq) local.remove(prefix() + client_id);
}

/** Nothing is on its way any more. @param {{ forGood: boolean, account: string }} options `forGood`: also on this device */
export function closeOutbox({ forGood, account }) {
  outbox.value = [];
  if (!forGood) return;
  for (const key of local.keys()) if (key.startsWith(`hearth.outbox.${account}.`)) local.remove(key);
}

addEventListener('storage', ({ key, newValue }) => {
  if (!me() || !key?.startsWith(prefix())) return;
  const clientId = key.slice(prefix().length);
  const now = parsed(newValue);
  if (now) {
    show(now);
    if (!now.seq && !now.problem) drain(now.conversation);
  } else {
    const gone = outbox.peek().find(({ client_id }) => client_id === clientId);
    if (gone?.problem) drop(clientId);
    else if (gone?.seq) settle();
    else if (gone) linger(clientId);
  }
});

/** It was taken back, or it is in the log: then it comes, once there is a connection. @param {string} clientId */
function linger(clientId) {
  setTimeout(() => (link.peek() === 'online' ? drop(clientId) : linger(clientId)), LINGER);
}

/** Writes a message; whether it is on its way. Where this device has no room for it, and there is no connection, it would be gone
 * with the page. @param {Pick<Outgoing, 'conversation' | 'text' | 'image' | 'reply_to'>} message */
export function sendMessage(message) {
  const order = Math.max(Date.now(), (outbox.peek().at(-1)?.order ?? 0) + 1);
  const clientId = freshKey();
  if (!put({ ...message, client_id: clientId, at: new Date().toISOString(), order }) && link.peek() !== 'online') {
    drop(clientId);
    return false;
  }
  drain(message.conversation);
  return true;
}

/** Tries once more what was refused. @param {Outgoing} message */
export function retry({ problem, ...message }) {
  put({ ...message, order: Math.max(Date.now(), (outbox.peek().at(-1)?.order ?? 0) + 1) });
  drain(message.conversation);
}

/** Takes back what was not sent. @param {Outgoing} message */
export const discard = ({ client_id }) => drop(client_id);

/** An event of one's own has come: it is what was on its way. @param {ChatEvent} event */
export function arrived({ actor, client_id }) {
  if (client_id && actor === me()) drop(client_id);
}

/** Drops what the logs show by now. */
export function settle() {
  const isThere = (/** @type {Outgoing} */ { conversation, seq }) => {
    const log = logs.get(conversation);
    return seq !== undefined && (!log?.isLoaded.peek() || log.to >= seq);
  };
  const left = outbox.peek().filter((message) => !isThere(message));
  if (left.length < outbox.peek().length) outbox.value = left;
}

/** @type {Set<string>} */
const draining = new Set();

/** Sends what waits in a conversation, one after the other. Of all tabs one does, so that nothing overtakes. @param {string} conversation */
async function drain(conversation) {
  if (draining.has(conversation) || link.peek() !== 'online') return;
  draining.add(conversation);
  try {
    await locked(`hearth.send.${me()}.${conversation}`, async () => {
      for (let next = waiting(conversation); next && link.peek() === 'online'; next = waiting(conversation)) await deliver(next);
    });
  } finally {
    draining.delete(conversation);
  }
  if (link.peek() === 'online' && waiting(conversation)) drain(conversation);
}

/** @param {string} conversation */
const waiting = (conversation) => kept().find((message) => message.conversation === conversation && !message.problem && !message.seq);

/** @param {Outgoing} message */
async function deliver(message) {
  const { conversation, client_id, text, image, reply_to } = message;
  try {
    const { seq } = await ask('send', { conversation, client_id, ...(text && { text }), ...(image && { image: image.id }), ...(reply_to && { reply_to }) });
    // Another tab that shows it learns that it is there before it learns that it is gone from here.
    if (local.get(prefix() + client_id)) put({ ...message, seq });
    local.remove(prefix() + client_id);
    settle();
    // The log has it in a moment; where it does not, it is asked for.
    setTimeout(() => logs.get(conversation)?.fill(seq).then(settle), 1500);
  } catch (error) {
    const problem = /** @type {import('../base/api.js').Problem} */ (error);
    if (!problem.isPassing && problem.code !== 'internal_error' && !problem.retryAfter) put({ ...message, problem: reason(problem) });
    // Where the connection has just gone, its end is heard of in a moment.
    else await new Promise((done) => setTimeout(done, problem.retryAfter * 1000 || (problem.status ? PAUSE : SHORT_PAUSE)));
  }
}

/** Why the server refuses a message. @param {import('../base/api.js').Problem} problem */
export const reason = (problem) => [problem.message, ...problem.fields.map(({ field, message }) => `${field === 'text' ? 'The message' : field} ${message}.`)].join(' ');

/** Sends everything that waits. */
export function drainAll() {
  for (const conversation of new Set(outbox.peek().map((message) => message.conversation))) drain(conversation);
}

