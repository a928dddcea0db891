// Who people are: members by their conversation, and those who left by asking.

import { html, signal } from '../vendor/preact.js';
import { get } from '../base/api.js';
import { Avatar } from '../parts/avatar.js';
import { nameOf, otherOf } from './conversations.js';
import { present } from './presence.js';

/** @typedef {import('./conversations.js').Talk} Talk */

/** Those who are no members any more; null where there is no such account. */
const others = signal(/** @type {Map<string, UserSummary | null>} */ (new Map()));

/** @param {string} id @param {UserSummary | null} user */
function know(id, user) {
  others.value = new Map(others.peek()).set(id, user);
}

/** @param {string} id */
async function ask(id) {
  know(id, null);
  try {
    know(id, await get(`/users/${id}`));
  } catch {
    // The account is gone, or there is no connection: they are somebody.
  }
}

/** Somebody by id. @param {string | null | undefined} id @param {Conversation | undefined} one @returns {UserSummary | null} */
export function person(id, one) {
  const member = one?.members.find((user) => user.id === id);
  if (member || !id || !one) return member ?? null;
  if (!others.value.has(id)) queueMicrotask(() => others.peek().has(id) || ask(id));
  return others.value.get(id) ?? null;
}

/** @param {string | null | undefined} id @param {Conversation | undefined} one */
export const name = (id, one) => person(id, one)?.name ?? 'Somebody';

/** The face of a conversation, with a dot where the other one is there. @param {{ one: Talk, size?: 's' | 'm' | 'l' }} props */
export function Face({ one, size = 'm' }) {
  const other = one.kind === 'direct' ? otherOf(one) : undefined;
  const shown = other ?? { id: one.id, handle: '', name: nameOf(one), avatar: null };
  const isThere = other !== undefined && present.value.has(other.id);
  return html`<span class="chat-face"><${Avatar} user=${shown} size=${size} />${isThere && html`<span class="chat-here"><span class="unseen">online</span></span>`}</span>`;
}
