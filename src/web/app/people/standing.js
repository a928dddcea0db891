// What one can do about somebody: keep them from writing to one, and for those who look after the community, keep them out.

import { signal } from '../vendor/preact.js';
import { get, put, query, remove } from '../base/api.js';
import { account, moderates } from '../base/session.js';
import { complain, say } from '../parts/toast.js';

const KEY = 'hearth.blocked';

/** @returns {Record<string, string[]>} whom each account blocked on this device */
function stored() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}');
  } catch {
    return {};
  }
}

/** The server tells nobody who blocked whom, so this device remembers what was done on it. */
const blocks = signal(stored());

/** @param {string} user */
export const isBlocked = (user) => blocks.value[account.value?.id ?? '']?.includes(user) ?? false;

/** @param {string} user @param {boolean} isOn */
function remember(user, isOn) {
  const mine = account.peek()?.id ?? '';
  const others = (blocks.value[mine] ?? []).filter((id) => id !== user);
  blocks.value = { ...blocks.value, [mine]: isOn ? [...others, user] : others };
  localStorage.setItem(KEY, JSON.stringify(blocks.value));
}

/** @param {UserSummary} user @param {boolean} isOn */
export async function setBlocked(user, isOn) {
  try {
    await (isOn ? put : remove)(`/users/${user.id}/block`);
    remember(user.id, isOn);
    say(isOn ? `${user.name} cannot write to you any more.` : `${user.name} can write to you again.`);
  } catch (problem) {
    complain(problem);
  }
}

/** Who is banned; null until that is known. */
export const banned = signal(/** @type {Set<string> | null} */ (null));

/** The most pages of bans that are read. */
const PAGES = 20;

/** Asks who is banned, for those who may know. */
export async function loadBans() {
  if (!moderates()) return;
  try {
    /** @type {Set<string>} */
    const found = new Set();
    let cursor = /** @type {string | null} */ (null);
    for (let page = 0; page < PAGES && (page === 0 || cursor); page++) {
      /** @type {Paged<{ user: UserSummary, since: string }>} */
      const { items, next_cursor } = await get(query('/bans', { limit: 100, cursor }));
      for (const { user } of items) found.add(user.id);
      cursor = next_cursor;
    }
    banned.value = found;
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
