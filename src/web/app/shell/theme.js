// Light or dark: as the system says, or as somebody chose. The choice is a cookie, so that the server's document already
// has it and nothing flashes.

import { effect, signal } from '../vendor/preact.js';

/** @typedef {'light' | 'dark' | ''} Theme */

/** What was chosen; empty where the system decides. */
export const theme = signal(/** @type {Theme} */ (document.documentElement.dataset['theme'] ?? ''));

/** @param {Theme} next */
export function setTheme(next) {
  theme.value = next;
  if (next) document.documentElement.dataset['theme'] = next;
  else delete document.documentElement.dataset['theme'];
  document.cookie = `hearth_theme=${next}; path=/; samesite=lax; max-age=${next ? 34_560_000 : 0}`;
}

/** The colours of the browser's own bar, each with the scheme that the document has it for. */
const bars = [...document.querySelectorAll('meta[name=theme-color]')].map((meta) => ({ meta, scheme: meta.getAttribute('media')?.includes('dark') ? 'dark' : 'light' }));

// It has the colour of the page below it.
effect(() => {
  for (const { meta, scheme } of bars) {
    meta.setAttribute('media', theme.value ? (theme.value === scheme ? 'all' : 'not all') : `(prefers-color-scheme: ${scheme})`);
  }
});

const dark = matchMedia('(prefers-color-scheme: dark)');
const isSystemDark = signal(dark.matches);
dark.addEventListener('change', () => {
  isSystemDark.value = dark.matches;
});

/** Whether it is dark now. */
export const isDark = () => (theme.value ? theme.value === 'dark' : isSystemDark.value);

/** Turns the one into the other; back to the system's where that is the same. */
export function switchTheme() {
  const wanted = isDark() ? 'light' : 'dark';
  setTheme(wanted === (isSystemDark.value ? 'dark' : 'light') ? '' : wanted);
}
