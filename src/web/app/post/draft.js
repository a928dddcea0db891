// What somebody is writing, kept on this device until it is published: closing the page or the browser loses nothing.

import { freshKey } from '../base/key.js';
import { account } from '../base/session.js';

/** @typedef {{ title: string, body: string, categories: string[], tags: string[], anonymous: boolean, images: Media[] }} Content */
/** @typedef {{ content: Content, key: string, saved_at: string }} Draft `key`: makes publishing it twice the same post */

/** Where the draft called `name` is kept: everybody who uses this device has their own. @param {string} name */
export const draftPlace = (name) => `hearth.draft.${account.peek()?.id}.${name}`;

/** @returns {Content} */
export const nothing = () => ({ title: '', body: '', categories: [], tags: [], anonymous: false, images: [] });

/** @param {Content} content */
export const isEmpty = ({ title, body, tags, images, categories }) => !title.trim() && !body.trim() && !tags.length && !images.length && !categories.length;

/** @param {Content} content */
const essence = ({ title, body, categories, tags, anonymous, images }) => JSON.stringify([title, body, categories, tags, anonymous, images.map(({ id }) => id)]);

/** @param {Content} one @param {Content} other */
export const isSame = (one, other) => essence(one) === essence(other);

/** What is kept at `place`; null where nothing is. @param {string} place @returns {Draft | null} */
export function readDraft(place) {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? 'null');
    return kept?.content ? { key: freshKey(), saved_at: '', ...kept, content: { ...nothing(), ...kept.content } } : null;
  } catch {
    return null;
  }
}

/** Keeps `content`; whether there was room for it. @param {string} place @param {Content} content @param {string} key */
export function keepDraft(place, content, key) {
  try {
    localStorage.setItem(place, JSON.stringify({ content, key, saved_at: new Date().toISOString() }));
    return true;
  } catch {
    return false;
  }
}

/** @param {string} place */
export const dropDraft = (place) => localStorage.removeItem(place);
