// What one can do about somebody: keep them from writing to one, and for those who look after the community, keep them out.

import { effect, signal } from '../vendor/preact.js';
import { get, put, query, remove } from '../base/api.js';
import { account, moderates, who } from '../base/session.js';
import { complain, say } from '../parts/toast.js';

/** The most pages of a list that are read at once. */
const PAGES = 20;

/** All of a list that is short as a rule. @param {string} path @returns {Promise<any[]>} */
async function all(path) {
  const found = [];
  let cursor = /** @type {string | null} */ (null);
  for (let page = 0; page < PAGES && (page === 0 || cursor); page++) {
    /** @type {Paged<any>} */
    const { items, next_cursor } = await get(query(path, { limit: 100, cursor }));
    found.push(...items);
    cursor = next_cursor;
  }
  return found;
}

/** Whom the one who is signed in has blocked; null until that is known. */
export const blocked = signal(/** @type {UserSummary[] | null} */ (null));

/** Who is banned; null until that is known. */
export const banned = signal(/** @type {Set<string> | null} */ (null));

async function loadBlocks() {
  const asked = who.peek();
  try {
    const found = await all('/me/blocks');
    if (who.peek() === asked) blocked.value = found;
  } catch {
    // Without it, blocking is offered, which may be done twice.
  }
}

// Whom somebody blocked, and who is banned, is nobody else's business, also on the same device.
effect(() => {
  blocked.value = null;
  banned.value = null;
  if (who.value) loadBlocks();
});

/** @param {string} user */
export const isBlocked = (user) => blocked.value?.some(({ id }) => id === user) ?? false;

/** @param {UserSummary} user @param {boolean} isOn */
export async function setBlocked(user, isOn) {
  try {
    await (isOn ? put : remove)(`/users/${user.id}/block`);
    const others = (blocked.value ?? []).filter(({ id }) => id !== user.id);
    blocked.value = isOn ? [...others, user] : others;
    say(isOn ? `${user.name} cannot write to you any more.` : `${user.name} can write to you again.`);
  } catch (problem) {
    complain(problem);
  }
}

/** Asks who is banned, for those who may know. */
export async function loadBans() {
  if (!moderates()) return;
  try {
    const found = await all('/bans');
    if (moderates()) banned.value = new Set(found.map(({ user }) => user.id));
  } catch {
    // Without it, both ways are offered.
  }
}

/** @param {UserSummary} user @param {boolean} isOn @returns {Promise<boolean>} whether it is done */
export async function setBanned(user, isOn) {
  try {
    await (isOn ? put : remove)(`/users/${user.id}/ban`);
  } catch (problem) {
    complain(problem);
    return false;
  }
  const next = new Set(banned.value);
  if (isOn) next.add(user.id);
  else next.delete(user.id);
  banned.value = next;
  say(isOn ? `${user.name} is banned, and signed out everywhere.` : `${user.name} can log in again.`);
  return true;
}

/** Whether the one who is signed in may ban somebody with this role. @param {User} user */
export const mayBan = (user) => moderates() && user.id !== account.value?.id && (account.value?.role === 'admin' || user.role === 'member');
