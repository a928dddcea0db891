// What is written and not sent, by conversation, kept on this device.

import { me } from './conversations.js';

/** @typedef {{ text: string, reply: number | null }} Draft */

/** @param {string} conversation */
const key = (conversation) => `hearth.draft.${me()}.${conversation}`;

/** @param {string} conversation @returns {Draft} */
export function draftOf(conversation) {
  try {
    return { text: '', reply: null, ...JSON.parse(localStorage.getItem(key(conversation)) ?? '{}') };
  } catch {
    return { text: '', reply: null };
  }
}

/** @param {string} conversation @param {Draft} draft */
export function keepDraft(conversation, draft) {
  if (draft.text || draft.reply) localStorage.setItem(key(conversation), JSON.stringify(draft));
  else localStorage.removeItem(key(conversation));
}

/** Forgets the drafts of whoever was signed in. @param {string} account */
export function forgetDrafts(account) {
  for (const one of Object.keys(localStorage)) if (one.startsWith(`hearth.draft.${account}.`)) localStorage.removeItem(one);
}
