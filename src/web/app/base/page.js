// What every page does: its title, and the list that it shows.

import { computed, effect, signal, useEffect } from '../vendor/preact.js';

/** The title of the page that is shown. */
const title = signal('');

/** Messages that wait to be read, for the title of the window. Chat sets it. */
export const unread = signal(0);

const shown = computed(() => `${unread.value ? `(${unread.value}) ` : ''}${title.value ? `${title.value} · ` : ''}Hearth`);

effect(() => {
  document.title = shown.value;
});

/** Gives the page its title. @param {string | undefined} text */
export function useTitle(text) {
  useEffect(() => {
    if (text !== undefined) title.value = text;
  }, [text]);
}

/** `1 reply`, `2 replies`. @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** A number that fits in little room: `1.2k`. @param {number} count */
export const short = (count) => new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(count);
