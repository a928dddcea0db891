// The tokens of whoever is signed in on this device. All tabs share one pair, because a refresh token works once: using
// it a second time, but for asking for the same pair again, looks like theft to the server and ends the session.

import { signal } from '../vendor/preact.js';
import { freshKey } from './key.js';
import { locked } from './lock.js';
import { local } from './storage.js';

/** @typedef {{ access: string, refresh: string, expires: number, key?: string }} Pair `key`: the one under which the next pair is asked for */

const KEY = 'hearth.tokens';

/** How long before its end an access token is renewed, in milliseconds: a request and a slow network fit in. */
const MARGIN = 30_000;

/** How long an answer may take, in milliseconds. Whoever wants a token waits for it. */
const PATIENCE = 20_000;

/** @returns {Pair | null} */
function stored() {
  try {
    return JSON.parse(local.get(KEY) ?? 'null');
  } catch {
    return null;
  }
}

/** The access token that is kept here, be it still good or not. */
export const kept = () => stored()?.access ?? null;

/** When the access token ends, in milliseconds since 1970; 0 where nobody is signed in. */
export const expiresAt = () => stored()?.expires ?? 0;

/** Whether somebody is signed in here. */
export const signedIn = signal(stored() !== null);

addEventListener('storage', (event) => {
  if (event.key === KEY || event.key === null) signedIn.value = stored() !== null;
});

/** Keeps the tokens of an answer. @param {Tokens} answer */
export function keep(answer) {
  /** @type {Pair} */
  const pair = { access: answer.access_token, refresh: answer.refresh_token, expires: Date.now() + answer.expires_in * 1000, key: freshKey() };
  local.set(KEY, JSON.stringify(pair));
  signedIn.value = true;
  hint(true);
}

/** Forgets them: nobody is signed in here any more. */
export function forget() {
  local.remove(KEY);
  signedIn.value = false;
  hint(false);
}

/** Tells the server's documents which frame to draw at once. It says nothing of who it is, and opens nothing.
 * @param {boolean} isMember */
function hint(isMember) {
  document.cookie = `hearth_member=${isMember ? 1 : ''}; path=/; samesite=lax; max-age=${isMember ? 34_560_000 : 0}`;
}

/** An access token that works for a while; null where nobody is signed in. @returns {Promise<string | null>} */
export async function access() {
  const pair = stored();
  if (!pair) return null;
  return pair.expires - MARGIN > Date.now() ? pair.access : renewed(pair.access);
}

/** An access token other than `old`, which is about to end or was refused; null where the session is over.
 * @param {string} old @returns {Promise<string | null>} */
export function renewed(old) {
  return locked('hearth.refresh', async () => {
    const pair = stored();
    // Another tab was faster.
    if (!pair || pair.access !== old) return pair?.access ?? null;
    // The answer may be lost, with this page or with the network, or another tab may ask as well where there are no locks: with
    // the same key the server gives the same tokens.
    const answer = await fetch('/api/v1/auth/refresh', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(pair.key && { 'idempotency-key': pair.key }) },
      signal: AbortSignal.timeout(PATIENCE),
      body: JSON.stringify({ refresh_token: pair.refresh }),
    });
    const fresh = answer.ok ? await answer.json() : null;
    // Somebody logged out meanwhile, or in as somebody else: this answer is about nobody any more.
    if (stored()?.refresh !== pair.refresh) return kept();
    if (fresh) keep(fresh);
    // Any other failure says nothing about the session: the pair is kept for the next try.
    else if (answer.status === 401 || answer.status === 403) forget();
    return fresh ? kept() : null;
  });
}
