// Who is signed in on this device.

import { batch, computed, effect, signal } from '../vendor/preact.js';
import { get, post } from './api.js';
import { local } from './storage.js';
import { forget, keep, signedIn } from './tokens.js';

const KEY = 'hearth.account';

/** @returns {Account | null} */
function stored() {
  try {
    return signedIn.value ? JSON.parse(local.get(KEY) ?? 'null') : null;
  } catch {
    return null;
  }
}

/** The account that is signed in here; null where nobody is. */
export const account = signal(stored());

/** Their id; empty where nobody is signed in. */
export const who = computed(() => account.value?.id ?? '');

/** Why nobody is signed in any more, where that was not asked for here. */
export const signedOutBecause = signal('');

/** @param {Account | null} next */
export function setAccount(next) {
  account.value = next;
  if (next) local.set(KEY, JSON.stringify(next));
  else local.remove(KEY);
}

/** Asks the server who this is: what is kept here may be old. */
export async function refreshAccount() {
  if (!signedIn.value) return;
  const asked = who.peek();
  try {
    const me = await get('/me');
    // Somebody logged out meanwhile, or in as somebody else.
    if (signedIn.peek() && who.peek() === asked) setAccount(me);
  } catch {
    // Without an answer the kept copy stays; a refusal has forgotten the tokens by now.
  }
}

// Another tab signs in or out, or the server ends the session.
effect(() => {
  const isSignedIn = signedIn.value;
  if (!isSignedIn && account.peek()) {
    signedOutBecause.value = 'You were signed out. Sign in again to go on.';
    setAccount(null);
  }
  if (isSignedIn && !account.peek()) refreshAccount();
});

// Another tab signs in as somebody else, or changes the profile.
addEventListener('storage', ({ key }) => {
  const next = key === KEY ? stored() : null;
  if (next) account.value = next;
});

/** @param {Tokens & { user: Account }} answer */
function enter(answer) {
  // Whoever hears of the account may ask the server at once: the tokens have to be there by then.
  batch(() => {
    keep(answer);
    setAccount(answer.user);
    signedOutBecause.value = '';
  });
}

/** @param {{ email: string, password: string }} credentials */
export const logIn = async (credentials) => enter(await post('/auth/login', credentials));

/** @param {{ name: string, email: string, password: string, handle?: string, invite?: string, setup_code?: string }} details */
export const register = async (details) => enter(await post('/auth/register', details));

/** Ends this session, or every one of the account. @param {{ everywhere?: boolean }} [options] */
export async function logOut({ everywhere = false } = {}) {
  try {
    await post(everywhere ? '/auth/logout-all' : '/auth/logout');
  } finally {
    setAccount(null);
    forget();
  }
}

/** Whether the one who is signed in may do what moderators do. */
export const moderates = () => account.value?.role === 'admin' || account.value?.role === 'moderator';

/** Whether the one who is signed in runs this community. */
export const isAdmin = () => account.value?.role === 'admin';
