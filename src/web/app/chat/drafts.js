// What is written and not sent, by conversation, kept on this device.

import { local } from '../base/storage.js';
import { me } from './conversations.js';

/** @typedef {{ text: string, reply: number | null }} Draft */

/** Drafts of posts are kept beside them, and stay when somebody logs out. @param {string} account */
const prefix = (account) => `hearth.chat-draft.${account}.`;

/** @param {string} conversation */
const key = (conversation) => prefix(me()) + conversation;

/** @param {string} conversation @returns {Draft} */
export function draftOf(conversation) {
  try {
    return { text: '', reply: null, ...JSON.parse(local.get(key(conversation)) ?? '{}') };
  } catch {
    return { text: '', reply: null };
  }
}

/** @param {string} conversation @param {Draft} draft */
export function keepDraft(conversation, draft) {
  if (draft.text || draft.reply) local.set(key(conversation), JSON.stringify(draft));
  else local.remove(key(conversation));
}

/** Forgets the drafts of whoever was signed in. @param {string} account */
export function forgetDrafts(account) {
  for (const one of local.keys()) if (one.startsWith(prefix(account))) local.remove(one);
}
